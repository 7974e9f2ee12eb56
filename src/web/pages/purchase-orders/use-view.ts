/** The page's state, which is its address: the question it asks, and the one way to change it. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { addDays } from '#contract/calendar.ts';
import type { ReportQuestion } from '#web/api/reports.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { periodOf, periodSearch } from '#web/parts/report/presets.ts';
import { useToday } from '#web/parts/use-clock.ts';
import { defaultOrdering, defaultPageSize, type PurchaseOrdersSearch } from './search.ts';

interface View {
  readonly search: PurchaseOrdersSearch;
  readonly question: ReportQuestion;
  readonly period: { readonly from: string; readonly to: string };
  readonly pageOf: { readonly page: number; readonly page_size: number; readonly ordering: string };
  /** Changes some fields; whatever is not the page itself goes back to the first page. */
  readonly change: (patch: Partial<PurchaseOrdersSearch>, options?: { replace?: boolean }) => void;
  /** Undefined, undefined: the last 30 days. */
  readonly changePeriod: (from: string | undefined, to: string | undefined) => void;
}

export function useView(): View {
  const search = useSearch({ from: '/app/purchase-orders' });
  const navigate = useNavigate({ from: '/purchase-orders' });
  const { id: company_id } = useCompany();
  const today = useToday();
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
    const standard = { from: addDays(today, -30), to: addDays(today, -1) };
    const period = periodOf(search, standard);
    return {
      search,
      period,
      question: {
        company_id,
        date_from: period.from,
        date_to: period.to,
        filters: { delivery_location_ids: search.delivery_location_ids },
      },
      pageOf: {
        page: search.page ?? 0,
        page_size: search.page_size ?? defaultPageSize,
        ordering: search.ordering ?? defaultOrdering,
      },
      change,
      changePeriod: (from, to) => change(periodSearch(from ?? standard.from, to ?? standard.to, standard)),
    };
  }, [search, today, company_id, change]);
}
