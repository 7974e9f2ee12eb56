/** How many rows an export would have, counted while the dialog is open: the question is asked as a report of one row. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '#web/api/client.ts';
import { periodProblem, type ExportQuestion } from './question.ts';

/** Typing a date passes through many wrong ones. */
const settleMs = 300;

export interface RowCount {
  /** Undefined while unknown. */
  readonly rows: number | undefined;
  readonly isCounting: boolean;
}

export function useRowCount(companyId: string, question: ExportQuestion): RowCount {
  const { report_type, date_from, date_to, filters, compare_to } = question;
  const path = `/reports/${report_type}`;
  const query = {
    ...filters,
    company_id: companyId,
    date_from,
    date_to,
    page_size: 1,
    compare_to,
  };
  const wanted = JSON.stringify([path, query]);
  const [settled, setSettled] = useState(wanted);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(wanted), settleMs);
    return () => clearTimeout(timer);
  }, [wanted]);
  const isAskable = periodProblem(question) === null;
  const { data, isFetching } = useQuery({
    queryKey: ['row-count', companyId, wanted],
    queryFn: ({ signal }) => api.get<{ total: number }>(path, { query, signal }).then(({ total }) => total),
    enabled: isAskable && settled === wanted,
  });
  return { rows: isAskable ? data : undefined, isCounting: isAskable && (isFetching || settled !== wanted) };
}
