/** Columns chosen for a report are those of its page, its download and its export, in order; totals are of all whatever is shown. */
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileFormats } from '#contract/reports.ts';
import { startInstallation, type TestInstallation } from '#test/installation.ts';
import { readWorkbook, unzip } from '#test/read-workbook.ts';

let site: TestInstallation;
const columns = ['total_price', 'product', 'delivery_location'];
const labels = ['Total price', 'Product', 'Delivery location'];
const period = { date_from: '2000-01-01', date_to: '2099-12-31' };

beforeAll(async () => {
  site = await startInstallation({ receiptLines: 60 });
});
afterAll(() => site.close());

const path = (more: Readonly<Record<string, string>>, door = ''): string =>
  `/api/v1/reports/delivery_location${door}?${new URLSearchParams({ company_id: site.companyId, ...period, ...more }).toString()}`;
const make = (file_format: string, options: object) =>
  site.ask<{ id: string; errors?: { field: string }[] }>('POST', '/api/v1/export-jobs', {
    company_id: site.companyId,
    file_format,
    ...period,
    options,
  });

test.each(fileFormats)(
  '%s: the export is the page, column by column, and its summary has every total',
  async (format) => {
    const page = await site.ask<{ results: Record<string, string>[]; totals: Record<string, string>[]; total: number }>(
      'GET',
      path({ columns: columns.join(','), page_size: '200' }),
    );
    expect(page.body.total).toBe(60);
    expect(Object.keys(page.body.results[0] ?? {})).toEqual(columns);
    expect(page.body.totals[0]).toHaveProperty('tax');

    const { body } = await make(format, { columns });
    const job = await site.finished(body.id, 60);
    expect(job).toMatchObject({ status: 'completed', row_count: 60, options: { columns } });
    const files = await unzip(await site.fetchZip(body.id));
    const [file = Buffer.alloc(0), summary = Buffer.alloc(0), manifest = Buffer.alloc(0)] = [...files.values()];
    if (format === 'csv') {
      const rows = parse(file) as string[][];
      expect(rows[0]).toEqual(labels);
      // a CSV guards what a spreadsheet would take for a formula
      expect(rows.slice(1).map((row) => row.map((cell) => cell.replace(/^'(?=[=+@-])/, '')))).toEqual(
        page.body.results.map((row) => columns.map((key) => row[key] ?? '')),
      );
    }
    if (format === 'xlsx') {
      const [sheet] = (await readWorkbook(file)).sheets;
      expect(sheet?.rows[0]?.map((cell) => cell?.raw)).toEqual(labels);
      expect(sheet?.rows.length).toBeGreaterThanOrEqual(61);
    }
    const [total] = (parse(summary, { columns: true }) as Record<string, string>[]).filter(
      ({ Level }) => Level === 'Total',
    );
    expect(total).toMatchObject({
      Rows: '60',
      'Total price': page.body.totals[0]?.['total_price'],
      Tax: page.body.totals[0]?.['tax'],
    });
    const said = JSON.parse(manifest.toString()) as {
      columns: { key: string }[];
      group_columns: string[];
      sum_columns: string[];
    };
    expect(said.columns.map(({ key }) => key)).toEqual(columns);
    expect([said.group_columns, said.sum_columns]).toEqual([[], ['total_price']]);
  },
);

test('a file downloaded at once has the same columns', async () => {
  const answer = await fetch(
    `${site.installation.address}${path({ columns: columns.join(','), file_format: 'csv' }, '/download')}`,
    { headers: { authorization: `Bearer ${site.key}` } },
  );
  expect((await answer.text()).split('\n')[0]).toBe(labels.join(','));
});

test('a column that is none, or is named twice, is refused by name at every door', async () => {
  for (const wrong of ['gossip', 'total_price,total_price', 'toString']) {
    for (const door of ['', '/download', '/preview']) {
      const { status, body } = await site.ask(
        'GET',
        path({ columns: `vendor,${wrong}`, ...(door && { file_format: 'csv' }) }, door),
      );
      expect([wrong, door, status]).toEqual([wrong, door, 400]);
      expect(body).toMatchObject({ errors: [{ field: 'columns' }] });
    }
    const { status, body } = await make('csv', { columns: ['vendor', ...wrong.split(',')] });
    expect([wrong, status]).toEqual([wrong, 400]);
    expect(body.errors).toMatchObject([{ field: 'options.columns' }]);
  }
});

test('a comparison is of the period before or the year before, and says since when there is anything', async () => {
  interface Compared {
    comparison: { date_from: string; date_to: string; totals: unknown[]; data_begins: string };
  }
  const of = async (compare_to: string, date_from: string, date_to: string) =>
    (await site.ask<Compared>('GET', path({ compare_to, date_from, date_to }))).body.comparison;
  expect(await of('previous_period', '2026-03-01', '2026-03-31')).toMatchObject({
    date_from: '2026-02-01',
    date_to: '2026-02-28',
    data_begins: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
  });
  expect(await of('previous_year', '2024-02-29', '2024-03-31')).toMatchObject({
    date_from: '2023-02-28',
    date_to: '2023-03-31',
  });
  const wrong = await site.ask('GET', path({ compare_to: 'yesterday' }));
  expect(wrong).toMatchObject({ status: 400, body: { errors: [{ field: 'compare_to' }] } });
});
