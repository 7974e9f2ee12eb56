import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { isDay } from '#contract/calendar.ts';
import {
  dayField,
  idField,
  idsField,
  listField,
  oneOfField,
  parseSearch,
  stringifySearch,
  wholeField,
} from './url-search.ts';

const schema = z.object({
  page: wholeField(0, 1000),
  status: listField(['pending', 'failed', 'completed']),
  ordering: oneOfField(['created_at', '-created_at']),
  from: dayField(isDay),
  job: idField(),
  people: idsField(2),
});
const read = (search: string) => schema.parse(parseSearch(search));

describe('search parameters', () => {
  it('are written as people type them', () => {
    expect(stringifySearch({ status: ['failed', 'pending'], page: 2, empty: [], none: undefined, at: '12:30' })).toBe(
      '?status=failed,pending&page=2&at=12:30',
    );
    expect(stringifySearch({})).toBe('');
  });

  it('come back as they were written', () => {
    const state = { page: 3, status: ['failed', 'pending'], ordering: '-created_at', from: '2026-10-01', job: 'a-1' };
    expect(read(stringifySearch(state))).toEqual(state);
  });

  it('take a repeated name for a list', () => {
    expect(read('?status=failed&status=pending').status).toEqual(['failed', 'pending']);
  });

  it('fall back field by field', () => {
    expect(read('?page=-3&status=foo,failed,failed&ordering=drop&from=2026-02-30&job=%00&people=a,b,c,<x>')).toEqual({
      status: ['failed'],
      people: ['a', 'b'],
    });
    expect(read('?page=1001').page).toBeUndefined();
    expect(read('?page=1.5').page).toBeUndefined();
    expect(read('?job=a,b').job).toBe('a');
  });

  it('never break the page, whatever the address says', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('page', 'status', 'from', 'job', 'x'),
        (text, name) => {
          const found = read(`?${name}=${text}`);
          expect(read(stringifySearch(found))).toEqual(found);
        },
      ),
    );
  });
});
