/** Tie-out and the close of a month over HTTP: what must agree, what stands against closing, the press, and the group's view. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { addDays, dayIn, isMonth } from '#contract/calendar.ts';
import { closeKeys, type CloseList, type TieOut } from '#contract/closing.ts';
import { invalidField, ProductError } from '#contract/errors.ts';
import type { ExportPack } from '#contract/packs.ts';
import { audit } from '#server/access/audit.ts';
import { companiesOf, type CompanyAccess, type Principal } from '#server/access/decide.ts';
import { companyOf, inPath, organizationOf, originOf, principalOf } from '#server/access/guard.ts';
import { askedBy, keyHeader, onlyOnce } from '#server/access/idempotency.ts';
import type { DatabasePool, DatabaseTransaction, Lender, Queryable } from '#server/database/database.ts';
import { answers, day, pageOf, pageQuery, pageSchema, typedText } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
import { inSnapshot } from '#server/reports/snapshot.ts';
import { attachment } from '#server/storage/disposition.ts';
import {
  closedMonthSchema,
  closeListSchema,
  closeRowSchema,
  companyMonthsSchema,
  tieOutSchema,
} from './answer-schemas.ts';
import { type ClosingRequest, readClosing } from './closing.ts';
import { readCloseList, readCloseRows } from './close-list.ts';
import { closeMonth, reopenMonth } from './close-month.ts';
import { readGroupView } from './group-view.ts';
import { closingRequest } from './routes.ts';
import { readTieOut } from './tie-out.ts';
import { tieOutPdf } from './tie-out-sheet.ts';

const reads = { capability: 'view_financials', company: inPath('id') } as const;
const closes = { capability: 'close_periods', company: inPath('id') } as const;
const params = z.object({ id: z.string() });
const month = z.string().refine(isMonth, 'must be a month that exists, as YYYY-MM');
const period = {
  date_from: day,
  date_to: day,
};
const inOrder = (query: { date_from: string; date_to: string }): void => {
  if (query.date_from <= query.date_to) return;
  throw new ProductError('invalid_date_range', 'date_from: is after date_to', {
    fields: [{ field: 'date_from', message: `${query.date_from} is after date_to ${query.date_to}` }],
  });
};
const monthsMax = 24;

interface ClosedMonth {
  readonly closed_until: string | null;
  readonly pack: ExportPack | null;
}

/** Packs are made elsewhere; the press makes one with the close, or neither. */
interface ClosingPacks {
  make(
    tx: DatabaseTransaction,
    asked: ClosingRequest,
    pack: { readonly pack_id: string; readonly month: string },
  ): Promise<ExportPack>;
  read(db: Queryable, principal: Principal, id: string): Promise<ExportPack | null>;
}

