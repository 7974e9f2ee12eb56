/** `vendors.csv`: who sells. Matched by `code`. */
import { code, currency, integer, text, truth } from './cells.ts';
import { refuseRepeated } from './checks.ts';
import { guardVendorCurrencies } from './identity.ts';
import type { ImportKind } from './kind.ts';
import { upsert } from './upsert.ts';

export const vendors: ImportKind = {
  name: 'vendors',
  label: 'Vendors',
  columns: [
    { name: 'code', required: true, cell: code(), about: 'Your own code; rows are matched by it.', example: 'NORDKAI' },
    { name: 'name', required: true, cell: text(1000), about: 'As reports show it.', example: 'Nordkai Foodservice' },
    { name: 'tax_id', cell: text(200), about: 'Tax or VAT number.', example: 'DE123456789' },
    { name: 'currency', cell: currency, about: 'What the vendor invoices in, by ISO 4217.', example: 'EUR' },
    { name: 'email', cell: text(320), about: 'For orders.', example: 'orders@nordkai.example' },
    { name: 'phone', cell: text(100), about: 'For orders.', example: '+49 40 5550100' },
    { name: 'payment_terms_days', cell: integer(0, 3650), about: 'Days until an invoice is due.', example: '14' },
    { name: 'active', cell: truth, about: 'false archives the vendor.', example: 'true' },
  ],
  async apply(run) {
    await refuseRepeated(run, 'vendors', ['code']);
    await guardVendorCurrencies(run);
    return upsert(run, {
      table: 'vendors',
      source: 'staged_vendors',
      keys: ['code'],
      values: ['name', 'tax_id', 'currency', 'email', 'phone', 'payment_terms_days'],
    });
  },
};
