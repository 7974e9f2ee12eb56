/**
 * Follows all companies of the person, the selected one closely. While the stream is down and something is unfinished, everything
 * is asked again every 5 s; when nothing is unfinished any more it is asked once more, and that stops, as when the stream is back.
 */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, use, useEffect, useMemo, useSyncExternalStore, type ReactNode } from 'react';
import type { ExportJob } from '#contract/export-jobs.ts';
import { unfinishedQuery } from '#web/api/export-jobs.ts';
import { CompanyLive } from './company-live.ts';
import type { StreamState } from './shared-stream.ts';

const pollEveryMs = 5000;

interface Live {
  readonly company: CompanyLive;
  /** Waiting or running exports; null while unknown. */
  readonly unfinished: number | null;
}

const LiveContext = createContext<Live | null>(null);

export function useLive(): Live {
  const live = use(LiveContext);
  if (!live) throw new Error('useLive outside the frame');
  return live;
}

export function useStreamState(): StreamState {
  const { company } = useLive();
  return useSyncExternalStore(company.subscribe, () => company.state);
}

interface LiveProviderProps {
  /** Null when the person may not see this company's exports. */
  readonly companyId: string | null;
  /** Null when they may see those of no company. */
  readonly userId: string | null;
  /** Rises when somebody has signed in again: then everything is followed anew. */
  readonly session: number;
  /** Called for every export that ends while the page is open; a stable function. */
  readonly onEnded: (job: ExportJob) => void;
  readonly children: ReactNode;
}

export function LiveProvider({ companyId, userId, session, onEnded, children }: LiveProviderProps) {
  const queryClient = useQueryClient();
  const company = useMemo(() => new CompanyLive(queryClient, companyId, userId), [queryClient, companyId, userId]);
  // who has signed in again is followed anew: the old stream was refused, and is not tried again by itself
  // oxlint-disable-next-line react/exhaustive-effect-dependencies, react/exhaustive-deps
  useEffect(() => company.start(onEnded), [company, onEnded, session]);

  const counted = useQuery({ ...unfinishedQuery(companyId ?? ''), enabled: companyId !== null });
  const unfinished = companyId === null ? null : (counted.data ?? null);
  const state = useSyncExternalStore(company.subscribe, () => company.state);
  const isPolling = companyId !== null && state === 'down' && unfinished !== 0;
  useEffect(() => {
    if (!isPolling) return undefined;
    const timer = setInterval(() => void company.reload(), pollEveryMs);
    return () => clearInterval(timer);
  }, [isPolling, company]);

  // the list may have been answered before the count, while something still ran: what is shown is brought up to it once
  const isDone = companyId !== null && state === 'down' && unfinished === 0;
  useEffect(() => {
    if (isDone) void company.reload();
  }, [isDone, company]);

  const live = useMemo(() => ({ company, unfinished }), [company, unfinished]);
  return <LiveContext value={live}>{children}</LiveContext>;
}
