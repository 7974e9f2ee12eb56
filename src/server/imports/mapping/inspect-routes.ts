/** `POST /imports/inspect`: what a file of any form is, before anything is done with it. It is not kept. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { dayIn } from '#contract/calendar.ts';
import { ProductError, invalidField } from '#contract/errors.ts';
import { fileDelimiters, fileEncodings, type Inspection } from '#contract/import-profiles.ts';
import { importKindNames } from '#contract/imports.ts';
import { grantOf, inQuery, personOf, principalOf } from '#server/access/guard.ts';
import type { DatabasePool } from '#server/database/database.ts';
import type { AtOnce } from '#server/http/at-once.ts';
import { answers, queryList } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
import type { Pace } from '#server/http/steady.ts';
import { openFile, type OpenedFile, type OpenLimits } from '../files/opened-file.ts';
import { multipartFiles } from '../multipart-files.ts';
import type { ColumnFacts } from './column-facts.ts';
import { knowledgeOf } from './column-knowledge.ts';
import { companyNames } from './company-names.ts';
import { type Asked, askedBy, lookAt, openTable } from './inspect.ts';
import { settingsSchema } from './profile-routes.ts';
import { everyProfile } from './profiles.ts';
import { questionsOf } from './questions.ts';

export interface InspectRouteOptions {
  readonly pool: DatabasePool;
  readonly limits: OpenLimits;
  readonly pace: Pace;
  readonly arriving: AtOnce;
}

const rawRow = z.object({
  number: z.int(),
  cells: z.array(z.string()),
  is: z.enum(['above', 'header', 'data', 'below']),
});

const inspectionSchema = z.object({
  file: z.string(),
  entries: z
    .array(z.string())
    .nullable()
    .describe('Files of a ZIP that can be read; `file` is one of them. Null for no ZIP.'),
  encoding: z.enum(fileEncodings).nullable().describe('Null for a workbook.'),
  delimiter: z.enum(fileDelimiters).nullable(),
  sheets: z.array(z.string()),
  sheet: z.string().nullable(),
  header_row: z.int().describe('Counted from 1; 0: there is none.'),
  row_count: z.int().describe('Between the header and the sums at the end.'),
  fingerprint: z.string().describe('The same for every file with this header.'),
  profile_id: z.string().nullable().describe('The profile of this header, if there is one.'),
  profile_name: z.string().nullable(),
  kind: z.enum(importKindNames).nullable(),
  columns: z.array(
    z.object({ name: z.string(), samples: z.array(z.string()), field: z.string().nullable(), because: z.string() }),
  ),
  ambiguities: z
    .array(
      z.object({
        about: z.string(),
        choices: z.array(z.string()),
        question: z.string(),
        column: z.string().optional(),
        field: z.string().optional(),
        value: z.string().optional(),
      }),
    )
    .describe('What a person has to say: two readings fit. What was said in the query is not asked again.'),
  suggestion: settingsSchema.describe('A profile as it would be without a word of anybody.'),
  rows: z.array(rawRow).describe('The first rows and the last, as they are; with `rows` in the query, those.'),
  unknown_vendors: z.array(z.object({ name: z.string(), like: z.string().nullable() })),
});

const delimiter = z
  .string()
  .transform((text) => (text === '\\t' || text === 'tab' ? '\t' : text))
  .pipe(z.enum(fileDelimiters, { error: () => 'must be a comma, semicolon, tab or |' }));
const wholeNumber = (max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .refine((n) => n <= max, `must be at most ${max}`);

/** In the scope that has the multipart parser. */
export function inspectRoute(app: App, options: InspectRouteOptions): void {
  app.post(
    '/api/v1/imports/inspect',
    {
      config: { access: { capability: 'import_data', company: inQuery('company_id') }, longBody: true },
      schema: {
        tags: ['Imports'],
        summary: 'What a file is: how it is written, its columns, and what has to be asked',
        description:
          'multipart/form-data with one file: CSV of any encoding and delimiter, .xlsx, or a ZIP of them. Nothing is kept or ' +
          'written. What is said in the query counts instead of what would be found.',
        querystring: z.strictObject({
          company_id: z.string(),
          encoding: z.enum(fileEncodings, { error: () => `must be one of ${fileEncodings.join(', ')}` }).optional(),
          delimiter: delimiter.optional(),
          sheet: z.string().max(1000).optional(),
          header_row: wholeNumber(1000).optional(),
          skip_last_rows: wholeNumber(100).optional(),
          kind: z.enum(importKindNames, { error: () => `must be one of ${importKindNames.join(', ')}` }).optional(),
          entry: z.string().max(1000).optional().describe('Which file of a ZIP; the first one unless given.'),
          rows: queryList.optional().describe('Numbers of rows to show instead of the first and the last.'),
        }),
        response: answers({ 200: inspectionSchema }, 400, 401, 403, 413, 415, 422, 429, 507),
      },
    },
    async (request): Promise<Inspection> => {
      const grant = grantOf(request, 'import_data');
      const { entry, rows, company_id: _, ...said } = request.query;
      const asked: Asked = { ...said, ...(rows && { rows: new Set(rows.map(Number)) }) };
      return options.arriving.while(personOf(principalOf(request)), () =>
        inspectSent(request, options, grant.company, asked, entry),
      );
    },
  );
}

