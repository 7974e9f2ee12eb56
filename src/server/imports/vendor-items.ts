/** `vendor_items.csv`: what a vendor sells, by its article number, and the ingredient it is. */
import { code, currency, factor, price, taxRate, text, truth } from './cells.ts';
import { findWarnings, refuseRepeated, refuseUnknown } from './checks.ts';
import { guardArticleItems, moveArticleLines } from './identity.ts';
import type { ImportKind } from './kind.ts';
import { upsert } from './upsert.ts';

const resolved = 'resolved_vendor_items';

export const vendorItems: ImportKind = {
  name: 'vendor_items',
  label: 'Vendor articles',
  columns: [
    { name: 'vendor_code', required: true, cell: code(), about: 'Of vendors.csv.', example: 'NORDKAI' },
    {
      name: 'article_number',
      required: true,
      cell: code(),
      about: "The vendor's number, as text: leading zeros stay. Rows are matched by vendor and article number.",
      example: '004711',
    },
    { name: 'item_code', cell: code(), about: 'The ingredient it is, of items.csv.', example: 'TOMATO' },
    { name: 'name', required: true, cell: text(1000), about: 'As the vendor calls it.', example: 'Rispentomaten 6 kg' },
    { name: 'order_unit', required: true, cell: code(50), about: 'What is ordered.', example: 'box' },
    {
      name: 'units_per_order_unit',
      cell: factor,
      about: "Base units of the ingredient in one order unit; 1 if it isn't given.",
      example: '6',
    },
    {
      name: 'list_price',
      cell: price({ min: 0, outside: 'A list price is not negative' }),
      about: 'Per order unit.',
      example: '14.40',
    },
    { name: 'currency', cell: currency, about: 'Of the list price, by ISO 4217.', example: 'EUR' },
    { name: 'tax_rate', cell: taxRate, about: 'A fraction: 0.07 is 7 %.', example: '0.07' },
    { name: 'active', cell: truth, about: 'false archives the article.', example: 'true' },
  ],
  async apply(run) {
    const company = run.company.id;
    await refuseRepeated(run, 'vendor_items', ['vendor_code', 'article_number']);
    await run.client.query(
      `CREATE TEMP TABLE ${resolved} AS
       SELECT s.*, v.id AS vendor_id, i.id AS item_id FROM staged_vendor_items s
       LEFT JOIN vendors v ON v.company_id = ${company} AND v.code = s.vendor_code
       LEFT JOIN items i ON i.company_id = ${company} AND i.code = s.item_code`,
    );
    await refuseUnknown(run, 'vendor_items', resolved, { column: 'vendor_code', to: 'vendors' }, 's.vendor_id IS NULL');
    await refuseUnknown(run, 'vendor_items', resolved, { column: 'item_code', to: 'items' }, 's.item_id IS NULL');
    await guardArticleItems(run, resolved);
    const outcome = await upsert(run, {
      table: 'vendor_items',
      source: resolved,
      keys: ['vendor_id', 'article_number'],
      values: ['item_id', 'name', 'order_unit', 'units_per_order_unit', 'list_price', 'currency', 'tax_rate'],
      defaults: { units_per_order_unit: '1' },
    });
    await moveArticleLines(run);
    await findWarnings(
      run,
      'vendor_items',
      'no_ingredient',
      `SELECT s.row_no, 'item_code' AS column_name, NULL AS value, 'Article ' || s.article_number
         || ' has no ingredient: it stays on purchase reports and moves no stock' AS reason
       FROM ${resolved} s
       JOIN vendor_items t ON t.company_id = ${company} AND t.vendor_id = s.vendor_id AND t.article_number = s.article_number
       WHERE NOT s.faulty AND t.item_id IS NULL`,
    );
    return outcome;
  },
};
