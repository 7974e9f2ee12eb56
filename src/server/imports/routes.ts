/** Imports over HTTP: files as multipart, streamed straight into staging; templates; the import under way. */
import multipart from '@fastify/multipart';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { ProductError } from '#contract/errors.ts';
import {
  type CurrentImport,
  identityChanges,
  importKindNames,
  type ImportResult,
  type ImportTemplate,
  type WarningKind,
  warningKinds,
} from '#contract/imports.ts';
import { grantOf, inQuery, originOf, personOf, principalOf } from '#server/access/guard.ts';
import { dateOrders } from '#contract/import-reading.ts';
import { keyHeader, keyOf, stillUnderWay } from '#server/access/idempotency.ts';
import type { DatabasePool } from '#server/database/database.ts';
import { AtOnce } from '#server/http/at-once.ts';
import { answers, listOf, queryList, typedText } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
import { documentRoutes } from './document-routes.ts';
import { versionRoutes } from './version-routes.ts';
import { inspectRoute } from './mapping/inspect-routes.ts';
import { profileRoutes } from './mapping/profile-routes.ts';
import { profilesByIds } from './mapping/profiles.ts';
import { type Pace, slowestPace } from '#server/http/steady.ts';
import { currentImport, stopImport } from './imports-under-way.ts';
import { multipartFiles } from './multipart-files.ts';
import { kindOfFile } from './kinds.ts';
import { runImport } from './run-import.ts';

import { importTemplates, templateCsv, templatesZip } from './templates.ts';

export interface ImportRoutesOptions {
  readonly pool: DatabasePool;
  /** Where workbooks and ZIPs wait while they are read; the system's unless given. */
  readonly folder?: string;
  /** Of one file; 1 GB unless given. */
  readonly fileBytesMax?: number;
  /** Parts of one request; 20 unless given. */
  readonly filesMax?: number;
  /** A sender that is slower is given up. */
  readonly pace?: Pace;
  /** Of one person, in this process; 2 unless given. Each has a connection to the database while it arrives. */
  readonly ownAtOnceMax?: number;
  /** In this process; 8 unless given. */
  readonly atOnceMax?: number;
}

const truth = z.enum(['true', 'false'], { error: 'must be true or false' }).default('false');
const company = { company_id: z.string() };

const finding = z.object({
  file: z.string(),
  row: z.int().nullable().describe('As a spreadsheet counts: the header is 1. Null for the file as a whole.'),
  column: z.string().nullable(),
  value: z.string().nullable().describe('As it was given; null if the cell was empty.'),
  reason: z.string(),
});

const warningKind = z.enum(Object.keys(warningKinds) as [WarningKind, ...WarningKind[]]);

const resultSchema = z.object({
  dry_run: z.boolean(),
  files: z.array(
    z.object({
      file: z.string(),
      kind: z.enum(importKindNames),
      rows: z.int(),
      created: z.int(),
      updated: z.int(),
      unchanged: z.int(),
    }),
  ),
  received: z
    .object({
      date_from: z.string(),
      date_to: z.string(),
      totals: z.array(
        z.object({ currency: z.string(), lines: z.int(), net_amount: z.string(), tax_amount: z.string() }),
      ),
    })
    .nullable()
    .describe('What receipts.csv amounts to; null without that file.'),
  corrected: z
    .object({
      lines: z.int(),
      totals: z.array(z.object({ currency: z.string(), net_before: z.string(), net_after: z.string() })),
    })
    .nullable()
    .describe('Booked receipt lines whose money or day is another now; null for none.'),
  moved: z
    .array(
      z.object({
        change: z.enum(identityChanges),
        lines: z.int(),
        totals: z.array(z.object({ currency: z.string(), net_amount: z.string() })),
      }),
    )
    .describe('Booked lines that a change asked for in `change` has moved.'),
  read_by_profile: z
    .array(
      z.object({
        file: z.string(),
        profile: z.string().describe('Its name.'),
        date_order: z.enum(dateOrders),
        date_order_of: z.enum(['profile', 'request']),
        example: z
          .object({ value: z.string(), read: z.string() })
          .nullable()
          .describe('A day of the file that would be another in another order.'),
      }),
    )
    .describe('Files that were read by a profile.'),
  warnings: z
    .array(finding.extend({ kind: warningKind }))
    .describe('At most 1,000, the gravest kinds first, some of every kind.'),
  warning_count: z.int(),
  warning_kinds: z.array(
    z.object({
      kind: warningKind,
      rank: z.enum(['grave', 'notice', 'harmless']),
      label: z.string(),
      count: z.int(),
    }),
  ),
});

