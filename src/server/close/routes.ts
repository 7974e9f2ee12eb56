/** Closing over HTTP: up to which day, with its history, and what was let through into closed days. */
import { z } from 'zod';
import { type Closing, closingPolicies } from '#contract/closing.ts';
import { invalidField } from '#contract/errors.ts';
import { companyOf, inPath, originOf, principalOf } from '#server/access/guard.ts';
import type { DatabasePool } from '#server/database/database.ts';
import { answers, day, pageQuery, pageSchema, typedText } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
import { closedWriteSchema, closingChangeSchema, closingSchema } from './answer-schemas.ts';
import { changeClosing, type ClosingRequest, listClosedWrites, listClosingChanges, readClosing } from './closing.ts';

const tags = ['Closing'];
const access = { capability: 'close_periods', company: inPath('id') } as const;
const params = z.object({ id: z.string() });

export const closingRequest = (request: Parameters<typeof companyOf>[0]): ClosingRequest => ({
  company: companyOf(request),
  principal: principalOf(request),
  origin: originOf(request),
});

export function closingRoutes(app: App, { pool }: { readonly pool: DatabasePool }): void {
  const { db } = pool;
  app.get(
    '/api/v1/companies/:id/closing',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Up to which day a company is closed',
        params,
        response: answers({ 200: closingSchema }, 401, 403),
      },
    },
    (request): Promise<Closing> => readClosing(db, companyOf(request).id),
  );
  app.put(
    '/api/v1/companies/:id/closing',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Close days, reopen them, or say what happens to a write that would change them',
        description:
          'What is left out stays as it is. 409 conflict with Retry-After while something is being imported: nobody ' +
          'closes while somebody writes.',
        params,
        body: z.strictObject({
          closed_until: day.nullable().optional().describe('The last closed day; null opens everything.'),
          policy: z
            .enum(closingPolicies, { error: () => `must be one of ${closingPolicies.join(', ')}` })
            .optional()
            .describe('refuse, or reason: let through what says why.'),
          reason: typedText(500).optional().describe('Kept in the history.'),
        }),
        response: answers({ 200: closingSchema }, 400, 401, 403, 409),
      },
    },
    (request): Promise<Closing> => {
      const { closed_until, policy } = request.body;
      if (closed_until === undefined && policy === undefined) {
        throw invalidField('closed_until', 'is required, or policy');
      }
      return changeClosing(db, closingRequest(request), request.body);
    },
  );
  app.get(
    '/api/v1/companies/:id/closing/history',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Who closed and reopened what, when and why; newest first',
        params,
        querystring: z.strictObject(pageQuery),
        response: answers({ 200: pageSchema(closingChangeSchema) }, 400, 401, 403),
      },
    },
    (request) => listClosingChanges(db, companyOf(request).id, request.query),
  );
  app.get(
    '/api/v1/companies/:id/closing/writes',
    {
      config: { access },
      schema: {
        tags,
        summary: 'What was let through into closed days, with its reason; newest first',
        params,
        querystring: z.strictObject(pageQuery),
        response: answers({ 200: pageSchema(closedWriteSchema) }, 400, 401, 403),
      },
    },
    (request) => listClosedWrites(db, companyOf(request).id, request.query),
  );
}
