/** One try of one delivery: may it go, what is it, and off it goes, each way by its own sender. */
import { createHash } from 'node:crypto';
import type { DestinationSettings } from '#contract/deliveries.ts';
import type { DestinationType } from '#contract/schedules.ts';
import { jobRows, type SelectedJob } from '#server/exports/job-view.ts';
import { openSecrets } from './destinations.ts';
import { eventBody } from './event-body.ts';
import { guestLink } from './guest-links.ts';
import { fileLetter } from './letters.ts';
import { standingForFile } from './recipients.ts';
import { readRules } from './rules.ts';
import type { SendOutcome, SendParts, SentFile } from './sender.ts';
import { fitsOnWire, sendMail } from './senders/mail.ts';
import { sendS3 } from './senders/s3.ts';
import { sendSftp } from './senders/sftp.ts';
import { sendWebhook } from './senders/webhook.ts';
import { viewForFile } from './standing.ts';
import { unsubscribeUrl } from './unsubscribe.ts';

/** A delivery that this process has claimed, with its destination. */
export interface Sending {
  readonly id: string;
  readonly company_id: string;
  readonly destination_id: string;
  readonly destination_name: string;
  readonly type: DestinationType;
  readonly settings: DestinationSettings['settings'];
  readonly secret: Buffer | null;
  readonly previous_secret: Buffer | null;
  readonly is_rotating: boolean | null;
  readonly deleted_at: string | null;
  readonly disabled_reason: string | null;
  readonly recipient: string | null;
  readonly schedule_id: string | null;
  readonly occurrence: string | null;
  readonly job_id: string | null;
  readonly event: string | null;
  readonly details: Record<string, unknown> | null;
  readonly on_behalf_of: string | null;
  readonly message_id: string;
  readonly tries: number;
  readonly tries_now: number;
  readonly created_at: string;
}

const failed = (detail: string): SendOutcome => ({ kind: 'failed', detail });
const refused = (detail: string): SendOutcome => ({ kind: 'refused', detail });

export async function send(parts: SendParts, claimed: Sending): Promise<SendOutcome> {
  const { db, keys, allowPrivate } = parts;
  if (claimed.deleted_at !== null) return failed('The destination has been deleted.');
  if (claimed.disabled_reason !== null) return failed(`Nothing is sent there any more: ${claimed.disabled_reason}`);
  const job = claimed.job_id ? await jobRows(db).where('j.id', '=', claimed.job_id).executeTakeFirst() : undefined;
  if (claimed.job_id && !job) return failed('The export has been deleted.');
  if (claimed.type === 'mail') return job ? sendLetter(parts, claimed, job) : failed('There is nothing to be mailed.');
  if (!claimed.on_behalf_of || !(await viewForFile(db, claimed.on_behalf_of, claimed.company_id, job))) {
    return refused('Whoever it is sent for may not view financials of this company any more.');
  }
  const secrets = openSecrets(keys, claimed.destination_id, claimed.secret);
  if (claimed.type === 'webhook') {
    const before = claimed.is_rotating ? openSecrets(keys, claimed.destination_id, claimed.previous_secret) : {};
    const all = [secrets['secret'], before['secret']].filter((secret) => secret !== undefined);
    const { url } = claimed.settings as Extract<DestinationSettings, { type: 'webhook' }>['settings'];
    const body = eventBody(claimed, job, parts.mailRoom.site());
    return sendWebhook({ url, id: claimed.message_id, secrets: all, body }, allowPrivate);
  }
  const file = job ? fileOf(parts, job, claimed) : 'There is no file to be sent.';
  if (typeof file === 'string') return failed(file);
  const account = { settings: claimed.settings as never, secrets };
  return claimed.type === 'sftp' ? sendSftp(account, file, allowPrivate) : sendS3(account, file, allowPrivate);
}

