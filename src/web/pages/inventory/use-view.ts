/** The page's state, which is its address: the question it asks, and the one way to change it. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { addDays } from '#contract/calendar.ts';
import type { ReportQuestion } from '#web/api/reports.ts';
import { useCompany, useMay } from '#web/frame/company-context.tsx';
import { periodOf, periodSearch } from '#web/parts/report/presets.ts';
import { useToday } from '#web/parts/use-clock.ts';
import { defaultPageSize, filtersOf, type InventorySearch, orderingOf, type StockFilters } from './search.ts';

interface View {
  /** Whether amounts are shown; without them quantities are. */
  readonly withMoney: boolean;
  readonly search: InventorySearch;
  readonly filters: StockFilters;
  readonly question: ReportQuestion;
  readonly period: { readonly from: string; readonly to: string };
  readonly pageOf: { readonly page: number; readonly page_size: number; readonly ordering: string };
  /** Changes some fields; whatever is not the page itself goes back to the first page. */
  readonly change: (patch: Partial<InventorySearch>, options?: { replace?: boolean }) => void;
  /** Undefined, undefined: yesterday. */
  readonly changePeriod: (from: string | undefined, to: string | undefined) => void;
}

export function useView(): View {
  const search = useSearch({ from: '/app/inventory' });
  const navigate = useNavigate({ from: '/inventory' });
  const { id: company_id } = useCompany();
  const today = useToday();
  const withMoney = useMay('view_financials');
  const change = useCallback<View['change']>(
    (patch, { replace = false } = {}) =>
      void navigate({
        search: (known) => ({ ...known, ...('page' in patch ? {} : { page: undefined }), ...patch }),
        replace,
        resetScroll: false,
      }),
    [navigate],
  );
  return useMemo(() => {
    const yesterday = addDays(today, -1);
    const standard = { from: yesterday, to: yesterday };
    const period = periodOf(search, standard);
    const filters = filtersOf(search, withMoney);
    return {
      withMoney,
      search,
      filters,
      period,
      question: { company_id, date_from: period.from, date_to: period.to, filters },
      pageOf: {
        page: search.page ?? 0,
        page_size: search.page_size ?? defaultPageSize,
        ordering: orderingOf(search, withMoney),
      },
      change,
      changePeriod: (from, to) => change(periodSearch(from ?? standard.from, to ?? standard.to, standard)),
    };
  }, [search, today, company_id, withMoney, change]);
}
