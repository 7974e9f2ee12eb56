/** Documents over HTTP: found by number, read with all that hangs on them, taken back, brought back and corrected. */
import { z } from 'zod';
import { type DocumentDetails, documentTypes, type FoundDocuments } from '#contract/documents.ts';
import type { ImportResult } from '#contract/imports.ts';
import { grantOf, inQuery, originOf, principalOf } from '#server/access/guard.ts';
import type { DatabasePool } from '#server/database/database.ts';
import { answers, typedText } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
import { bringBackByHand, correctByHand, type HandRequest, takeBackByHand } from './by-hand.ts';
import { findDocuments, readDocument } from './documents.ts';

const tags = ['Documents'];
const company = { company_id: z.string() };
const reads = { capability: 'view_financials', company: inQuery('company_id') } as const;
const changes = { capability: 'import_data', company: inQuery('company_id') } as const;

const entry = z.object({
  type: z.enum(documentTypes),
  id: z.string(),
  number: z.string(),
  document_number: z.string().nullable(),
  kind: z.string(),
  vendor: z.object({ code: z.string(), name: z.string() }),
  location: z.string(),
  day: z.string().nullable(),
  currency: z.string(),
  net_amount: z.string(),
  lines: z.int(),
  stands_on_invoice: z.boolean().describe('A receipt that stands on an invoice alone.'),
});
const takenBack = z.object({ at: z.string(), by: z.string().nullable(), reason: z.string().nullable() });
const details = entry.extend({
  line_list: z.array(
    z.object({
      id: z.string(),
      line_no: z.int(),
      po_number: z.string().nullable(),
      article_number: z.string().nullable(),
      description: z.string(),
      unit: z.string(),
      quantity: z.string(),
      rejected_quantity: z.string().nullable(),
      price_unit: z.string().nullable(),
      price_quantity: z.string().nullable(),
      unit_price: z.string(),
      net_amount: z.string(),
      tax_amount: z.string().nullable(),
      note: z.string().nullable(),
      taken_back: takenBack.nullable().describe('Null while it counts.'),
    }),
  ),
  related: z.array(entry),
  changes: z.array(takenBack.extend({ kind: z.enum(['void', 'restore', 'correction']) })),
});

const decimal = z
  .string()
  .regex(/^-?\d{1,14}(\.\d{1,6})?$/, 'must be a decimal such as "12.5"')
  .optional();
const closedReason = typedText(500)
  .optional()
  .describe('Why a closed day may be changed, where the company asks for a reason.');
const reason = typedText(500).describe('Kept with the change.');
const lineIds = z.array(z.string()).min(1).max(1000).optional().describe('Of the lines meant; all without.');
const byType = z.object({ type: z.enum([...documentTypes, 'stock_movement', 'stock_count']), id: z.string() });

export function documentRoutes(app: App, { pool }: { readonly pool: DatabasePool }): void {
  app.get(
    '/api/v1/documents',
    {
      config: { access: reads },
      schema: {
        tags,
        summary: 'Orders, receipts and invoices whose number begins with what is looked for',
        querystring: z.strictObject({
          ...company,
          number: typedText(200).describe('Of an order, a receipt or a vendor document.'),
        }),
        response: answers({ 200: z.object({ results: z.array(entry), more: z.boolean() }) }, 400, 401, 403),
      },
    },
    (request): Promise<FoundDocuments> =>
      findDocuments(pool.db, grantOf(request, 'view_financials').company.id, request.query.number),
  );
  app.get(
    '/api/v1/documents/:type/:id',
    {
      config: { access: reads },
      schema: {
        tags,
        summary: 'One document, its lines, what belongs to it and what was changed',
        params: z.object({ type: z.enum(documentTypes), id: z.string() }),
        querystring: z.strictObject(company),
        response: answers({ 200: details }, 400, 401, 403, 404),
      },
    },
    (request): Promise<DocumentDetails> =>
      readDocument(pool.db, grantOf(request, 'view_financials').company.id, request.params.type, request.params.id),
  );
  for (const [verb, summary, change] of [
    ['void', 'Take a document back, or lines of it', takeBackByHand],
    ['restore', 'Bring back what was taken back', bringBackByHand],
  ] as const) {
    app.post(
      `/api/v1/documents/:type/:id/${verb}`,
      {
        config: { access: changes },
        schema: {
          tags,
          summary,
          params: byType,
          querystring: z.strictObject({ ...company, reason: closedReason }),
          body: z.strictObject({ reason, line_ids: lineIds }),
          response: answers({ 200: changed }, 400, 401, 403, 404, 409, 422),
        },
      },
      async (request) =>
        outcome(
          await change({
            ...requestOf(request),
            type: request.params.type,
            id: request.params.id,
            lineIds: request.body.line_ids,
            reason: request.body.reason,
            closedReason: request.query.reason,
          }),
        ),
    );
  }
  app.post(
    '/api/v1/documents/receipt/:id/correct',
    {
      config: { access: changes },
      schema: {
        tags,
        summary: 'Correct one line of a receipt',
        params: z.object({ id: z.string() }),
        querystring: z.strictObject({ ...company, reason: closedReason }),
        body: z.strictObject({
          reason,
          line_id: z.string(),
          values: z.strictObject({
            received_qty: decimal,
            rejected_qty: decimal,
            price_quantity: decimal,
            unit_price: decimal,
            net_amount: decimal,
            tax_amount: decimal,
            note: typedText(4000).optional(),
          }),
        }),
        response: answers({ 200: changed }, 400, 401, 403, 404, 409, 422),
      },
    },
    async (request) => {
      const { reason: why, line_id, values } = request.body;
      const hand = {
        ...requestOf(request),
        type: 'receipt',
        id: request.params.id,
        lineIds: [line_id],
        reason: why,
        closedReason: request.query.reason,
      } as const;
      return outcome(await correctByHand(hand, values));
    },
  );

  const requestOf = (
    request: Parameters<typeof grantOf>[0],
  ): Pick<HandRequest, 'pool' | 'companyId' | 'principal' | 'origin'> => ({
    pool,
    companyId: grantOf(request, 'import_data').company.id,
    principal: principalOf(request),
    origin: originOf(request),
  });
}

const changed = z.object({
  lines: z.int().describe('Changed.'),
  warnings: z.array(z.object({ kind: z.string(), reason: z.string() })),
});
const outcome = ({ files, warnings }: ImportResult): z.infer<typeof changed> => ({
  lines: files.reduce((sum, { created, updated }) => sum + created + updated, 0),
  warnings: warnings.map(({ kind, reason: why }) => ({ kind, reason: why })),
});
