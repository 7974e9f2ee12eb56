import { describe, expect, it } from 'vitest';
import { chosenOf, type GridRow, isOfGrid, membersOf, nothing, toggled, withFormat } from './chosen.ts';

const rows: readonly GridRow[] = [
  { key: 'vendor', label: 'Vendor Spend', source: { report_type: 'vendor' } },
  { key: 'inventory', label: 'Inventory', source: { report_type: 'inventory' } },
  { key: 'saved 7', label: 'Θάλασσα', source: { saved_report_id: '7' } },
];
const keys = rows.map(({ key }) => key);
const companies = ['11', '12', '13'];

describe('the grid', () => {
  it('a row, a column, all: on where one is missing, off where none is', () => {
    let chosen = toggled(nothing, ['vendor'], companies);
    expect(membersOf(chosen, rows, companies)).toHaveLength(3);
    chosen = toggled(chosen, keys, ['12']);
    expect(membersOf(chosen, rows, companies)).toHaveLength(5);
    chosen = toggled(chosen, keys, ['12']);
    expect(membersOf(chosen, rows, companies).map(({ company_id }) => company_id)).toEqual(['11', '13']);
    chosen = toggled(chosen, keys, companies);
    expect(membersOf(chosen, rows, companies)).toHaveLength(9);
    expect(membersOf(toggled(chosen, keys, companies), rows, companies)).toEqual([]);
  });

  it('makes a member for each format, company by company; the last format stays', () => {
    const chosen = withFormat(toggled(nothing, ['saved 7'], ['11', '13']), 'saved 7', 'pdf');
    expect(membersOf(chosen, rows, companies)).toEqual([
      { company_id: '11', saved_report_id: '7', file_format: 'xlsx' },
      { company_id: '11', saved_report_id: '7', file_format: 'pdf' },
      { company_id: '13', saved_report_id: '7', file_format: 'xlsx' },
      { company_id: '13', saved_report_id: '7', file_format: 'pdf' },
    ]);
    const one = withFormat(chosen, 'saved 7', 'xlsx');
    expect(withFormat(one, 'saved 7', 'pdf')).toBe(one);
  });

  it('shows a saved pack whole, or says that it cannot', () => {
    const members = membersOf(toggled(nothing, keys, ['12', '13']), rows, companies);
    expect(membersOf(chosenOf(members), rows, companies)).toEqual(members);
    expect(isOfGrid(members, rows, companies)).toBe(true);
    const [first, ...rest] = members;
    if (!first) throw new Error('no member');
    for (const other of [
      [{ ...first, filters: { vendor_ids: ['4'] } }, ...rest],
      [{ ...first, options: { compare_to: 'previous_year' as const } }, ...rest],
      [{ ...first, file_format: 'csv' as const }, ...rest],
      [{ ...first, company_id: '99' }, ...rest],
      [{ company_id: '12', saved_report_id: '8', file_format: 'csv' as const }],
    ])
      expect(isOfGrid(other, rows, companies)).toBe(false);
  });
});
