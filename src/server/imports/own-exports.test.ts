/** What the product itself writes for spreadsheets is read back by another company: the same rows, equal to the cent. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FieldSource } from '#contract/import-profiles.ts';
import { importFiles, inspectFile } from '#test/import-files.ts';
import { askReport, purchases, type ReportSite, startReportSite } from '#test/report-kitchen.ts';

let site: ReportSite;
let from: Awaited<ReturnType<ReportSite['kitchen']>>;
const march = { date_from: '2026-03-01', date_to: '2026-03-31' };
const { 'purchase_orders.csv': _orders, 'receipts.csv': _receipts, ...masterData } = purchases;

beforeAll(async () => {
  site = await startReportSite();
  from = await site.kitchen(purchases);
});
afterAll(() => site.close());

interface Form {
  readonly report: string;
  readonly locale: string;
  readonly form: string;
  /** Questions, and what somebody answers. */
  readonly asks: readonly string[];
  readonly fields: Readonly<Record<string, FieldSource>>;
  readonly query?: string;
  /** Left out of the question, for the report does not say which document its rows are of. */
  readonly period?: typeof march;
}
const delivered = { column: 'Delivery date' };
const lines = {
  report: 'order_lines',
  asks: ['invoice_date'],
  fields: { invoice_date: delivered },
  query: '&kind=invoices',
};
const spreadsheet = 'file_format=csv&csv_dialect=spreadsheets';
const workbook = 'file_format=xlsx';
// of orders that came in one delivery each
const grouped = {
  report: 'delivery_location',
  asks: ['invoice_number', 'invoice_date'],
  fields: {
    invoice_number: { column: 'Order number' },
    invoice_date: delivered,
    quantity: { column: 'Received quantity' },
  },
  query: '&kind=invoices',
  period: { date_from: '2026-03-06', date_to: '2026-03-19' },
};

test.each<Form>([
  { ...lines, form: spreadsheet, locale: 'de-DE' },
  { ...lines, form: spreadsheet, locale: 'en-US' },
  { ...lines, form: spreadsheet, locale: 'fr-CH' },
  { ...lines, form: 'file_format=csv', locale: 'de-DE' },
  { ...lines, form: workbook, locale: 'de-DE', query: '&kind=invoices&sheet=Order%20Lines%20Report' },
  { ...grouped, form: spreadsheet, locale: 'pl-PL' },
  { ...grouped, form: workbook, locale: 'pl-PL', query: `${grouped.query}&sheet=Purchase%20Orders%20Report` },
])('$report as $form of $locale', async ({ report, locale, form, asks, fields, query = '', period = march }) => {
  await site.pool.pool.query('UPDATE companies SET locale = $2 WHERE id = $1', [from.company.id, locale]);
  const asked = new URLSearchParams({ company_id: from.company.id, ...period }).toString();
  const { bytes } = await from.client.ask('GET', `/api/v1/reports/${report}/download?${asked}&${form}`);
  const name = form === workbook ? 'back.xlsx' : 'back.csv';
  const to = await site.kitchen(masterData);

  const { body: look } = await inspectFile(to.client, to.company.id, name, bytes, query);
  expect(look.kind).toBe('invoices');
  expect(look.ambiguities.map(({ field, about }) => field ?? about)).toEqual(asks);
  const { suggestion, fingerprint } = look;
  const profile = await to.client.post<{ id: string }>(`/api/v1/companies/${to.company.id}/import-profiles`, {
    ...suggestion,
    fields: { ...suggestion.fields, ...fields },
    name,
    fingerprint,
  });
  const { body } = await importFiles(to.client, to.company.id, { [name]: bytes }, `&profile_id=${profile.body.id}`);
  expect(body.errors ?? []).toEqual([]);
  const money = async (kitchen: typeof to) => {
    const { totals, total } = await askReport(kitchen.client, 'order_lines', {
      company_id: kitchen.company.id,
      ...period,
    });
    return [total, totals];
  };
  expect(await money(to)).toEqual(await money(from));
});
