/** `mathership import PATH`: a file, or those of a folder, into a company, all or nothing, with a progress bar. */
import { openAsBlob } from 'node:fs';
import { ProductError } from '#contract/errors.ts';
import type { DateOrder } from '#contract/import-reading.ts';
import type { IdentityChange, ImportResult } from '#contract/imports.ts';
import { companiesOf, type Principal } from '#server/access/decide.ts';
import { DatabasePool } from '#server/database/database.ts';
import { filesAt, filesNotTaken, importDirectory } from '#server/imports/import-directory.ts';
import type { Page } from '#contract/export-jobs.ts';
import type { ImportProfile } from '#contract/import-profiles.ts';
import { findProfile, profileNamed } from '#server/imports/mapping/profiles.ts';
import { attachDatabase, attachServer, chooseCompany, findCompany, type ServerClient } from './attach.ts';
import { complain, say } from './output.ts';
import { progressBar } from './progress-bar.ts';

export interface ImportCommandOptions {
  readonly company: string;
  readonly dryRun?: boolean;
  readonly ignoreExtra?: boolean;
  readonly receiptsMoveStock?: boolean;
  readonly otherVendor?: 'refuse' | 'new_orders';
  readonly change?: readonly IdentityChange[];
  /** By which files are read that have none of our names. */
  readonly profile?: readonly string[];
  /** In which order the days of those are. */
  readonly dateOrder?: DateOrder | 'profile';
  readonly server?: string;
  readonly json?: boolean;
}

const operator: Principal = { userId: null, name: 'Operator', email: '', via: 'operator', credentialId: null };
const errorsShownMax = 50;
const orders = { ymd: 'year/month/day', dmy: 'day/month/year', mdy: 'month/day/year' } as const;

export async function runImportCommand(folder: string, options: ImportCommandOptions): Promise<void> {
  try {
    const result =
      options.server === undefined ? await importHere(folder, options) : await importThere(folder, options);
    if (options.json) say(JSON.stringify(result));
    else report(result, await filesNotTaken(folder, options.profile !== undefined));
  } catch (error) {
    if (!(error instanceof ProductError) || error.code !== 'import_refused') throw error;
    if (options.json) say(JSON.stringify({ code: error.code, detail: error.message, errors: error.fields }));
    else {
      for (const { field, message } of error.fields.slice(0, errorsShownMax)) complain(`${field}: ${message}`);
      if (error.fields.length > errorsShownMax)
        complain(`… and ${error.fields.length - errorsShownMax} more; --json lists up to 1,000`);
    }
    throw error;
  }
}

async function importHere(folder: string, options: ImportCommandOptions): Promise<ImportResult> {
  const { databaseUrl } = await attachDatabase();
  const pool = new DatabasePool({ url: databaseUrl, connectionsMax: 3 });
  const bar = progressBar('Import');
  try {
    const company = chooseCompany(options.company, await companiesOf(pool.db, operator));
    return await importDirectory(folder, {
      pool,
      companyId: company.id,
      profiles: await Promise.all((options.profile ?? []).map((name) => findProfile(pool.db, company.id, name))),
      dateOrder: options.dateOrder,
      options: {
        dryRun: options.dryRun ?? false,
        ignoreExtra: options.ignoreExtra ?? false,
        receiptsMoveStock: options.receiptsMoveStock ?? false,
        otherVendor: options.otherVendor === 'new_orders',
        changes: new Set(options.change),
      },
      principal: operator,
      origin: { address: null, requestId: null },
      onProgress: ({ file, phase, rows, rows_total }) => {
        if (!options.json) bar.update(rows, rows_total ?? Math.max(rows * 2, 1), `${phase} ${file}`);
      },
    });
  } finally {
    bar.stop();
    await pool.close();
  }
}

async function importThere(folder: string, options: ImportCommandOptions): Promise<ImportResult> {
  const client = await attachServer(options);
  const company = await findCompany(client, options.company);
  const form = new FormData();
  for (const file of await filesAt(folder, options.profile !== undefined))
    form.append('files', await openAsBlob(file.path), file.name);
  const query = new URLSearchParams({
    company_id: company.id,
    dry_run: String(options.dryRun ?? false),
    ignore_extra: String(options.ignoreExtra ?? false),
    receipts_move_stock: String(options.receiptsMoveStock ?? false),
    other_vendor: options.otherVendor ?? 'refuse',
    ...(options.change && { change: options.change.join(',') }),
    ...(options.dateOrder && { date_order: options.dateOrder }),
    ...(options.profile && { profile_id: (await profileIds(client, company.id, options.profile)).join(',') }),
  });
  const answer = await client.fetch('POST', `/api/v1/imports?${query}`, { body: form });
  return (await answer.json()) as ImportResult;
}

async function profileIds(client: ServerClient, companyId: string, names: readonly string[]): Promise<string[]> {
  const known: ImportProfile[] = [];
  for (let page = 0, pages = 1; page < pages; page += 1) {
    const path = `/api/v1/companies/${companyId}/import-profiles?page=${page}&page_size=200`;
    const answer = await client.ask<Page<ImportProfile>>('GET', path);
    known.push(...answer.results);
    pages = answer.total_pages;
  }
  return names.map((name) => profileNamed(known, name).id);
}

function report(result: ImportResult, notTaken: readonly string[]): void {
  for (const { file, rows, created, updated, unchanged } of result.files) {
    say(
      `${file.padEnd(26)} ${String(rows).padStart(9)} rows: ${created} created, ${updated} updated, ${unchanged} unchanged`,
    );
  }
  for (const { file, profile, date_order, date_order_of, example } of result.read_by_profile) {
    const whose = date_order_of === 'request' ? 'as you said' : `as in profile ${profile}`;
    const days =
      example === null ? '' : `; days as ${orders[date_order]}, ${whose}: ${example.value} is ${example.read}`;
    say(`${file}: read by profile ${profile}${days}`);
  }
  for (const { label, count, rank } of result.warning_kinds)
    complain(`${rank.padEnd(8)} ${String(count).padStart(7)}  ${label}`);
  for (const { file, row, column, reason } of result.warnings.slice(0, errorsShownMax)) {
    complain(`warning ${[file, row, column].filter((part) => part !== null).join(':')}: ${reason}`);
  }
  if (result.warning_count > errorsShownMax) complain(`… and ${result.warning_count - errorsShownMax} more warnings`);
  if (notTaken.length > 0) complain(`Not read, for only CSV, .xlsx and ZIP files are: ${notTaken.join(', ')}`);
  say(result.dry_run ? 'Checked; nothing was changed (dry run).' : 'Imported.');
}
