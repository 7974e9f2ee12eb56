/** The changes of a company over HTTP: which import or hand wrote what, and the undoing of one. */
import { z } from 'zod';
import type { DataVersion } from '#contract/changes.ts';
import type { Page } from '#contract/export-jobs.ts';
import { grantOf, inPath, originOf } from '#server/access/guard.ts';
import { askedBy, keyHeader, onlyOnce } from '#server/access/idempotency.ts';
import type { Database, Queryable } from '#server/database/database.ts';
import type { App } from '#server/http/app-type.ts';
import { answers, pageQuery, pageSchema, typedText } from '#server/http/input.ts';
import { readPage } from '#server/http/pages.ts';
import { undoVersion } from './undo-version.ts';

const tags = ['Data versions'];
const base = '/api/v1/companies/:id/data-versions';

const versionSchema = z.object({
  version: z.int(),
  at: z.string(),
  by: z.object({ id: z.string(), name: z.string() }).nullable().describe('Null: the operator, or not known.'),
  source: z.object({
    kind: z.enum(['import', 'hand', 'undo']),
    id: z.string().nullable().describe('Of the import; of an undo, the version that was undone.'),
  }),
  lines: z.int().describe('Lines of orders, receipts, invoices, movements and counts: added, changed or removed.'),
  totals: z
    .array(z.object({ currency: z.string(), net_difference: z.string(), tax_difference: z.string() }))
    .describe('Of receipt lines that count; empty for whoever may not view financials.'),
});

const rowsOf = (db: Queryable, companyId: string) =>
  db
    .selectFrom('data_versions as v')
    .leftJoin('users as u', 'u.id', 'v.user_id')
    .select(['v.version', 'v.at', 'v.source_kind', 'v.source_id', 'v.lines', 'v.totals', 'u.id as user_id', 'u.name'])
    .where('v.company_id', '=', companyId);

type Row = Awaited<ReturnType<ReturnType<typeof rowsOf>['executeTakeFirstOrThrow']>>;

const viewOf = (row: Row): DataVersion => ({
  version: Number(row.version),
  at: row.at,
  by: row.user_id === null ? null : { id: row.user_id, name: row.name ?? '' },
  source: { kind: row.source_kind, id: row.source_id },
  lines: Number(row.lines),
  totals: row.totals,
});

export function versionRoutes(app: App, { db }: { readonly db: Database }): void {
  app.get(
    base,
    {
      config: { access: { capability: 'view_financials', company: inPath('id') } },
      schema: {
        tags,
        summary: "Changes of a company's data, newest first",
        params: z.object({ id: z.string() }),
        querystring: z.strictObject(pageQuery),
        response: answers({ 200: pageSchema(versionSchema) }, 400, 401, 403),
      },
    },
    (request): Promise<Page<DataVersion>> => {
      const { company } = grantOf(request, 'view_financials');
      return readPage(
        db,
        request.query,
        (tx) => rowsOf(tx, company.id).orderBy('v.version', 'desc'),
        (rows) => rows.map(viewOf),
      );
    },
  );

  app.post(
    `${base}/:version/undo`,
    {
      config: { access: { capability: 'import_data', company: inPath('id') } },
      schema: {
        tags,
        summary: 'Undo a change, as a new version',
        description:
          'What it added goes, what it changed or removed is as it was. 409 `conflict` where later changes stand on it, ' +
          '`period_closed` where closed days would change.',
        headers: keyHeader,
        querystring: z.strictObject({
          reason: typedText(500)
            .optional()
            .describe('Why closed days may be changed, where the company lets that through with a reason.'),
        }),
        params: z.object({ id: z.string(), version: z.string().regex(/^\d{1,15}$/, 'must be a number') }),
        response: answers({ 200: versionSchema, 201: versionSchema }, 400, 401, 403, 404, 409, 410, 422),
      },
    },
    async (request, reply) => {
      const grant = grantOf(request, 'import_data');
      const read = async (of: Queryable, version: string): Promise<DataVersion | null> => {
        const row = await rowsOf(of, grant.company.id).where('v.version', '=', version).executeTakeFirst();
        return row ? viewOf(row) : null;
      };
      const { value, isNew } = await onlyOnce(db, askedBy(request), {
        make: async (tx) => {
          const version = String(
            await undoVersion(tx, grant, originOf(request), Number(request.params.version), request.query.reason),
          );
          return { id: version, value: version };
        },
        read: async (_, version) => version,
      });
      // its lines and money are counted when it is committed
      const version = (await read(db, value)) as DataVersion;
      // whoever imports need not be one who sees money
      const seesMoney = grant.company.capabilities.includes('view_financials');
      return reply.status(isNew ? 201 : 200).send(seesMoney ? version : { ...version, totals: [] });
    },
  );
}
