/** Imports of the API: templates, sending files to be checked or imported, and the import under way. */
import { queryOptions } from '@tanstack/react-query';
import type { EditedCell, ImportProfile, Inspection, ProfileSettings } from '#contract/import-profiles.ts';
import type { CurrentImport, ImportRefusal, ImportResult, ImportTemplate } from '#contract/imports.ts';
import { api, apiUrl } from './client.ts';
import { isProblem } from './problem.ts';

export const templatesQuery = queryOptions({
  queryKey: ['import-templates'],
  queryFn: async ({ signal }) =>
    (await api.get<{ results: ImportTemplate[] }>('/import-templates', { signal })).results,
  staleTime: Infinity,
});

export const templateUrl = (file: string): string => apiUrl(`/import-templates/${file}`);

export interface ImportSettings {
  /** Check everything, write nothing. */
  readonly dryRun: boolean;
  readonly ignoreExtra: boolean;
  readonly receiptsMoveStock: boolean;
  readonly otherVendor: boolean;
  readonly changes: readonly string[];
  readonly reason: string;
  /** Empty: nobody said. */
  readonly dateOrder: string;
  /** By which files are read that have none of our names. */
  readonly profileIds: readonly string[];
  /** Corrected on the page. */
  readonly edits: readonly EditedCell[];
}

/** The name under which a file is sent tells its kind. */
export interface NamedFile {
  readonly name: string;
  readonly file: File;
}

/** @throws ApiProblem import_refused with what `refusalOf` reads; conflict while another import of the company runs. */
export function sendImport(
  companyId: string,
  files: readonly NamedFile[],
  settings: ImportSettings,
  signal: AbortSignal,
): Promise<ImportResult> {
  const body = new FormData();
  if (settings.edits.length > 0) {
    body.append('edits', new Blob([JSON.stringify(settings.edits)], { type: 'application/json' }), 'edits.json');
  }
  for (const { name, file } of files) body.append('files', file, name);
  const query = {
    company_id: companyId,
    dry_run: settings.dryRun,
    ignore_extra: settings.ignoreExtra,
    receipts_move_stock: settings.receiptsMoveStock,
    other_vendor: settings.otherVendor ? 'new_orders' : 'refuse',
    ...(settings.reason !== '' && { reason: settings.reason }),
    ...(settings.dateOrder !== '' && { date_order: settings.dateOrder }),
    profile_id: settings.profileIds,
    ...(settings.changes.length > 0 && { change: settings.changes.join(',') }),
  };
  return api.post('/imports', { query, body, signal });
}

/** Every error with its place; null when something else went wrong. */
export function refusalOf(error: unknown): ImportRefusal | null {
  return isProblem(error, 'import_refused') ? (error.answer as unknown as ImportRefusal) : null;
}

export const readCurrentImport = async (companyId: string, signal?: AbortSignal): Promise<CurrentImport['import']> =>
  (await api.get<CurrentImport>('/imports/current', { query: { company_id: companyId }, ...(signal && { signal }) }))
    .import;

export const stopCurrentImport = (companyId: string): Promise<unknown> =>
  api.delete('/imports/current', { query: { company_id: companyId } });

/** Whether somebody's import into the company is running, looked at again every second while one is. */
export const currentImportQuery = (companyId: string) =>
  queryOptions({
    queryKey: ['current-import', companyId],
    queryFn: ({ signal }) => readCurrentImport(companyId, signal),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data ? 1000 : false),
  });

/** What somebody says of a file before it is looked at again. */
export interface SaidOfFile {
  readonly encoding?: string | null;
  readonly delimiter?: string | null;
  readonly sheet?: string | null;
  readonly header_row?: number;
  readonly skip_last_rows?: number;
  readonly kind?: string;
  readonly entry?: string;
  readonly rows?: readonly string[];
}

export function inspectFile(
  companyId: string,
  file: File,
  said: SaidOfFile,
  signal?: AbortSignal,
): Promise<Inspection> {
  const body = new FormData();
  body.append('file', file, file.name);
  const query = { company_id: companyId, ...said, delimiter: said.delimiter === '\t' ? 'tab' : said.delimiter };
  return api.post('/imports/inspect', { query, body, ...(signal && { signal }) });
}

/** Kept under a name; one that is known is changed. */
export function saveProfile(
  companyId: string,
  id: string | null,
  profile: ProfileSettings & { readonly name: string; readonly fingerprint: string },
): Promise<ImportProfile> {
  const path = `/companies/${companyId}/import-profiles`;
  return id === null ? api.post(path, { body: profile }) : api.patch(`${path}/${id}`, { body: profile });
}
