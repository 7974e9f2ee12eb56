/** Reports over HTTP: what there is, a page of one with its totals, and the whole of it as a file, streamed. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Making, RowLimits } from '#contract/formats.ts';
import { ProductError } from '#contract/errors.ts';
import { comparisons, dateBases, type DateBasis, fileFormats } from '#contract/reports.ts';
import { audit } from '#server/access/audit.ts';
import { grantOf, inQuery, originOf, personOf } from '#server/access/guard.ts';
import type { Database, DatabasePool, Lender } from '#server/database/database.ts';
import { answers, day, pageOf, pageQuery, queryListAsGiven } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
import { type Pace, slowestPace } from '#server/http/steady.ts';
import { loadFormat } from '#server/renderers/formats.ts';
import { attachment } from '#server/storage/disposition.ts';
import { auditFacts } from './audit-facts.ts';
import { comparisonPeriod, inComparison } from './comparison.ts';
import {
  contractOf,
  dateBasisOf,
  describedColumn,
  type ReportDefinition,
  type ReportScope,
  shownColumns,
} from './definition.ts';
import { describe } from './describe.ts';
import { DirectDownloads } from './direct-download.ts';
import { markUsed } from './marks.ts';
import { previewOf } from './preview.ts';
import { quantitiesOf } from './quantities.ts';
import { allReports, findReport } from './registry.ts';
import { defaultPeriod, resolveScope } from './scope.ts';
import { estimateRows, seemsLargerThan } from './estimate.ts';
import { tooManyRows } from './size.ts';
import { inSnapshot } from './snapshot.ts';
import { apart, selectPage } from './statement.ts';
import { compared, summaryOf } from './summary.ts';
import { pageTotals } from './totals.ts';
import { type ReportFile, withinLimits, writeReport } from './write-report.ts';

export interface ReportRoutesOptions {
  readonly pool: DatabasePool;
  /** Where report queries run: the same database, or a replica. */
  readonly reportsPool: Lender & { readonly db: Database };
  /** The same for files that are downloaded at once, with `downloadsMax` connections. */
  readonly downloadsPool: Lender;
  /** A reader of theirs that is slower is given up. */
  readonly pace?: Pace;
  /** Rows a format may have, downloaded at once and exported in the background. */
  readonly rowLimits: Readonly<Record<Making, RowLimits>>;
}

const tags = ['Reports'];
const period = { company_id: z.string(), date_from: day.optional(), date_to: day.optional() };
const basis = z
  .enum(dateBases, { error: () => `must be one of ${dateBases.join(', ')}` })
  .optional()
  .describe('Of purchases: by the day they were delivered (the usual), or posted.');
const shown = {
  columns: queryListAsGiven.optional().describe('Keys of the columns, in order; absent: all.'),
  date_basis: basis,
  compare_to: z
    .enum(comparisons, { error: () => `must be one of ${comparisons.join(', ')}` })
    .optional()
    .describe(
      'Beside the period before, or the same days a year before: added columns at the end where rows have a counterpart, else totals.',
    ),
};

const fileQuery = z.looseObject({
  ...period,
  file_format: z.enum(fileFormats, { error: () => `must be one of ${fileFormats.join(', ')}` }),
  csv_dialect: z.enum(['systems', 'spreadsheets']).optional(),
  ...shown,
});

const previewSchema = z.object({
  columns: z.array(
    z.object({ key: z.string(), label: z.string(), type: z.string(), total_label: z.string().optional() }),
  ),
  lines: z.array(z.array(z.string())).nullable().describe('Cells as the file shows them; null for CSV.'),
  text: z.string().nullable().describe('Of CSV, its heading with it.'),
});