export function closeRoutes(
  app: App,
  {
    pool,
    reportsPool,
    packs,
  }: { readonly pool: DatabasePool; readonly reportsPool: Lender; readonly packs?: ClosingPacks },
): void {
  const { db } = pool;
  const tieOut = (company: CompanyAccess, from: string, to: string): Promise<TieOut> =>
    inSnapshot(reportsPool, ({ read, at }) =>
      readTieOut(
        read,
        {
          companyId: company.id,
          companyName: company.name,
          currency: company.currency,
          timeZone: company.timeZone,
          locale: company.locale,
          from,
          to,
        },
        at,
      ),
    );
  app.get(
    '/api/v1/companies/:id/tie-out',
    {
      config: { access: reads },
      schema: {
        tags: ['Close'],
        summary: 'What must agree between the reports of a period, whether it does, and the lines where it does not',
        params,
        querystring: z.strictObject(period),
        response: answers({ 200: tieOutSchema }, 400, 401, 403),
      },
    },
    (request): Promise<TieOut> => {
      inOrder(request.query);
      return tieOut(companyOf(request), request.query.date_from, request.query.date_to);
    },
  );
  app.get(
    '/api/v1/companies/:id/tie-out/download',
    {
      config: { access: reads },
      schema: {
        tags: ['Close'],
        summary: 'The tie-out as a sheet',
        params,
        querystring: z.strictObject({
          ...period,
          file_format: z.enum(['pdf', 'json'], { error: () => 'must be one of pdf, json' }).default('pdf'),
        }),
        response: answers({}, 400, 401, 403),
      },
    },
    async (request, reply) => {
      inOrder(request.query);
      const { date_from: from, date_to: to, file_format } = request.query;
      const company = companyOf(request);
      const found = await tieOut(company, from, to);
      await audit(db, principalOf(request), originOf(request), {
        action: 'report.downloaded',
        organizationId: company.organizationId,
        companyId: company.id,
        subjectType: 'report',
        subjectId: 'tie_out',
        details: { report_type: 'tie_out', file_format, date_from: from, date_to: to },
      });
      const name = attachment(`tie-out_${from}_${to}.${file_format}`);
      if (file_format === 'json') {
        return reply
          .header('content-disposition', name)
          .type('application/json')
          .serializer((payload: unknown) => String(payload))
          .send(`${JSON.stringify(found, null, 2)}\n`);
      }
      const pdf = tieOutPdf([found], {
        company: {
          id: company.id,
          name: company.name,
          timeZone: company.timeZone,
          currency: company.currency,
          locale: company.locale,
        },
        period: { from, to },
        requestedBy: principalOf(request).name,
        snapshotAt: found.snapshot_at,
      });
      return reply.header('content-disposition', name).type('application/pdf').send(Readable.from(pdf));
    },
  );
  app.get(
    '/api/v1/companies/:id/close',
    {
      config: { access: reads },
      schema: {
        tags: ['Close'],
        summary: 'What stands against closing a month, each with its rows',
        params,
        querystring: z.strictObject({ month }),
        response: answers({ 200: closeListSchema }, 400, 401, 403),
      },
    },
    (request): Promise<CloseList> =>
      inSnapshot(reportsPool, ({ read }) => readCloseList(read, companyOf(request), request.query.month)),
  );
  app.get(
    '/api/v1/companies/:id/close/:key',
    {
      config: { access: reads },
      schema: {
        tags: ['Close'],
        summary: 'The rows of one item of the close',
        params: z.object({
          id: z.string(),
          key: z.enum(closeKeys, { error: () => `must be one of ${closeKeys.join(', ')}` }),
        }),
        querystring: z.strictObject({ month, ...pageQuery }),
        response: answers({ 200: pageSchema(closeRowSchema) }, 400, 401, 403),
      },
    },
    (request) =>
      inSnapshot(reportsPool, async ({ read }) => {
        const question = { ...request.query, key: request.params.key };
        const { results, total } = await readCloseRows(read, companyOf(request), question);
        return pageOf(results, total, request.query);
      }),
  );
  app.post(
    '/api/v1/companies/:id/close',
    {
      config: { access: closes },
      schema: {
        tags: ['Close'],
        summary: 'Close the days up to the end of a month; what blocks it needs a reason',
        headers: keyHeader,
        params,
        body: z.strictObject({
          month,
          pack_id: z.string().optional().describe('A saved pack that is made of the month with the same press.'),
          reason: typedText(500).optional().describe('Kept in the history.'),
        }),
        response: answers({ 200: closedMonthSchema, 201: closedMonthSchema }, 400, 401, 403, 409, 410, 422),
      },
    },
    async (request, reply) => {
      const { pack_id, month: closed } = request.body;
      const { value, isNew } = await onlyOnce<ClosedMonth>(db, askedBy(request), {
        async make(tx) {
          const asked = closingRequest(request);
          const { id, closed_until } = await closeMonth(tx, asked, request.body);
          // of what is closed now: nobody writes until both are there
          if (pack_id !== undefined && !packs) throw invalidField('pack_id', 'packs are not made here');
          const pack = pack_id === undefined || !packs ? null : await packs.make(tx, asked, { pack_id, month: closed });
          return { id, value: { closed_until, pack }, kept: { closed_until, pack: pack?.id ?? null } };
        },
        read: async (of, _, kept) => {
          const id = kept?.['pack'];
          const pack = typeof id === 'string' && packs ? await packs.read(of, principalOf(request), id) : null;
          return { closed_until: String(kept?.['closed_until']), pack };
        },
      });
      return reply.status(isNew ? 201 : 200).send(value);
    },
  );
  app.delete(
    '/api/v1/companies/:id/close',
    {
      config: { access: closes },
      schema: {
        tags: ['Close'],
        summary: 'Reopen a month, and all after it',
        params,
        querystring: z.strictObject({ month, reason: typedText(500).describe('Kept in the history.') }),
        response: answers({ 200: closedMonthSchema }, 400, 401, 403, 409),
      },
    },
    async (request) => {
      await db.transaction().execute((tx) => reopenMonth(tx, closingRequest(request), request.query));
      const { closed_until } = await readClosing(db, companyOf(request).id);
      return { closed_until, pack: null };
    },
  );
  app.get(
    '/api/v1/organizations/:id/close',
    {
      config: { access: { organizationRole: 'member', organization: inPath('id') } },
      schema: {
        tags: ['Close'],
        summary: 'The companies whose financials you may view, by month: open, closed, changed since',
        params,
        querystring: z.strictObject({
          months: z
            .string()
            .regex(/^\d{1,2}$/, 'must be a whole number')
            .transform(Number)
            .refine((n) => n >= 1 && n <= monthsMax, `must be from 1 to ${monthsMax}`)
            .default(6)
            .describe(`How many, the last one being that of today; 1 to ${monthsMax}.`),
        }),
        response: answers({ 200: z.object({ results: z.array(companyMonthsSchema) }) }, 400, 401, 403),
      },
    },
    async (request) => {
      const all = await companiesOf(db, principalOf(request));
      const companies = all
        .filter(
          ({ organizationId, archived, capabilities }) =>
            organizationId === organizationOf(request).id && !archived && capabilities.includes('view_financials'),
        )
        .toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
      return { results: await readGroupView(db, companies, lastMonths(request.query.months)) };
    },
  );
}

/** Oldest first. */
function lastMonths(n: number): string[] {
  let first = `${dayIn('UTC').slice(0, 7)}-01`;
  return Array.from({ length: n }, () => {
    const month = first.slice(0, 7);
    first = `${addDays(first, -1).slice(0, 7)}-01`;
    return month;
  }).toReversed();
}
