/** What packs leave in the audit log, as steps of `audit-complete.test.ts`. */
interface Asking {
  readonly ask: (method: string, path: string, body?: object) => Promise<void>;
  /** Of the last answer. */
  readonly found: (field: string) => string | undefined;
  readonly of: () => { readonly organizationId: string; readonly companyId: string; readonly finishedPack: string };
}

type Step = [route: string, action: string, ask: () => Promise<void>];

export const aPack = (organization_id: string, company_id: string, day = '2026-03-02') => ({
  organization_id,
  members: [{ company_id, report_type: 'vendor', file_format: 'csv' }],
  date_from: day,
  date_to: day,
});

export function packSteps({ ask, found, of }: Asking): Step[] {
  const pack = (day?: string) => aPack(of().organizationId, of().companyId, day);
  const saved = (path = ''): string => `/organizations/${of().organizationId}/packs${path}`;
  return [
    ['POST /export-packs', 'pack.created', () => ask('POST', '/export-packs', pack('2026-03-04'))],
    ['POST /export-packs/:id/cancel', 'export.canceled', () => ask('POST', `/export-packs/${found('id')}/cancel`)],
    ['POST /export-packs/:id/retry', 'pack.retried', () => ask('POST', `/export-packs/${found('id')}/retry`)],
    ['DELETE /export-packs/:id', 'export.deleted', () => ask('DELETE', `/export-packs/${found('id')}`)],
    [
      'GET /export-packs/:id/download',
      'export.downloaded',
      () => ask('GET', `/export-packs/${of().finishedPack}/download`),
    ],
    [
      'POST /organizations/:id/packs',
      'saved_pack.created',
      () => ask('POST', saved(), { name: 'Month end', members: pack().members, period: { kind: 'last_month' } }),
    ],
    [
      'PATCH /organizations/:id/packs/:pack_id',
      'saved_pack.changed',
      () => ask('PATCH', saved(`/${found('id')}`), { name: 'Quarter end' }),
    ],
    ['DELETE /organizations/:id/packs/:pack_id', 'saved_pack.deleted', () => ask('DELETE', saved(`/${found('id')}`))],
  ];
}
