import { describe, expect, it } from 'vitest';
import { parseSearch } from '#web/url-search.ts';
import { exportHistorySearch, hasFilters, viewOf, withoutFilters } from './search.ts';
import { apiQueryOf } from './use-export-jobs.ts';

const viewAt = (search: string) => viewOf(exportHistorySearch.parse(parseSearch(search)));

describe('the address of Export History (M10)', () => {
  it('has the documented defaults', () => {
    expect(viewAt('')).toEqual({ page: 0, page_size: 20, ordering: '-created_at' });
  });

  it('restores filters, order and page', () => {
    expect(
      viewAt('?page=2&page_size=50&ordering=date_to&status=failed,pending&file_format=csv,pdf&created_from=2026-10-01'),
    ).toEqual({
      page: 2,
      page_size: 50,
      ordering: 'date_to',
      status: ['failed', 'pending'],
      file_format: ['csv', 'pdf'],
      created_from: '2026-10-01',
    });
  });

  it.each([
    ['page=-3', { page: 0 }],
    ['page_size=9999', { page_size: 20 }],
    ['page_size=0', { page_size: 20 }],
    ['page_size=200', { page_size: 200 }],
    ['ordering=drop', { ordering: '-created_at' }],
    ['ordering=-updated_at', { ordering: '-updated_at' }],
  ])('takes %s for %o', (search, expected) => {
    expect(viewAt(`?${search}`)).toMatchObject(expected);
  });

  it('drops a day that does not exist and keeps the other', () => {
    expect(viewAt('?created_from=2026-02-30&created_to=2026-03-01')).toMatchObject({ created_to: '2026-03-01' });
    expect(viewAt('?created_from=2026-02-30')).not.toHaveProperty('created_from');
  });

  it('turns a period that was given the wrong way round', () => {
    expect(viewAt('?created_from=2026-03-02&created_to=2026-03-01')).toMatchObject({
      created_from: '2026-03-01',
      created_to: '2026-03-02',
    });
  });

  it('forgets all filters at once and goes back to the first page', () => {
    const search = exportHistorySearch.parse(parseSearch('?status=failed&created_by=7&page=3&ordering=status'));
    expect(hasFilters(search)).toBe(true);
    const cleared = withoutFilters(search);
    expect(hasFilters(cleared)).toBe(false);
    expect(viewOf(cleared)).toEqual({ page: 0, page_size: 20, ordering: 'status' });
  });
});

describe('what the API is asked (M24)', () => {
  it('has created_at_from and created_at_to instead of the names of the page', () => {
    expect(apiQueryOf('c1', viewAt('?created_from=2026-10-01&created_to=2026-10-31&status=failed'))).toEqual({
      company_id: 'c1',
      page: 0,
      page_size: 20,
      ordering: '-created_at',
      status: ['failed'],
      created_at_from: '2026-10-01',
      created_at_to: '2026-10-31',
    });
  });
});
