/** What packs leave in the audit log, as steps of `audit-complete.test.ts`. */
import { expect, vi } from 'vitest';

interface Asking {
  readonly ask: (method: string, path: string, body?: object) => Promise<void>;
  /** Of the last answer. */
  readonly found: (field: string) => string | undefined;
  readonly organizationId: () => string;
  readonly companyId: () => string;
}

type Step = [route: string, action: string, ask: () => Promise<void>];

export function packSteps({ ask, found, organizationId, companyId }: Asking): Step[] {
  const members = () => [{ company_id: companyId(), report_type: 'vendor', file_format: 'csv' }];
  const run = (day: string): Promise<void> =>
    ask('POST', '/export-packs', {
      organization_id: organizationId(),
      members: members(),
      date_from: day,
      date_to: day,
    });
  const saved = (path = ''): string => `/organizations/${organizationId()}/packs${path}`;
  return [
    ['POST /export-packs', 'pack.created', () => run('2026-03-02')],
    ['POST /export-packs/:id/cancel', 'export.canceled', () => ask('POST', `/export-packs/${found('id')}/cancel`)],
    ['POST /export-packs/:id/retry', 'pack.retried', () => ask('POST', `/export-packs/${found('id')}/retry`)],
    ['DELETE /export-packs/:id', 'export.deleted', () => ask('DELETE', `/export-packs/${found('id')}`)],
    [
      'GET /export-packs/:id/download',
      'export.downloaded',
      async () => {
        await run('2026-03-03');
        const id = found('id');
        const made = async (): Promise<void> => {
          await ask('GET', `/export-packs/${id}`);
          expect(found('status')).toBe('completed');
        };
        await vi.waitFor(made, { timeout: 30_000, interval: 100 });
        await ask('GET', `/export-packs/${id}/download`);
      },
    ],
    [
      'POST /organizations/:id/packs',
      'saved_pack.created',
      () => ask('POST', saved(), { name: 'Month end', members: members(), period: { kind: 'last_month' } }),
    ],
    [
      'PATCH /organizations/:id/packs/:pack_id',
      'saved_pack.changed',
      () => ask('PATCH', saved(`/${found('id')}`), { name: 'Quarter end' }),
    ],
    [
      'DELETE /organizations/:id/packs/:pack_id',
      'saved_pack.deleted',
      () => ask('DELETE', saved(`/${found('id')}`)),
    ],
  ];
}
