/** The audit log: who did what, newest first. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Page } from '#contract/export-jobs.ts';
import type { AuditChain, AuditEvent } from '#contract/organization.ts';
import { api } from './client.ts';

export interface AuditQuestion {
  readonly company_id?: string | undefined;
  readonly organization_id?: string | undefined;
  readonly action?: readonly string[] | undefined;
  readonly user_id?: string | undefined;
  /** Business days, both included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export const listAuditEvents = (
  question: AuditQuestion & { page: number; page_size: number },
  signal?: AbortSignal,
): Promise<Page<AuditEvent>> => api.get('/audit-events', { query: { ...question }, ...(signal && { signal }) });

/** Never taken from the cache: something has usually just been done. */
export const auditQuery = (question: AuditQuestion & { page: number; page_size: number }) =>
  queryOptions({
    queryKey: ['audit-events', question],
    queryFn: ({ signal }) => listAuditEvents(question, signal),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });

/** Whether the log is whole. The whole chain is read for it: not asked again within a minute. */
export const auditChainQuery = (organizationId: string) =>
  queryOptions({
    queryKey: ['audit-chain', organizationId],
    queryFn: ({ signal }) => api.get<AuditChain>(`/organizations/${organizationId}/audit-chain`, { signal }),
    staleTime: 60_000,
  });
