/** What would happen if something were sent there now, step by step; of a webhook a message that says it is a test. */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { DestinationSettings, DestinationTest } from '#contract/deliveries.ts';
import { type DestinationRow, openSecrets } from './destinations.ts';
import { standingOfRecipient } from './recipients.ts';
import { type SendOutcome, type SendParts, sentenceOf } from './sender.ts';
import { sendS3 } from './senders/s3.ts';
import { trySftp } from './senders/sftp.ts';
import { sendWebhook } from './senders/webhook.ts';

type Step = DestinationTest['steps'][number];

const stepOf = (step: string, outcome: SendOutcome): Step => ({
  step,
  ok: outcome.kind === 'sent',
  detail: outcome.detail,
});

export async function tryDestination(parts: SendParts, row: DestinationRow): Promise<DestinationTest> {
  const { type, settings } = row as DestinationSettings;
  const secrets = openSecrets(parts.keys, row.id, row.secret);
  const steps: Step[] = [];
  switch (type) {
    case 'mail':
      steps.push(await mailStep(parts));
      for (const recipient of settings.recipients) {
        const standing = await standingOfRecipient(parts.db, row.company_id, recipient);
        const detail =
          standing.kind === 'refused'
            ? standing.why
            : standing.kind === 'member'
              ? 'A member who may have it.'
              : 'An approved guest.';
        steps.push({ step: recipient, ok: standing.kind !== 'refused', detail });
      }
      break;
    case 'webhook': {
      const data = { destination_id: row.id, company_id: row.company_id };
      const body = JSON.stringify({ type: 'destination.test', timestamp: new Date().toISOString(), data });
      const message = { url: settings.url, id: randomUUID(), secrets: Object.values(secrets), body };
      steps.push(stepOf('send', await sendWebhook(message, parts.allowPrivate)));
      break;
    }
    case 'sftp':
      steps.push(stepOf('sign in and write', await trySftp({ settings, secrets }, parts.allowPrivate)));
      break;
    case 's3': {
      const text = Buffer.from('A test of Mathership. This object may be deleted.\n');
      const sha256 = 'test';
      const file = { name: 'mathership-test.txt', size: text.length, sha256, open: async () => Readable.from([text]) };
      steps.push(stepOf('write', await sendS3({ settings, secrets }, file, parts.allowPrivate)));
      break;
    }
  }
  return { ok: steps.every(({ ok }) => ok), steps };
}

async function mailStep({ mailRoom }: SendParts): Promise<Step> {
  const step = 'mail server';
  if (!mailRoom.mailer) return { step, ok: false, detail: 'This installation sends no mail: SMTP_URL is not set.' };
  try {
    await mailRoom.mailer.check();
    return { step, ok: true, detail: 'It answers and lets us in.' };
  } catch (error) {
    return { step, ok: false, detail: sentenceOf(error) };
  }
}
