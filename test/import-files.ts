/** Files for imports in tests: a table becomes CSV, files become one multipart body. */
import { stringify } from 'csv-stringify/sync';
import type { Inspection } from '#contract/import-profiles.ts';
import type { Answer, Client } from './http.ts';

export type CsvRow = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Header from the first row's keys; null and undefined are empty cells. */
export const csv = (rows: readonly CsvRow[]): string =>
  stringify([...rows], { header: true, cast: { boolean: String } });

/** Content by file name. */
export type CsvFiles = Readonly<Record<string, string | Buffer>>;

export interface MultipartBody {
  readonly body: Buffer;
  readonly contentType: string;
}

export async function multipartOf(files: CsvFiles): Promise<MultipartBody> {
  const form = new FormData();
  for (const [name, content] of Object.entries(files)) {
    form.append('files', new Blob([content as BlobPart], { type: 'text/csv' }), name);
  }
  const encoded = new Response(form);
  return {
    body: Buffer.from(await encoded.arrayBuffer()),
    contentType: encoded.headers.get('content-type') ?? '',
  };
}

export interface ImportAnswer {
  dry_run: boolean;
  files: { file: string; kind: string; rows: number; created: number; updated: number; unchanged: number }[];
  received: { date_from: string; date_to: string; totals: { currency: string; net_amount: string }[] } | null;
  warnings: {
    kind?: string;
    file: string;
    row: number | null;
    column: string | null;
    value: string | null;
    reason: string;
  }[];
  warning_count: number;
  warning_kinds: { kind: string; rank: string; count: number }[];
  read_by_profile?: {
    file: string;
    profile: string;
    date_order: string;
    date_order_of: string;
    example: { value: string; read: string } | null;
  }[];
  moved?: { change: string; lines: number; totals: { currency: string; net_amount: string }[] }[];
  code?: string;
  detail?: string;
  error_count?: number;
  errors?: {
    field: string;
    message: string;
    file: string;
    row: number | null;
    column: string | null;
    value: string | null;
    reason: string;
  }[];
}

/** POSTs the files as one import; `query` is appended as it is, `key` is its Idempotency-Key. */
export async function importFiles(
  client: Client,
  companyId: string,
  files: CsvFiles,
  query = '',
  key?: string,
): Promise<Answer<ImportAnswer>> {
  const { body, contentType } = await multipartOf(files);
  return client.ask<ImportAnswer>('POST', `/api/v1/imports?company_id=${companyId}${query}`, {
    body,
    headers: { 'content-type': contentType, ...(key !== undefined && { 'idempotency-key': key }) },
  });
}

/** What any file is: POSTs it to be looked at. */
export async function inspectFile(
  client: Client,
  companyId: string,
  name: string,
  content: string | Buffer,
  query = '',
): Promise<Answer<Inspection>> {
  const { body, contentType } = await multipartOf({ [name]: content });
  return client.ask<Inspection>('POST', `/api/v1/imports/inspect?company_id=${companyId}${query}`, {
    body,
    headers: { 'content-type': contentType },
  });
}
