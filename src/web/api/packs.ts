/** Packs of the API: definitions that are kept, runs of them, and what can be done with a run. */
import { queryOptions } from '@tanstack/react-query';
import type { DownloadLink, Page } from '#contract/export-jobs.ts';
import type { ExportPack, PackMember, PackOptions, SavedPack } from '#contract/packs.ts';
import type { SavedPeriod } from '#contract/saved-reports.ts';
import { api } from './client.ts';
import { everyPage } from './every-page.ts';
import { jobQuery } from './export-jobs.ts';

export const savedPacksKey = (organizationId: string) => ['packs', organizationId, 'saved'] as const;
export const packRunsKey = (organizationId: string) => ['packs', organizationId, 'runs'] as const;

export const savedPacksQuery = (organizationId: string) =>
  queryOptions({
    queryKey: savedPacksKey(organizationId),
    queryFn: ({ signal }) => everyPage<SavedPack>(`/organizations/${organizationId}/packs`, {}, signal),
  });

/** The last ones that were made. */
export const packRunsQuery = (organizationId: string, shown: number) =>
  queryOptions({
    queryKey: [...packRunsKey(organizationId), shown],
    queryFn: ({ signal }) =>
      api.get<Page<ExportPack>>('/export-packs', {
        query: { organization_id: organizationId, page_size: shown },
        signal,
      }),
  });

/** Below the key of its job, so that it is asked again with it. */
export const packQuery = (companyId: string, id: string) =>
  queryOptions({
    queryKey: [...jobQuery(companyId, id).queryKey, 'pack'],
    queryFn: ({ signal }) => readPack(id, signal),
  });

export interface PackDefinition {
  readonly name: string;
  readonly members: readonly PackMember[];
  readonly period: SavedPeriod;
  readonly options: PackOptions;
}

const savedPath = (organizationId: string, id = ''): string =>
  `/organizations/${organizationId}/packs${id && `/${id}`}`;
const keyed = (key: string) => ({ 'idempotency-key': key });

export const savePack = (organizationId: string, body: PackDefinition, key: string): Promise<SavedPack> =>
  api.post(savedPath(organizationId), { body, headers: keyed(key) });

export const changePack = (pack: SavedPack, body: Partial<PackDefinition>): Promise<SavedPack> =>
  api.patch(savedPath(pack.organization_id, pack.id), { body });

export const deleteSavedPack = (pack: SavedPack): Promise<void> => api.delete(savedPath(pack.organization_id, pack.id));

/** Of a saved pack with its own period, or with days; or of members with days. */
export type NewPack =
  | {
      readonly organization_id: string;
      readonly pack_id: string;
      readonly date_from?: string;
      readonly date_to?: string;
    }
  | {
      readonly organization_id: string;
      readonly members: readonly PackMember[];
      readonly name?: string;
      readonly date_from: string;
      readonly date_to: string;
      readonly options?: PackOptions;
    };

export const makePack = (body: NewPack, key: string): Promise<ExportPack> =>
  api.post('/export-packs', { body, headers: keyed(key) });

const pathOf = (id: string, action = ''): string => `/export-packs/${encodeURIComponent(id)}${action}`;

/** What is missing of it, of the same versions of the data. */
export const retryPack = (id: string): Promise<ExportPack> => api.post(pathOf(id, '/retry'));

export const packLink = (id: string): Promise<DownloadLink> => api.get(pathOf(id, '/download'));

export const readPack = (id: string, signal?: AbortSignal): Promise<ExportPack> =>
  api.get(pathOf(id), { ...(signal && { signal }) });
