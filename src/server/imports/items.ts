/** `items.csv`: ingredients and whatever else is kept. Matched by `code`. */
import { code, price, text, truth } from './cells.ts';
import { refuseRepeated } from './checks.ts';
import { guardItemUnits } from './identity.ts';
import type { ImportKind } from './kind.ts';
import { upsert } from './upsert.ts';

export const items: ImportKind = {
  name: 'items',
  label: 'Ingredients',
  columns: [
    { name: 'code', required: true, cell: code(), about: 'Your own code; rows are matched by it.', example: 'TOMATO' },
    { name: 'name', required: true, cell: text(1000), about: 'As reports show it.', example: 'Tomatoes, vine' },
    { name: 'category', cell: text(200), about: 'Group in the reports.', example: 'Produce' },
    { name: 'subcategory', cell: text(200), about: 'Second level of grouping.', example: 'Vegetables' },
    { name: 'base_unit', required: true, cell: code(50), about: 'What stock is counted in.', example: 'kg' },
    {
      name: 'standard_cost',
      cell: price({ min: 0, outside: 'A cost is not negative' }),
      about: 'Per base unit, in the currency of the company; used where no other cost is known.',
      example: '2.40',
    },
    { name: 'active', cell: truth, about: 'false archives the ingredient.', example: 'true' },
  ],
  async apply(run) {
    await refuseRepeated(run, 'items', ['code']);
    await guardItemUnits(run);
    return upsert(run, {
      table: 'items',
      source: 'staged_items',
      keys: ['code'],
      values: ['name', 'category', 'subcategory', 'base_unit', 'standard_cost'],
    });
  },
};
