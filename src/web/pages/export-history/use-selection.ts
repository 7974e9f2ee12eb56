/** Which exports are chosen: kept while pages are turned, told each time it changes, and never holds what has gone. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ExportJob } from '#contract/export-jobs.ts';
import { announce } from '#web/frame/announcer.tsx';
import { historyWords as t } from '#web/words/en/history.ts';

export interface Selection {
  readonly ids: ReadonlySet<string>;
  /** As they are known now, in the order they were chosen. */
  readonly jobs: readonly ExportJob[];
  /** `isRange`: with all between this row and the one that was chosen before. */
  readonly toggle: (job: ExportJob, isRange: boolean) => void;
  /** All of the page, or none of it when all are chosen. */
  readonly togglePage: () => void;
  readonly drop: (ids: readonly string[]) => void;
  readonly clear: () => void;
}

/** `page`: the rows on the page, in order. */
export function useSelection(page: readonly ExportJob[]): Selection {
  const [chosen, setChosen] = useState<ReadonlyMap<string, ExportJob>>(new Map());
  const last = useRef<string | null>(null);
  const now = useRef({ page, chosen });
  useEffect(() => {
    now.current = { page, chosen };
  });

  const change = useCallback((next: ReadonlyMap<string, ExportJob>): void => {
    setChosen(next);
    announce(next.size === 0 ? t('noneSelected') : t('selected', { count: next.size }));
  }, []);

  const toggle = useCallback(
    (job: ExportJob, isRange: boolean): void => {
      const { page: rows, chosen: known } = now.current;
      const isOn = !known.has(job.id);
      const [from, to] = [rows.findIndex(({ id }) => id === last.current), rows.findIndex(({ id }) => id === job.id)];
      const meant = isRange && from >= 0 ? rows.slice(Math.min(from, to), Math.max(from, to) + 1) : [job];
      last.current = job.id;
      change(isOn ? new Map([...known, ...keyed(meant)]) : without(known, meant));
    },
    [change],
  );
  const togglePage = useCallback((): void => {
    const { page: rows, chosen: known } = now.current;
    const isAll = rows.every(({ id }) => known.has(id));
    change(isAll ? without(known, rows) : new Map([...known, ...keyed(rows)]));
  }, [change]);
  const drop = useCallback((ids: readonly string[]): void => {
    setChosen((known) => new Map([...known].filter(([id]) => !ids.includes(id))));
  }, []);
  const clear = useCallback((): void => change(new Map()), [change]);

  const jobs = useMemo(() => {
    const current = keyed(page);
    return [...chosen.values()].map((job) => current.get(job.id) ?? job);
  }, [page, chosen]);
  const ids = useMemo(() => new Set(chosen.keys()), [chosen]);
  return { ids, jobs, toggle, togglePage, drop, clear };
}

const keyed = (jobs: readonly ExportJob[]): Map<string, ExportJob> => new Map(jobs.map((job) => [job.id, job]));
const without = (known: ReadonlyMap<string, ExportJob>, jobs: readonly ExportJob[]): Map<string, ExportJob> => {
  const gone = keyed(jobs);
  return new Map([...known].filter(([id]) => !gone.has(id)));
};
