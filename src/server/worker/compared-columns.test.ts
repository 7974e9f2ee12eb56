/** A report beside another period: the added columns in every format, and that the totals of both periods are whole in them. And the preview: the file's own first lines. */
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileFormats } from '#contract/reports.ts';
import { allReports } from '#server/reports/registry.ts';
import { startInstallation, type TestInstallation } from '#test/installation.ts';
import { readWorkbook, unzip } from '#test/read-workbook.ts';

let site: TestInstallation;
const october = { date_from: '2026-10-01', date_to: '2026-10-31' };
const september = { date_from: '2026-09-01', date_to: '2026-09-30' };
const beside = { ...october, compare_to: 'previous_period' };

type Row = Record<string, string | null>;
interface Answer {
  results: Row[];
  total: number;
  totals: Record<string, string | number>[];
  columns: { key: string; label: string }[];
  comparison: { date_from: string; date_to: string; totals: Record<string, string | number>[] };
}

// one line a day, all of one vendor and each of an article of its own: vendors are in both months, articles in one
beforeAll(async () => {
  site = await startInstallation({ receiptLines: 365 });
});
afterAll(() => site.close());

const read = async (type: string, question: Record<string, string>): Promise<Answer> => {
  const query = new URLSearchParams({ company_id: site.companyId, page_size: '200', ...question }).toString();
  const { status, body } = await site.ask<Answer>('GET', `/api/v1/reports/${type}?${query}`);
  expect([type, status, body]).toEqual([type, 200, expect.objectContaining({ total: expect.any(Number) })]);
  return body;
};
const cents = (text: string | number | null | undefined): number => Math.round(Number(text ?? 0) * 100);
const sum = (rows: Row[], key: string): number => rows.reduce((all, row) => all + cents(row[key]), 0);

test('what is in both stands beside itself, and the change is the difference as printed', async () => {
  const [both, then, now] = await Promise.all([
    read('vendor', beside),
    read('vendor', september),
    read('vendor', october),
  ]);
  const [row = {}] = both.results;
  expect(both.total).toBe(1);
  expect(row).toMatchObject({
    net_purchases: now.results[0]?.['net_purchases'],
    net_purchases_before: then.results[0]?.['net_purchases'],
  });
  expect(cents(row['net_purchases_change'])).toBe(cents(row['net_purchases']) - cents(row['net_purchases_before']));
  const percent = (cents(row['net_purchases_change']) * 100) / cents(row['net_purchases_before']);
  expect(row['net_purchases_change_percent']).toBe(percent.toFixed(1));
  expect(both.comparison).toMatchObject({ ...september, totals: then.totals });
  const keys = both.columns.map(({ key }) => key);
  expect(keys.indexOf('net_purchases_before')).toBeGreaterThan(keys.indexOf('currency'));
});

test('what is in one alone has nothing on the other side, and the totals of both are whole', async () => {
  const [both, then, now] = await Promise.all([read('item', beside), read('item', september), read('item', october)]);
  expect(both.total).toBe(then.total + now.total);
  expect(sum(both.results, 'net_purchases')).toBe(cents(now.totals[0]?.['net_purchases']));
  expect(sum(both.results, 'net_purchases_before')).toBe(cents(then.totals[0]?.['net_purchases']));
  const [totals = {}] = both.totals;
  expect(totals['net_purchases']).toBe(now.totals[0]?.['net_purchases']);
  expect(totals['net_purchases_before']).toBe(then.totals[0]?.['net_purchases']);
  const gone = both.results.filter((row) => row['net_purchases_before'] !== '0.00');
  expect(gone).toHaveLength(then.total);
  expect(gone[0]).toMatchObject({ net_purchases: '0.00', quantity: '0', net_purchases_change_percent: '-100.0' });
  expect(gone[0]?.['item']).toBeTruthy();
  // a year before nothing was bought
  const year = await read('item', { ...october, compare_to: 'previous_year' });
  expect([year.total, year.results[0]?.['net_purchases_change_percent']]).toEqual([now.total, null]);
});

test('every report can be asked beside another period, also of nothing', async () => {
  for (const { type } of allReports()) {
    const { columns } = await read(type, { ...beside, page_size: '1' });
    expect(columns.length).toBeGreaterThan(0);
  }
});

