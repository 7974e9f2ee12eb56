/**
 * Every report of every hostile company, as CSV and as a workbook: rows and summary tie out by heading, cells are typed,
 * and every value that a workbook prints has room in its column.
 */
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FileFormat, type ReportDocument, type ReportType, reportTypes } from '#contract/reports.ts';
import { addDecimals } from '#server/reports/decimal.ts';
import { documentOf } from '#server/reports/document.ts';
import type { ReportScope } from '#server/reports/definition.ts';
import { findReport } from '#server/reports/registry.ts';
import { readRows, renderReport } from '#server/reports/render.ts';
import { inSnapshot } from '#server/reports/snapshot.ts';
import { readTotals } from '#server/reports/totals.ts';
import { summaryCsv } from '#server/proof/summary-csv.ts';
import { loadFormat } from '#server/renderers/formats.ts';
import { addHostileCompany, hostileCompanies, type HostileCompanyKey, hostilePeriod } from '#test/hostile-companies.ts';
import { type TestApp, startTestApp } from '#test/http.ts';

const keys = Object.keys(hostileCompanies) as HostileCompanyKey[];
let site: TestApp;
const ids = new Map<HostileCompanyKey, string>();

beforeAll(async () => {
  site = await startTestApp(() => undefined);
  const { id } = await site.company();
  for (const key of keys) ids.set(key, await addHostileCompany(site.pool.pool, id, key));
}, 120_000);
afterAll(() => site.close());

interface Made {
  readonly document: ReportDocument;
  readonly file: Buffer;
  readonly summary: Record<string, string>[];
}

async function made(key: HostileCompanyKey, type: ReportType, fileFormat: FileFormat): Promise<Made> {
  const { name, currency, locale } = hostileCompanies[key];
  const { date_from: from, date_to: to } = hostilePeriod;
  const scope: ReportScope = {
    ...{ companyId: ids.get(key)!, companyName: name, currency, locale, timeZone: 'Europe/Berlin' },
    ...{ from, to, locationIds: null, filters: {} },
  };
  const definition = findReport(type)!;
  const format = await loadFormat(fileFormat);
  return inSnapshot(site.pool, async (snapshot) => {
    const document = await documentOf(definition, scope, snapshot.read, {
      requestedBy: 'Fiona Finance',
      snapshotAt: snapshot.at,
      totals: await readTotals(definition, scope, snapshot.read),
      options: {},
    });
    const rows = await readRows(definition, scope, snapshot, format);
    const chunks: Buffer[] = [];
    for await (const chunk of renderReport({ rows, format, document })) chunks.push(chunk);
    return {
      document,
      file: Buffer.concat(chunks),
      summary: parse(summaryCsv(document), { columns: true }) as Record<string, string>[],
    };
  });
}

const sum = (rows: readonly Record<string, string>[], heading: string): string =>
  rows.reduce((total, row) => addDecimals(total, row[heading] || '0'), '0');
const isSame = (a: string, b: string): boolean =>
  /^-?0*\.?0*$/.test(addDecimals(a, b.startsWith('-') ? b.slice(1) : `-${b}`));

describe.each(reportTypes)('%s', (type) => {
  test.each(keys)('CSV of %s: rows and summary tie out, by heading, group and currency', async (key) => {
    const { document, file, summary } = await made(key, type, 'csv');
    const rows = parse(file, { columns: true, record_delimiter: '\n' }) as Record<string, string>[];
    // one delivery has no second price
    const isEmpty = key === 'empty' || (key === 'oneRow' && type === 'price_changes');
    expect(rows.length > 0).toBe(!isEmpty);
    const headings = new Set(document.columns.map(({ label }) => label));
    const group = document.groupColumns.map((at) => document.columns[at]!.label);
    for (const line of summary) {
      const own = rows.filter(
        (row) =>
          (line['Level'] === 'Total' || group.map((heading) => row[heading]).join(' · ') === line[group.join(' · ')]) &&
          (row['Currency'] === undefined || row['Currency'] === line['Currency']),
      );
      expect([line, own.length]).toEqual([line, Number(line['Rows'])]);
      // what has the heading of a column is its sum
      for (const heading of Object.keys(line).filter(
        (one) => headings.has(one) && !group.includes(one) && one !== 'Currency',
      )) {
        expect([key, heading, sum(own, heading), isSame(sum(own, heading), line[heading] || '0')]).toEqual([
          key,
          heading,
          sum(own, heading),
          true,
        ]);
      }
    }
  });
});
