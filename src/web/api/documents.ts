/** Orders, receipts and invoices: found by number, read, and changed by hand. */
import { queryOptions } from '@tanstack/react-query';
import type { DocumentDetails, DocumentType, FoundDocuments } from '#contract/documents.ts';
import { api } from './client.ts';

export const documentsKey = (companyId: string) => ['documents', companyId] as const;

export const foundDocumentsQuery = (companyId: string, number: string) =>
  queryOptions({
    queryKey: [...documentsKey(companyId), 'found', number],
    queryFn: ({ signal }) =>
      api.get<FoundDocuments>('/documents', { query: { company_id: companyId, number }, signal }),
    enabled: number !== '',
  });

export const documentQuery = (companyId: string, type: DocumentType, id: string) =>
  queryOptions({
    queryKey: [...documentsKey(companyId), type, id],
    queryFn: ({ signal }) =>
      api.get<DocumentDetails>(`/documents/${type}/${encodeURIComponent(id)}`, {
        query: { company_id: companyId },
        signal,
      }),
    staleTime: 0,
  });

export interface DocumentChange {
  readonly verb: 'void' | 'restore' | 'correct';
  readonly body: object;
}

export const changeDocument = (
  companyId: string,
  { type, id }: { readonly type: DocumentType; readonly id: string },
  { verb, body }: DocumentChange,
): Promise<unknown> =>
  api.post(`/documents/${type}/${encodeURIComponent(id)}/${verb}`, { query: { company_id: companyId }, body });