test.each(fileFormats)('%s: the file has what the page has, and proves itself', async (format) => {
  const columns = ['net_purchases', 'item'];
  const page = await read('item', { ...beside, columns: columns.join(',') });
  const labels = ['Net purchases', 'Item', 'Net purchases before', 'Net purchases change', 'Net purchases change %'];
  expect(page.columns.map(({ label }) => label)).toEqual(labels);
  const job = await site.create({
    ...october,
    report_type: 'item',
    file_format: format,
    options: { columns, compare_to: 'previous_period' },
  });
  expect(job.options.compare_to).toBe('previous_period');
  expect(await site.finished(job.id)).toMatchObject({ status: 'completed', row_count: page.total });
  const zip = await site.fetchZip(job.id);
  const files = [...(await unzip(zip)).values()];
  const [file = Buffer.alloc(0), , manifest = Buffer.alloc(0)] = files;
  if (format === 'csv') {
    const rows = parse(file) as string[][];
    expect(rows[0]).toEqual(labels);
    expect(rows.slice(1).map((row) => row.map((cell) => cell.replace(/^'(?=[=+@-])/, '')))).toEqual(
      page.results.map((row) => page.columns.map(({ key }) => row[key] ?? '')),
    );
  }
  if (format === 'xlsx') {
    const [sheet] = (await readWorkbook(file)).sheets;
    expect(sheet?.rows[0]?.map((cell) => cell?.raw)).toEqual(labels);
  }
  const said = JSON.parse(manifest.toString()) as { options: object; filters_in_words: object[] };
  expect(said.options).toMatchObject({ compare_to: 'previous_period' });
  expect(said.filters_in_words).toContainEqual({ label: 'Compared with', value: '2026-09-01 – 2026-09-30' });
  const answer = await fetch(`${site.installation.address}/api/v1/verify`, {
    method: 'POST',
    headers: { authorization: `Bearer ${site.key}`, 'content-type': 'application/octet-stream' },
    body: new Uint8Array(zip),
  });
  expect(await answer.json()).toMatchObject({ outcome: 'unchanged', signature: { state: 'valid' } });
});

test('single events have no counterpart: the file says the totals of the other period', async () => {
  const job = await site.create({ ...october, options: { compare_to: 'previous_year' }, file_format: 'xlsx' });
  await site.finished(job.id);
  const manifest = [...(await unzip(await site.fetchZip(job.id)))].find(([name]) => name === 'manifest.json')?.[1];
  expect(manifest?.toString()).toContain('2025-10-01 – 2025-10-31');
});

test('the preview is the first lines of the file, to the byte', async () => {
  const year = { date_from: '2026-01-01', date_to: '2026-12-31' };
  const questions: Record<string, string>[] = [
    { file_format: 'csv' },
    { file_format: 'csv', csv_dialect: 'spreadsheets' },
    { file_format: 'csv', columns: 'product,total_price', compare_to: 'previous_year' },
  ];
  for (const more of questions) {
    const query = new URLSearchParams({ company_id: site.companyId, ...year, ...more }).toString();
    const file = await fetch(`${site.installation.address}/api/v1/reports/delivery_location/download?${query}`, {
      headers: { authorization: `Bearer ${site.key}` },
    });
    const whole = Buffer.from(await file.arrayBuffer()).toString('utf8');
    const { body } = await site.ask<{ text: string }>('GET', `/api/v1/reports/delivery_location/preview?${query}`);
    expect(whole.startsWith(body.text)).toBe(true);
    const delimiter = more['csv_dialect'] ? ';' : ',';
    expect(parse(body.text, { bom: true, delimiter })).toHaveLength(51);
  }
  const query = new URLSearchParams({ company_id: site.companyId, ...year, file_format: 'pdf' }).toString();
  const { body } = await site.ask<{ lines: string[][] }>('GET', `/api/v1/reports/delivery_location/preview?${query}`);
  expect(body.lines).toHaveLength(50);
  expect(body.lines[0]?.slice(0, 2)).toEqual([expect.any(String), expect.stringMatching(/^\d\d\.\d\d\.2026$/)]);
});

test('another comparison is refused by name', async () => {
  const { status, body } = await site.ask('POST', '/api/v1/export-jobs', {
    company_id: site.companyId,
    ...october,
    file_format: 'csv',
    options: { compare_to: 'next_year' },
  });
  expect([status, body]).toEqual([
    400,
    expect.objectContaining({ errors: [expect.objectContaining({ field: 'options.compare_to' })] }),
  ]);
});
