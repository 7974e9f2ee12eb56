/** Whether an organization's audit log is whole, for its owners and administrators. */
import { z } from 'zod';
import type { AuditChain } from '#contract/organization.ts';
import { inPath, organizationOf } from '#server/access/guard.ts';
import type { Database } from '#server/database/database.ts';
import { answers } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
import { checkAuditChain } from './audit-chain.ts';

const chainSchema = z.object({
  is_whole: z.boolean(),
  sealed: z.int(),
  waiting: z.int().describe('Entries of the last seconds, not in the chain yet.'),
  end: z
    .object({
      position: z.int(),
      hash: z.string(),
      sealed_at: z.string().nullable(),
      key_id: z.string().nullable(),
    })
    .nullable(),
  faults: z.array(z.object({ event_id: z.string(), reason: z.string() })).describe('The first 20.'),
});

const sharedMilliseconds = 30_000;

export function auditChainRoutes(app: App, { db }: { readonly db: Database }): void {
  // the whole chain is read: those who ask within half a minute share one reading
  const readings = new Map<string, { readonly at: number; readonly chain: Promise<AuditChain> }>();
  app.get(
    '/api/v1/organizations/:id/audit-chain',
    {
      config: { access: { organizationRole: 'admin', organization: inPath('id') } },
      schema: {
        tags: ['Audit'],
        summary: 'Whether every entry of the audit log is as it was written, and none is missing',
        params: z.object({ id: z.string() }),
        response: answers({ 200: chainSchema }, 401, 403),
      },
    },
    async (request): Promise<AuditChain> => {
      const { id } = organizationOf(request);
      for (const [one, { at }] of readings) if (Date.now() - at > sharedMilliseconds) readings.delete(one);
      const reading = readings.get(id) ?? { at: Date.now(), chain: checkAuditChain(db, id) };
      readings.set(id, reading);
      reading.chain.catch(() => readings.delete(id));
      return reading.chain;
    },
  );
}
