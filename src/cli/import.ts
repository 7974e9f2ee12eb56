/** `mathership import DIR`: the CSV files of a folder into a company, all or nothing, with a progress bar. */
import { openAsBlob } from 'node:fs';
import { ProductError } from '#contract/errors.ts';
import type { IdentityChange, ImportResult } from '#contract/imports.ts';
import { companiesOf, type Principal } from '#server/access/decide.ts';
import { DatabasePool } from '#server/database/database.ts';
import { csvFilesIn, filesNotTaken, importDirectory } from '#server/imports/import-directory.ts';
import { attachDatabase, attachServer, chooseCompany, findCompany } from './attach.ts';
import { complain, say } from './output.ts';
import { progressBar } from './progress-bar.ts';

export interface ImportCommandOptions {
  readonly company: string;
  readonly dryRun?: boolean;
  readonly ignoreExtra?: boolean;
  readonly receiptsMoveStock?: boolean;
  readonly otherVendor?: 'refuse' | 'new_orders';
  readonly change?: readonly IdentityChange[];
  readonly server?: string;
  readonly json?: boolean;
}

const operator: Principal = { userId: null, name: 'Operator', email: '', via: 'operator', credentialId: null };
const errorsShownMax = 50;

export async function runImportCommand(folder: string, options: ImportCommandOptions): Promise<void> {
  try {
    const result =
      options.server === undefined ? await importHere(folder, options) : await importThere(folder, options);
    if (options.json) say(JSON.stringify(result));
    else report(result, await filesNotTaken(folder));
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
  for (const file of await csvFilesIn(folder))
    form.append('files', await openAsBlob(file.path, { type: 'text/csv' }), file.name);
  const query = new URLSearchParams({
    company_id: company.id,
    dry_run: String(options.dryRun ?? false),
    ignore_extra: String(options.ignoreExtra ?? false),
    receipts_move_stock: String(options.receiptsMoveStock ?? false),
    other_vendor: options.otherVendor ?? 'refuse',
    ...(options.change && { change: options.change.join(',') }),
  });
  const answer = await client.fetch('POST', `/api/v1/imports?${query}`, { body: form });
  return (await answer.json()) as ImportResult;
}

function report(result: ImportResult, notTaken: readonly string[]): void {
  for (const { file, rows, created, updated, unchanged } of result.files) {
    say(
      `${file.padEnd(26)} ${String(rows).padStart(9)} rows: ${created} created, ${updated} updated, ${unchanged} unchanged`,
    );
  }
  for (const { label, count, rank } of result.warning_kinds)
    complain(`${rank.padEnd(8)} ${String(count).padStart(7)}  ${label}`);
  for (const { file, row, column, reason } of result.warnings.slice(0, errorsShownMax)) {
    complain(`warning ${[file, row, column].filter((part) => part !== null).join(':')}: ${reason}`);
  }
  if (result.warning_count > errorsShownMax) complain(`… and ${result.warning_count - errorsShownMax} more warnings`);
  if (notTaken.length > 0) complain(`Not read, for only CSV files are: ${notTaken.join(', ')}`);
  say(result.dry_run ? 'Checked; nothing was changed (dry run).' : 'Imported.');
}
