/** The state of a report's page, which is its address: the question it asks, and the one way to change it. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { createContext, use, useCallback, useMemo } from 'react';
import { addDays } from '#contract/calendar.ts';
import type { ReportDescription, ReportFilter } from '#contract/reports.ts';
import type { PeriodKind } from '#contract/saved-reports.ts';
import type { ReportQuestion } from '#web/api/reports.ts';
import { useCompany, useMay } from '#web/frame/company-context.tsx';
import { offeredFilters, searchOf, valuesIn } from '#web/parts/report-filters/values.ts';
import { kindShown, nameField, periodOf, type PresetId } from '#web/parts/report/presets.ts';
import { fileOrder } from '#web/parts/report/saved-question.ts';
import { useToday } from '#web/parts/use-clock.ts';
import type { FilterValues } from '#web/api/reports.ts';
import { defaultPageSize, type ReportSearch } from './search.ts';

export const ReportContext = createContext<ReportDescription | null>(null);

export interface View {
  readonly report: ReportDescription;
  /** Whether amounts are shown; without them quantities are. */
  readonly withMoney: boolean;
  readonly search: ReportSearch;
  readonly filters: readonly ReportFilter[];
  readonly values: FilterValues;
  /** Columns on screen and in the file, in order. */
  readonly columns: ReportDescription['columns'];
  readonly question: ReportQuestion;
  readonly period: { readonly from: string; readonly to: string };
  /** What the period is the days of: chosen by a name it stays that name. */
  readonly periodKind: PeriodKind;
  readonly pageOf: { readonly page: number; readonly page_size: number; readonly ordering: string | undefined };
  /** Changes some fields; whatever is not the page itself goes back to the first page. */
  readonly change: (patch: Partial<ReportSearch>, options?: { replace?: boolean }) => void;
  readonly changeFilters: (values: FilterValues) => void;
  /** Undefined, undefined: the report's own period. With the name they were chosen by, if by any. */
  readonly changePeriod: (from: string | undefined, to: string | undefined, name?: PresetId) => void;
}

export function useView(): View {
  const report = use(ReportContext);
  if (!report) throw new Error('useView outside a report');
  const search = useSearch({ from: '/app/reports/$report' }) as ReportSearch;
  const navigate = useNavigate({ from: '/reports/$report' });
  const { id: company_id } = useCompany();
  const today = useToday();
  const withMoney = useMay('view_financials');
  const change = useCallback<View['change']>(
    (patch, { replace = false } = {}) =>
      void navigate({
        search: (known: object) => ({ ...known, ...('page' in patch ? {} : { page: undefined }), ...patch }) as never,
        replace,
        resetScroll: false,
      }),
    [navigate],
  );
  return useMemo(() => {
    const standard = standardPeriod(report, today);
    const asked = periodOf(search, standard);
    const period = report.period_kind === 'as_of' ? { from: asked.to, to: asked.to } : asked;
    const filters = offeredFilters(report, withMoney);
    const values = valuesIn(filters, search);
    const seen = report.columns.filter(({ key }) => withMoney || report.quantity_columns?.includes(key));
    const { compare_to } = search;
    const date_basis = report.date_bases.find((one) => one === search.date_basis);
    const chosen = (search.columns ?? []).flatMap((key) => seen.find((column) => column.key === key) ?? []);
    return {
      report,
      withMoney,
      search,
      filters,
      values,
      columns: chosen.length > 0 ? chosen : seen,
      period,
      periodKind: kindShown(asked === standard ? report.default_period : search.period, period, today),
      question: {
        company_id,
        date_from: period.from,
        date_to: period.to,
        filters: values,
        ...(compare_to && { compare_to }),
        ...(date_basis && { date_basis }),
        // those that are added are of the columns shown
        ...(compare_to && chosen.length > 0 && { columns: chosen.map(({ key }) => key) }),
      },
      pageOf: {
        page: search.page ?? 0,
        page_size: search.page_size ?? defaultPageSize,
        ordering: orderingOf(search.ordering, report, seen),
      },
      change,
      changeFilters: (next) => change(searchOf(report.filters, next)),
      changePeriod: (from, to, name) => {
        const isOwn = !from || !to || (from === standard.from && to === standard.to);
        // nothing for the report's own period, so that a bookmark moves on; of a saved report other days are its own
        const isSaid = from && to && (search.saved || !isOwn || (name && name !== report.default_period));
        change(
          isSaid
            ? { date_from: from, date_to: to, period: nameField(name, { from, to }, today) }
            : { date_from: undefined, date_to: undefined, period: undefined },
        );
      },
    };
  }, [report, search, today, company_id, withMoney, change]);
}

export function standardPeriod(report: ReportDescription, today: string): { from: string; to: string } {
  const yesterday = addDays(today, -1);
  return { from: report.default_period === 'yesterday' ? yesterday : addDays(today, -30), to: yesterday };
}

function orderingOf(asked: string | undefined, report: ReportDescription, seen: View['columns']): string | undefined {
  if (asked === fileOrder) return undefined;
  const isKnown = (text: string | null | undefined): boolean => seen.some(({ key }) => key === text?.replace(/^-/, ''));
  if (isKnown(asked)) return asked;
  return isKnown(report.default_ordering) ? (report.default_ordering ?? undefined) : undefined;
}