export function importRoutes(app: App, options: ImportRoutesOptions): void {
  const { pool } = options;
  const arriving = new AtOnce({
    perPerson: options.ownAtOnceMax ?? 2,
    perProcess: options.atOnceMax ?? 8,
    what: 'imports',
  });
  /** Keys of the imports that are arriving here: of one of them, the same again is told so, however many there are. */
  const underKeys = new Map<string, number>();
  const opening = {
    folder: options.folder ?? join(tmpdir(), 'mathership-imports'),
    bytesMax: options.fileBytesMax ?? 1_000_000_000,
  };
  const limits = {
    files: options.filesMax ?? 20,
    fileSize: opening.bytesMax,
    fields: 10,
    fieldSize: 1024,
    headerPairs: 20,
  };
  void app.register(async (scope: App) => {
    await scope.register(multipart, { limits, throwFileSizeLimit: false });
    scope.post(
      '/api/v1/imports',
      {
        config: { access: { capability: 'import_data', company: inQuery('company_id') }, longBody: true },
        schema: {
          tags: ['Imports'],
          summary: 'Import files, all or nothing',
          description:
            'multipart/form-data, one part per file: CSV, .xlsx, or a ZIP of them; the file name tells the kind, or the profile ' +
            'says what it is. A first part named edits.json, a list of {file, row, column, value}, corrects cells. Errors are answered with 422 and ' +
            'every one as file, row, column, value and reason. Under an Idempotency-Key the same files and query answer ' +
            'what the first import answered, a dry run as well; 409 in_progress with Retry-After while that is under ' +
            'way. Rows that would change a closed day: 409 period_closed with file, row and day of each. An import that was refused, stopped or interrupted uses no key up.',
          headers: keyHeader,
          querystring: z.strictObject({
            ...company,
            profile_id: queryList
              .optional()
              .describe(
                'Import profiles by which files are read that have none of our names; of several, the one of its header.',
              ),
            date_order: z
              .enum([...dateOrders, 'profile'], { error: `must be one of ${dateOrders.join(', ')}, profile` })
              .optional()
              .describe(
                'In which order the days of files are that are read by a profile; `profile`: as it says, whatever they look like. ' +
                  'Unless given, a file whose days speak against its profile is refused.',
              ),
            dry_run: truth.describe('Check everything, write nothing.'),
            ignore_extra: truth.describe('Skip columns that are not known, instead of refusing them.'),
            receipts_move_stock: truth.describe('Accepted quantities become RECEIPT movements.'),
            other_vendor: z
              .enum(['refuse', 'new_orders'], { error: 'must be refuse or new_orders' })
              .default('refuse')
              .describe('new_orders: order numbers that another vendor uses are orders of their own, not errors.'),
            reason: typedText(500)
              .optional()
              .describe('Why rows of closed days may be written, where the company lets them through with a reason.'),
            change: listOf(identityChanges)
              .optional()
              .describe(`What may change of what has been booked: one or more of ${identityChanges.join(', ')}.`),
          }),
          response: answers({ 200: resultSchema }, 400, 401, 403, 409, 410, 413, 415, 422, 429),
        },
      },
      async (request): Promise<ImportResult> => {
        if (!request.isMultipart()) {
          throw new ProductError('wrong_media_type', 'Send the files as multipart/form-data, one part per file.');
        }
        const { query } = request;
        const grant = grantOf(request, 'import_data');
        const key = keyOf(request);
        const { userId } = principalOf(request);
        const about = { route: 'POST /api/v1/imports', query };
        const profiles = await profilesByIds(pool.db, grant.company.id, query.profile_id ?? []);
        const importing = (): Promise<ImportResult> =>
          runImport({
            pool,
            companyId: grant.company.id,
            files: multipartFiles(request, options.pace ?? slowestPace),
            options: {
              dryRun: query.dry_run === 'true',
              ignoreExtra: query.ignore_extra === 'true',
              receiptsMoveStock: query.receipts_move_stock === 'true',
              otherVendor: query.other_vendor === 'new_orders',
              changes: new Set(query.change),
            },
            profiles,
            dateOrder: query.date_order,
            limits: opening,
            principal: principalOf(request),
            origin: originOf(request),
            closedReason: query.reason,
            once: key === null ? undefined : { userId, key, about },
          });
        const person = personOf(principalOf(request));
        if (key === null) return arriving.while(person, importing);
        const name = JSON.stringify([userId, key]);
        if (underKeys.has(name) && !arriving.hasRoomFor(person)) throw stillUnderWay();
        underKeys.set(name, (underKeys.get(name) ?? 0) + 1);
        try {
          return await arriving.while(person, importing);
        } finally {
          const left = (underKeys.get(name) ?? 1) - 1;
          if (left === 0) underKeys.delete(name);
          else underKeys.set(name, left);
        }
      },
    );
    inspectRoute(scope, { pool, limits: opening, pace: options.pace ?? slowestPace, arriving });
  });
  profileRoutes(app, { db: pool.db });

  const current = { capability: 'import_data', company: inQuery('company_id') } as const;
  app.get(
    '/api/v1/imports/current',
    {
      config: { access: current },
      schema: {
        tags: ['Imports'],
        summary: 'How far the import of a company is; null if none runs',
        querystring: z.strictObject(company),
      },
    },
    async (request): Promise<CurrentImport> => ({
      import: await currentImport(pool.db, grantOf(request, 'import_data').company.id),
    }),
  );
  app.delete(
    '/api/v1/imports/current',
    {
      config: { access: current },
      schema: {
        tags: ['Imports'],
        summary: 'Stop the import of a company; nothing of it stays',
        querystring: z.strictObject(company),
      },
    },
    async (request, reply) => {
      if (!(await stopImport(pool.db, grantOf(request, 'import_data').company.id))) {
        throw new ProductError('not_found', 'No import into this company is running.');
      }
      return reply.status(202).send();
    },
  );
  templateRoutes(app);
  documentRoutes(app, { pool });
  versionRoutes(app, { db: pool.db });
}

function templateRoutes(app: App): void {
  app.get(
    '/api/v1/import-templates',
    { config: { access: 'signed-in' }, schema: { tags: ['Imports'], summary: 'The kinds of file and their columns' } },
    (): { results: ImportTemplate[] } => ({ results: importTemplates() }),
  );
  app.get(
    '/api/v1/import-templates/:file',
    {
      config: { access: 'signed-in' },
      schema: {
        tags: ['Imports'],
        summary: 'A CSV file with the header and one example row; all of them as all.zip',
        params: z.object({ file: z.string() }),
      },
    },
    (request, reply) => {
      const { file } = request.params;
      if (file === allTemplates) {
        return reply
          .type('application/zip')
          .header('content-disposition', attachment(file))
          .send(Readable.from(templatesZip()));
      }
      const kind = kindOfFile(file);
      if (!kind) {
        throw new ProductError(
          'not_found',
          `There is no such template. Take ${allTemplates}, or vendors.csv for instance.`,
        );
      }
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', attachment(`${kind.name}.csv`))
        .serializer((payload: unknown) => String(payload))
        .send(templateCsv(kind));
    },
  );
}

const allTemplates = 'all.zip';
const attachment = (filename: string): string => `attachment; filename="${filename}"`;
