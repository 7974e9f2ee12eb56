/**
 * Every report of every hostile company, made once for all that is asked of it: in one snapshot, in each format that is
 * wanted. Reports are asked for company by company and kept until the next is.
 */
import { parse } from 'csv-parse/sync';
import type { FileFormat, ReportDocument, ReportType, Row } from '#contract/reports.ts';
import type { Lender } from '#server/database/database.ts';
import { summaryCsv } from '#server/proof/summary-csv.ts';
import { loadFormat } from '#server/renderers/formats.ts';
import type { ReportScope } from '#server/reports/definition.ts';
import { documentOf } from '#server/reports/document.ts';
import { findReport } from '#server/reports/registry.ts';
import { readRows, renderReport } from '#server/reports/render.ts';
import { inSnapshot } from '#server/reports/snapshot.ts';
import { selectPart } from '#server/reports/statement.ts';
import { readTotals } from '#server/reports/totals.ts';
import { addHostileCompany, hostileCompanies, type HostileCompanyKey, hostilePeriod } from './hostile-companies.ts';
import { startTestApp, type TestApp } from './http.ts';

export const hostileKeys = Object.keys(hostileCompanies) as HostileCompanyKey[];

export interface HostileReport {
  readonly document: ReportDocument;
  /** As the table has them, in the columns of the document. */
  readonly rows: readonly Row[];
  readonly summary: readonly Record<string, string>[];
  /** One for each format asked for, in their order. */
  readonly files: readonly Buffer[];
}

export interface HostileReports {
  made(key: HostileCompanyKey, type: ReportType, ...formats: readonly FileFormat[]): Promise<HostileReport>;
  close(): Promise<void>;
}

/** One question's rows and files, of one snapshot. */
export function makeReport(
  pool: Lender,
  type: ReportType,
  scope: ReportScope,
  formats: readonly FileFormat[],
): Promise<HostileReport> {
  const definition = findReport(type)!;
  return inSnapshot(pool, async (snapshot) => {
    const document = await documentOf(definition, scope, snapshot.read, {
      requestedBy: 'Fiona Finance',
      snapshotAt: snapshot.at,
      totals: await readTotals(definition, scope, snapshot.read),
      options: {},
    });
    const found = await snapshot.read(selectPart(definition, scope, definition.table(scope)));
    const files: Buffer[] = [];
    for (const one of formats) {
      const format = await loadFormat(one);
      const table = await readRows(definition, scope, snapshot, format);
      const chunks: Buffer[] = [];
      for await (const chunk of renderReport({ table, format, document })) chunks.push(chunk);
      files.push(Buffer.concat(chunks));
    }
    return {
      document,
      rows: found.map((row) => document.columns.map((column) => row[column.key] ?? null)),
      summary: parse(summaryCsv(document), { columns: true }) as Record<string, string>[],
      files,
    };
  });
}

export async function openHostileReports(): Promise<HostileReports> {
  const site: TestApp = await startTestApp(() => undefined);
  const { id } = await site.company();
  const ids = new Map<HostileCompanyKey, string>();
  for (const key of hostileKeys) ids.set(key, await addHostileCompany(site.pool.pool, id, key));
  await site.pool.pool.query('ANALYZE');

  const make: HostileReports['made'] = (key, type, ...formats) => {
    const { name, currency, locale } = hostileCompanies[key];
    const { date_from: from, date_to: to } = hostilePeriod;
    const scope: ReportScope = {
      ...{ companyId: ids.get(key)!, companyName: name, currency, locale, timeZone: 'Europe/Berlin' },
      ...{ from, to, locationIds: null, filters: {} },
    };
    return makeReport(site.pool, type, scope, formats);
  };

  let last = { name: '', report: undefined as Promise<HostileReport> | undefined };
  return {
    made: (key, type, ...formats) => {
      const wanted = [key, type, ...formats].join(' ');
      if (last.name !== wanted) last = { name: wanted, report: make(key, type, ...formats) };
      return last.report!;
    },
    close: () => site.close(),
  };
}
