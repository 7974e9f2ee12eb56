/** The way from a sum to its lines: another report, or this one narrowed, as a step that Back undoes. */
import { useNavigate, type NavigateOptions } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { ReportDescription, ReportType } from '#contract/reports.ts';
import { reportListQuery } from '#web/api/reports.ts';
import { searchOf } from '#web/parts/report-filters/values.ts';
import { useView } from './use-view.ts';

interface Days {
  readonly from: string;
  readonly to: string;
}

/** The place to go to; filters that both reports have stay. */
export function useLeadOptions(): (
  type: ReportType,
  filters: Readonly<Record<string, string>>,
  days?: Days,
) => NavigateOptions | null {
  const { report, values, period, search } = useView();
  const { data } = useQuery(reportListQuery);
  return useCallback(
    (type, filters, days = period) => {
      const target: ReportDescription | undefined =
        type === report.type ? report : data?.results.find((one) => one.type === type);
      if (!target) return null;
      const taken = searchOf(target.filters, { ...values, ...listed(target, filters) });
      const narrowed = {
        ...taken,
        company: (search as { company?: string }).company,
        date_from: days.from,
        date_to: days.to,
      };
      return { to: '/reports/$report', params: { report: target.slug }, search: narrowed as never };
    },
    [report, data, values, period, search],
  );
}

const listed = (target: ReportDescription, filters: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(filters).map(([key, value]) => [
      key,
      target.filters.find((one) => one.key === key)?.type.endsWith('_list') ? [value] : value,
    ]),
  );

export function useLead(): (type: ReportType, filters: Readonly<Record<string, string>>, days?: Days) => void {
  const navigate = useNavigate();
  const options = useLeadOptions();
  return useCallback(
    (type, filters, days) => {
      const place = options(type, filters, days);
      if (place) void navigate(place);
    },
    [navigate, options],
  );
}
