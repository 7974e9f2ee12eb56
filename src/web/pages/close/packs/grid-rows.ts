/** The lines of the grid: every report there is, then what is saved in the selected company. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { reportListQuery } from '#web/api/reports.ts';
import { savedReportsQuery } from '#web/api/saved-reports.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { reportName } from '#web/words/reports.ts';
import type { GridRow } from './chosen.ts';

export function useGridRows(): readonly GridRow[] {
  const { id } = useCompany();
  const { data: reports } = useQuery(reportListQuery);
  const { data: saved } = useQuery(savedReportsQuery(id));
  return useMemo(
    () => [
      ...(reports?.results ?? []).map(({ type }) => ({
        key: type,
        label: reportName(type),
        source: { report_type: type },
      })),
      ...(saved ?? []).map((one) => ({
        key: `saved ${one.id}`,
        label: one.name,
        source: { saved_report_id: one.id },
      })),
    ],
    [reports, saved],
  );
}