async function inspectSent(
  request: FastifyRequest,
  { pool, limits, pace }: InspectRouteOptions,
  company: Looked['company'],
  asked: Asked,
  wanted: string | undefined,
): Promise<Inspection> {
  if (!request.isMultipart()) throw new ProductError('wrong_media_type', 'Send the file as multipart/form-data.');
  let inspection: Inspection | null = null;
  const entries: string[] = [];
  let refusal: { name: string; reason: string } | null = null;
  let inZip = false;
  let parts = 0;
  for await (const sent of multipartFiles(request, pace)) {
    parts += 1;
    if (parts > 1) throw invalidField('file', 'is one: send one file at a time, or several in a ZIP');
    for await (const file of openFile(sent, limits)) {
      inZip ||= file.inZip !== null;
      if (file.is === 'refused') {
        refusal ??= file;
        continue;
      }
      entries.push(file.name);
      const isWanted = inspection === null && (wanted === undefined || wanted === file.name);
      if (isWanted) inspection = await inspectFile(file, { pool, limits, company, asked });
      else if (file.is === 'text') for await (const piece of file.content) void piece;
    }
  }
  if (inspection !== null) return inZip ? { ...inspection, entries } : inspection;
  if (refusal !== null) throw invalidField(refusal.name, refusal.reason);
  throw wanted === undefined
    ? invalidField('file', 'is required: send one file')
    : invalidField('entry', `there is no ${wanted} in it`);
}

interface Looked {
  readonly pool: DatabasePool;
  readonly limits: OpenLimits;
  readonly company: { readonly id: string; readonly timeZone: string };
  readonly asked: Asked;
}

async function inspectFile(
  file: Exclude<OpenedFile, { is: 'refused' }>,
  { pool, limits, company, asked }: Looked,
): Promise<Inspection> {
  const profiles = await everyProfile(pool.db, company.id);
  const known = new Set(profiles.map(({ fingerprint }) => fingerprint));
  const opened = await openTable(file, asked, limits);
  try {
    let table = opened;
    let look = await lookAt(table.source(), asked, known);
    const own = profiles.filter(({ fingerprint }) => fingerprint === look.fingerprint);
    const [profile] = own.length === 1 ? own : [];
    if (profile && profile.encoding !== null && profile.encoding !== table.encoding && asked.encoding === undefined) {
      table = await table.as(askedBy(profile));
      look = await lookAt(table.source(), asked, known);
    }
    if (look.rows.length === 0) throw invalidField(file.name, 'is empty');
    const names = await companyNames(pool.pool, company.id);
    const knowledge = await knowledgeOf(pool.pool, company.id, names, look.facts);
    const columns = look.names.map((name, at) => ({
      name,
      facts: look.facts[at] as ColumnFacts,
      known: knowledge[at] ?? {},
    }));
    const today = dayIn(company.timeZone);
    const answered = questionsOf({ file: file.name, table, look, columns, asked, names, profiles: own, today });
    return {
      file: file.name,
      entries: null,
      encoding: table.encoding,
      delimiter: table.delimiter,
      sheets: table.sheets,
      sheet: table.sheet,
      header_row: look.header.row,
      row_count: look.rowCount,
      fingerprint: look.fingerprint,
      profile_id: profile?.id ?? null,
      profile_name: profile?.name ?? null,
      kind: answered.kind,
      columns: answered.columns,
      ambiguities: answered.ambiguities,
      suggestion: answered.suggestion,
      rows: asked.rows === undefined ? look.rows : look.asked,
      unknown_vendors: answered.unknownVendors,
    };
  } finally {
    await opened.close();
  }
}