export function reportRoutes(app: App, options: ReportRoutesOptions): void {
  const { pool, reportsPool, rowLimits } = options;
  const downloads = new DirectDownloads(options.downloadsPool, options.pace ?? slowestPace);
  const access = { capability: 'view_financials', company: inQuery('company_id') } as const;
  /** Stock reports show their quantities to those who may see stock but not money. */
  const orQuantities = {
    ...access,
    orPartly: (request: FastifyRequest) => {
      const { report_type } = request.params as { report_type?: string };
      const definition = findReport(report_type ?? '');
      return definition && quantitiesOf(definition) ? ('view_inventory' as const) : null;
    },
  };

  app.get(
    '/api/v1/reports',
    { config: { access: 'signed-in' }, schema: { tags, summary: 'The reports there are' } },
    () => ({ results: allReports().map(describe), row_limits: rowLimitsOf(rowLimits) }),
  );

  app.get(
    '/api/v1/reports/:report_type',
    {
      config: { access: orQuantities },
      schema: {
        tags,
        summary: 'One page of a report, with the totals of all its rows',
        params: z.object({ report_type: z.string() }),
        querystring: z.looseObject({
          ...period,
          ...pageQuery,
          ordering: z.string().max(100).optional(),
          ...shown,
        }),
        response: answers({}, 400, 401, 403, 404),
      },
    },
    async (request) => {
      const { page, page_size, ordering, compare_to, ...question } = request.query;
      const { definition: plain, scope } = await ask(request.params.report_type, question, request);
      const definition = inComparison(plain, compare_to);
      const order = parseOrdering(definition, scope, ordering);
      return inSnapshot(reportsPool, async ({ at, read }) => {
        const totals = await pageTotals(definition, scope, read);
        const found = await read(
          selectPage(definition, scope, { ordering: order, limit: page_size, offset: page * page_size }),
        );
        const rows = found.map(apart);
        const leadsTo = definition.page?.leadsTo;
        return {
          ...pageOf(
            rows.map(({ cells }) => cells),
            totals.rows,
            { page, page_size },
          ),
          leads: leadsTo ? { report_type: leadsTo.report, filters: rows.map(({ lead }) => lead) } : null,
          totals: totals.currencies.map(({ currency, rows: lines, sums }) => ({ currency, rows: lines, ...sums })),
          groups: totals.groups.map(({ group, currency, rows: lines, sums }) => ({
            group,
            currency,
            rows: lines,
            ...sums,
          })),
          ...(compare_to && {
            comparison: await compared(plain, scope, read, comparisonPeriod(scope, compare_to)),
          }),
          contract: contractOf(definition),
          columns: shownColumns(definition, scope).map((column) => ({
            ...describedColumn(column),
            is_summed: column.sum !== undefined,
          })),
          date_from: scope.from,
          date_to: scope.to,
          date_basis: dateBasisOf(definition, scope),
          snapshot_at: at,
        };
      });
    },
  );

  app.get(
    '/api/v1/reports/:report_type/download',
    {
      config: { access: orQuantities },
      schema: {
        tags,
        summary: 'The whole report as a file, streamed at once',
        params: z.object({ report_type: z.string() }),
        querystring: fileQuery,
        response: answers({}, 400, 401, 403, 404, 429),
      },
    },
    async (request, reply) => {
      const { file_format, csv_dialect, compare_to, ...question } = request.query;
      const view = grantOf(request, 'view_financials', 'view_inventory');
      const { definition: plain, scope } = await ask(request.params.report_type, question, request);
      const definition = inComparison(plain, compare_to);
      const limits = rowLimits.direct;
      const rowsMax = limits[file_format];
      if (rowsMax !== undefined) {
        const estimate = await estimateRows(reportsPool.db, definition, scope);
        if (await seemsLargerThan(reportsPool.db, { definition, scope, estimate }, rowsMax)) {
          throw tooManyRows(file_format, rowsMax, 'direct');
        }
      }
      const dialect = csv_dialect ? { csv_dialect } : {};
      const format = await loadFormat(file_format, dialect);
      const wanted = { definition, scope, withTotals: format.totalsFirst };
      const opened = await downloads.open(personOf(view.principal), wanted);
      const { snapshot, totals } = opened;
      let file: ReportFile;
      try {
        withinLimits(totals, format, limits, 'direct');
        const requestedBy = view.principal.name;
        const chosen = { ...dialect, ...(compare_to && { compare_to }) };
        file = await writeReport({ definition, scope, format, options: chosen, requestedBy, snapshot, totals });
        await markUsed(pool.db, view.principal.userId, definition.type);
        await audit(pool.db, view.principal, originOf(request), {
          action: 'report.downloaded',
          companyId: scope.companyId,
          organizationId: view.company.organizationId,
          subjectType: 'report',
          subjectId: definition.type,
          details: auditFacts({
            report_type: definition.type,
            file_format,
            date_from: scope.from,
            date_to: scope.to,
            filters: scope.filters,
          }),
        });
      } catch (error) {
        opened.abandon();
        throw error;
      }
      return reply
        .header('content-type', format.mediaType)
        .header('content-disposition', attachment(file.name))
        .header('x-accel-buffering', 'no')
        .send(opened.send(file.content()));
    },
  );

  app.get(
    '/api/v1/reports/:report_type/preview',
    {
      config: { access: orQuantities },
      schema: {
        tags,
        summary: 'The first 50 lines of a file as it will have them; the same query as its download',
        params: z.object({ report_type: z.string() }),
        querystring: fileQuery,
        response: answers({ 200: previewSchema }, 400, 401, 403, 404),
      },
    },
    async (request) => {
      const { file_format: fileFormat, csv_dialect, compare_to, ...question } = request.query;
      const { principal } = grantOf(request, 'view_financials', 'view_inventory');
      const { definition, scope } = await ask(request.params.report_type, question, request);
      const options = { ...(csv_dialect && { csv_dialect }), ...(compare_to && { compare_to }) };
      const wanted = { fileFormat, options, requestedBy: principal.name };
      return inSnapshot(reportsPool, (snapshot) =>
        previewOf(inComparison(definition, compare_to), scope, snapshot, wanted),
      );
    },
  );

  app.get(
    '/api/v1/reports/:report_type/summary',
    {
      config: { access },
      schema: {
        tags,
        summary:
          'What stands above the rows of a report: charts, counts, the period before; the same query as its page',
        params: z.object({ report_type: z.string() }),
        querystring: z.looseObject({
          ...period,
          ...pageQuery,
          ordering: z.string().max(100).optional(),
          date_basis: basis,
        }),
        response: answers({}, 400, 401, 403, 404),
      },
    },
    async (request) => {
      const { page: _page, page_size: _size, ordering: _ordering, ...question } = request.query;
      const { definition, scope } = await ask(request.params.report_type, question, request);
      return inSnapshot(reportsPool, ({ read }) => summaryOf(definition, scope, read));
    },
  );

  async function ask(type: string, query: Record<string, unknown>, request: FastifyRequest) {
    const { company, capability } = grantOf(request, 'view_financials', 'view_inventory');
    const found = findReport(type);
    const definition = found && capability === 'view_inventory' ? quantitiesOf(found) : found;
    if (!definition)
      throw new ProductError('no_such_route', `There is no report ${type}. GET /api/v1/reports lists them.`);
    const { company_id: _, date_from, date_to, columns, date_basis, ...filters } = query;
    if ((date_from === undefined) !== (date_to === undefined)) {
      const field = date_from === undefined ? 'date_from' : 'date_to';
      throw new ProductError('invalid_input', `${field}: is required when the other end is given`, {
        fields: [{ field, message: 'is required when the other end is given' }],
      });
    }
    const standard = defaultPeriod(definition, company.timeZone);
    const from = (date_from as string | undefined) ?? standard.from;
    const to = (date_to as string | undefined) ?? standard.to;
    return {
      definition,
      scope: await resolveScope(pool.db, company, {
        definition,
        from,
        to,
        filters,
        columns: columns as string | readonly string[] | undefined,
        dateBasis: date_basis as DateBasis | undefined,
      }),
    };
  }
}

function parseOrdering(definition: ReportDefinition, scope: ReportScope, text: string | undefined) {
  if (text === undefined || text === '') return null;
  const key = text.replace(/^-/, '');
  const keys = definition.columns(scope).map((column) => column.key);
  if (!keys.includes(key)) {
    throw new ProductError(
      'invalid_input',
      `ordering: must be one of ${keys.join(', ')}, each with an optional leading -`,
      {
        fields: [{ field: 'ordering', message: `must be one of ${keys.join(', ')}, each with an optional leading -` }],
      },
    );
  }
  return { key, descending: text.startsWith('-') };
}

/** By format, as it is told. */
const rowLimitsOf = ({ direct, background }: Readonly<Record<Making, RowLimits>>) =>
  Object.fromEntries(
    fileFormats
      .filter((format) => direct[format] !== undefined || background[format] !== undefined)
      .map((format) => [format, { direct: direct[format] ?? null, background: background[format] ?? null }]),
  );
