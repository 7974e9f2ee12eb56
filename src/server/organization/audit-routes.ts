/** The audit log over HTTP. */
import { z } from 'zod';
import type { Page } from '#contract/export-jobs.ts';
import type { AuditEvent } from '#contract/organization.ts';
import { grantOf, inQuery } from '#server/access/guard.ts';
import type { Database } from '#server/database/database.ts';
import { answers, dayOrInstant, pageQuery, pageSchema, queryList } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
import { auditEventSchema } from './answer-schemas.ts';
import { listAuditEvents } from './audit-events.ts';

const action = queryList.refine(
  (list) => list.every((text) => /^[a-z_]{1,50}(\.[a-z_]{1,50})?$/.test(text)),
  'must be names such as member.changed',
);

export function auditRoutes(app: App, { db }: { readonly db: Database }): void {
  app.get(
    '/api/v1/audit-events',
    {
      config: { access: { capability: 'manage_company', company: inQuery('company_id'), orAll: true } },
      schema: {
        tags: ['Audit'],
        summary: 'Who did what, newest first: in one company, or in all that you manage and their organizations',
        querystring: z.strictObject({
          ...pageQuery,
          company_id: z.string().optional(),
          organization_id: z.string().optional(),
          action: action.optional().describe('Comma-separated or repeated.'),
          user_id: z.string().optional(),
          from: dayOrInstant('from')
            .optional()
            .describe('A day is whole, in the zone of the company named or else in UTC.'),
          to: dayOrInstant('to').optional(),
        }),
        response: answers({ 200: pageSchema(auditEventSchema) }, 400, 401, 403),
      },
    },
    async (request): Promise<Page<AuditEvent>> =>
      listAuditEvents(db, grantOf(request, 'manage_company'), request.query),
  );
}
