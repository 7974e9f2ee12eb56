/**
 * `mathership pack`: runs a saved pack over HTTP, waits with a progress bar, downloads it, and proves it by the public keys of
 * the server: every file in it, the signature over all, and the rows of its exports.
 */
import { open } from 'node:fs/promises';
import { monthOf } from '#contract/calendar.ts';
import { ProductError } from '#contract/errors.ts';
import { isFinished, type Page } from '#contract/export-jobs.ts';
import type { ExportPack, SavedPack } from '#contract/packs.ts';
import { isProven } from '#contract/verification.ts';
import { readPublicKeys } from '#server/proof/signing-key.ts';
import { verifyFile } from '#server/proof/verify-file.ts';
import { checksumOf, fileSource } from '#server/zip/byte-source.ts';
import { attachServer, type ServerClient } from './attach.ts';
import { fetchFile } from './fetch-file.ts';
import { say, UsageError } from './output.ts';
import { progressBar } from './progress-bar.ts';

export interface PackOptions {
  /** `YYYY-MM`; absent: its own period, or the days that are given. */
  readonly month?: string;
  readonly from?: string;
  readonly to?: string;
  /** Of an account that belongs to several. */
  readonly organization?: string;
  readonly out: string;
  readonly server?: string;
  readonly json?: boolean;
}

const pollMilliseconds = 500;

/** Exit status 0: made, downloaded, proven, and it ties out. 1: not. 2: wrong usage. */
export async function runPackCommand(name: string, options: PackOptions): Promise<void> {
  const days = daysOf(options);
  const client = await attachServer(options);
  const saved = await findPack(client, name, options.organization);
  const question = { organization_id: saved.organization_id, pack_id: saved.id, ...days };
  const { id } = await client.ask<ExportPack>('POST', '/api/v1/export-packs', question);
  const pack = await ended(client, id, !options.json);
  if (pack.status !== 'completed') {
    throw new ProductError(pack.error?.code ?? 'internal', pack.error?.message ?? `The pack was ${pack.status}.`);
  }
  await fetchFile(client, `/api/v1/export-packs/${id}/download`, options.out, pack);
  const proof = await proven(client, options.out);
  if (options.json) say(JSON.stringify({ ...pack, file: options.out, verified: true, summary: proof }));
  else {
    say(
      `${options.out}: ${pack.members.length} exports, ${pack.row_count?.toLocaleString('en')} rows, ${pack.file_size?.toLocaleString('en')} bytes, verified (${pack.sha256})`,
    );
    for (const rule of pack.tie_out?.rules ?? []) {
      if (rule.status === 'differs') say(`  differs: ${rule.key}, ${rule.difference} ${rule.currency ?? ''}`.trimEnd());
    }
  }
  if (pack.tie_out?.status === 'differs') process.exitCode = 1;
}

function daysOf({ month, from, to }: PackOptions): { date_from?: string; date_to?: string } {
  if (month !== undefined) {
    if (from !== undefined || to !== undefined) throw new UsageError('Give --month, or --from and --to.');
    if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) throw new UsageError('--month is a month as YYYY-MM.');
    const days = monthOf(month);
    return { date_from: days.from, date_to: days.to };
  }
  return { ...(from && { date_from: from }), ...(to && { date_to: to }) };
}

/** @throws UsageError when none, or more than one, that this person may run has the name */
async function findPack(client: ServerClient, name: string, organization: string | undefined): Promise<SavedPack> {
  const { organizations } = await client.ask<{ organizations: { id: string; name: string }[] }>('GET', '/api/v1/me');
  const meant = organizations.filter((one) => organization === undefined || [one.id, one.name].includes(organization));
  const all: (SavedPack & { readonly of: string })[] = [];
  for (const one of meant) {
    for (let page = 0; ; page += 1) {
      const path = `/api/v1/organizations/${one.id}/packs?page_size=200&page=${page}`;
      const found = await client.ask<Page<SavedPack>>('GET', path);
      all.push(...found.results.map((pack) => ({ ...pack, of: one.name })));
      if (page + 1 >= found.total_pages) break;
    }
  }
  const named = all.filter((pack) => pack.id === name || pack.name.toLowerCase() === name.toLowerCase());
  const [only] = named;
  if (only && named.length === 1) return only;
  const choices = (named.length > 1 ? named : all).map((pack) => `  ${pack.name} (${pack.of}), id ${pack.id}`);
  const reason = only
    ? `${named.length} packs are called ${name}; give the id instead`
    : `There is no pack ${name} that you may run`;
  throw new UsageError(`${reason}. Choices:\n${choices.join('\n')}`);
}

async function ended(client: ServerClient, id: string, shown: boolean): Promise<ExportPack> {
  const bar = shown ? progressBar('Pack') : null;
  try {
    for (;;) {
      const pack = await client.ask<ExportPack>('GET', `/api/v1/export-packs/${id}`);
      if (pack.status !== 'pending' && pack.status !== 'processing') return pack;
      // the last step is the file itself
      const done = pack.members.filter(({ status }) => isFinished(status)).length;
      bar?.update(done, pack.members.length + 1, pack.status);
      await new Promise((resolve) => {
        setTimeout(resolve, pollMilliseconds);
      });
    }
  } finally {
    bar?.stop();
  }
}

/** By the keys alone, as whoever receives the file can. */
async function proven(client: ServerClient, path: string): Promise<string> {
  const keys = readPublicKeys(await (await client.fetch('GET', '/api/v1/signing-keys')).text());
  const file = await open(path);
  try {
    const source = fileSource(file, (await file.stat()).size);
    const given = { source, sha256: await checksumOf(source), name: null };
    const { outcome, summary, exports } = await verifyFile(given, { keys, currentKeyId: null, records: null });
    const wrong = exports?.filter(({ adds_up }) => adds_up === false) ?? [];
    if (isProven(outcome) && wrong.length === 0) return summary;
    const named = wrong.map(({ file: name }) => `${name} does not add up`).join(', ');
    throw new ProductError(
      'storage_unavailable',
      `The downloaded pack could not be proven. ${summary} ${named}`.trim(),
    );
  } finally {
    await file.close();
  }
}