/** The file, or why there is none. Named after its occurrence, so that those of one schedule stand beside each other. */
function fileOf({ store }: SendParts, job: SelectedJob, { occurrence }: Sending): SentFile | string {
  const { file_key: key, filename, sha256, file_size: size } = job;
  if (key === null || filename === null || sha256 === null || size === null) return 'The export has no file.';
  if (!job.is_downloadable) return 'The file was kept until its date and has been removed.';
  return {
    name: occurrence === null ? filename : `${occurrence}_${filename}`,
    size: Number(size),
    sha256,
    open: () => store.get(key),
  };
}

async function sendLetter(parts: SendParts, claimed: Sending, job: SelectedJob): Promise<SendOutcome> {
  const { db, mailBytesMax } = parts;
  const { company_id: companyId, recipient } = claimed;
  if (recipient === null) return failed('It has no recipient.');
  const standing = await standingForFile(db, companyId, job, recipient);
  if (standing.kind === 'refused') return refused(standing.why);
  const isGuest = standing.kind === 'guest';
  // a guest has no right of their own: it is that of whoever sends
  if (isGuest && !(claimed.on_behalf_of && (await viewForFile(db, claimed.on_behalf_of, companyId, job)))) {
    return refused('Whoever it is sent for may not view financials of this company any more.');
  }
  const asked = await db
    .selectFrom('unsubscriptions')
    .select('at')
    .where('destination_id', '=', claimed.destination_id)
    .where('email', '=', recipient.toLowerCase())
    .executeTakeFirst();
  if (asked) return refused(`${recipient} asked to receive no more of these.`);
  const file = fileOf(parts, job, claimed);
  if (typeof file === 'string') return failed(file);
  const { attach } = claimed.settings as Extract<DestinationSettings, { type: 'mail' }>['settings'];
  const rules = await Promise.all((job.pack_companies ?? [companyId]).map((id) => readRules(db, id)));
  const attachments = rules.every((one) => one.attachments);
  const fits = fitsOnWire(file.size, mailBytesMax);
  const isAttached = attach === 'when_it_fits' && attachments && fits;
  const company = await db
    .selectFrom('companies')
    .select(['name', 'time_zone'])
    .where('id', '=', companyId)
    .executeTakeFirstOrThrow();
  const { schedule, missing } = await scheduleOf(parts, claimed);
  const site = parts.mailRoom.site();
  const url =
    isGuest && !isAttached
      ? await guestLink(db, site, claimed.id)
      : `${site}/export-history?company=${companyId}&job=${job.id}`;
  const letter = fileLetter({
    to: recipient,
    company: { name: company.name, timeZone: company.time_zone },
    job,
    schedule,
    occurrence: claimed.occurrence,
    url,
    isGuest,
    unsubscribeUrl: unsubscribeUrl(parts.keys, site, claimed.destination_id, recipient),
    attached: isAttached,
    notAttached:
      attach === 'when_it_fits' && !isAttached
        ? attachments
          ? 'The file is too large to be attached.'
          : 'This company attaches no files to mail.'
        : null,
    missing,
  });
  const messageId = `<${createHash('sha256').update(claimed.message_id).digest('hex').slice(0, 32)}@mathership>`;
  const withId = {
    ...letter,
    headers: { ...letter.headers, 'X-Mathership-Delivery': claimed.message_id, 'Message-ID': messageId },
  };
  return sendMail(parts, withId, isAttached ? file : null);
}

async function scheduleOf(
  { db }: SendParts,
  { schedule_id, occurrence }: Sending,
): Promise<{ schedule: string | null; missing: string[] }> {
  if (schedule_id === null || occurrence === null) return { schedule: null, missing: [] };
  const run = await db
    .selectFrom('schedule_runs as r')
    .innerJoin('schedules as s', 's.id', 'r.schedule_id')
    .select(['s.name', 'r.missing'])
    .where('r.schedule_id', '=', schedule_id)
    .where('r.occurrence', '=', occurrence)
    .executeTakeFirst();
  const missing = (run?.missing ?? []).map(({ key, count }) => `${key.replaceAll('_', ' ')}: ${count}`);
  return { schedule: run?.name ?? null, missing };
}
