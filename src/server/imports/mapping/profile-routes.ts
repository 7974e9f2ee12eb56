/** Import profiles over HTTP: made, found, changed, deleted. What a profile has is the contract's. */
import { z } from 'zod';
import { fileDelimiters, fileEncodings, type ImportProfile, type ProfileDraft } from '#contract/import-profiles.ts';
import { dateOrders } from '#contract/import-reading.ts';
import { importKindNames } from '#contract/imports.ts';
import { grantOf, inPath, originOf } from '#server/access/guard.ts';
import { askedBy, keyHeader, onlyOnce } from '#server/access/idempotency.ts';
import type { Database } from '#server/database/database.ts';
import { answers, pageQuery, pageSchema, typedText } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
import { changeProfile, createProfile, deleteProfile, listProfiles, readProfile } from './profiles.ts';

const tags = ['Imports'];
const base = '/api/v1/companies/:id/import-profiles';
const access = { capability: 'import_data', company: inPath('id') } as const;
const params = z.object({ id: z.string(), profile_id: z.string() });

const words = z.string().max(1000);
const fieldSource = z.union(
  [
    z.strictObject({ column: words.min(1) }),
    z.strictObject({ constant: words }),
    z.strictObject({ generated: z.literal('line_no') }),
  ],
  { error: () => 'must be {column}, {constant} or {generated: "line_no"}' },
);

const settings = {
  kind: z.enum(importKindNames, { error: () => `must be one of ${importKindNames.join(', ')}` }),
  encoding: z.enum(fileEncodings, { error: () => `must be one of ${fileEncodings.join(', ')}` }).nullable(),
  delimiter: z.enum(fileDelimiters, { error: () => 'must be a comma, semicolon, tab or |' }).nullable(),
  sheet: words.nullable(),
  header_row: z.int().min(0).max(1000),
  skip_last_rows: z.int().min(0).max(100),
  decimal: z.enum(['.', ','], { error: () => 'must be a point or a comma' }),
  date_order: z.enum(dateOrders, { error: () => `must be one of ${dateOrders.join(', ')}` }),
  tax: z.enum(['fraction', 'percent'], { error: () => 'must be fraction or percent' }),
  prices_include_tax: z.boolean(),
  fields: z.record(words, fieldSource),
  values: z.record(words, z.record(words, words)),
  vendor_aliases: z.record(words, words),
  unknown_vendors: z.enum(['error', 'create'], { error: () => 'must be error or create' }),
};
export const settingsSchema = z.object(settings);

const fields = { name: typedText(100), fingerprint: typedText(200), ...settings };

const createBody = z.strictObject({
  ...fields,
  encoding: settings.encoding.default(null),
  delimiter: settings.delimiter.default(null),
  sheet: settings.sheet.default(null),
  header_row: settings.header_row.default(1),
  skip_last_rows: settings.skip_last_rows.default(0),
  decimal: settings.decimal.default('.'),
  date_order: settings.date_order.default('ymd'),
  tax: settings.tax.default('fraction'),
  prices_include_tax: settings.prices_include_tax.default(false),
  fields: settings.fields.default({}),
  values: settings.values.default({}),
  vendor_aliases: settings.vendor_aliases.default({}),
  unknown_vendors: settings.unknown_vendors.default('error'),
});
const patchBody = z.strictObject(fields).partial();

export const profileSchema = z
  .object({
    ...fields,
    name: z.string(),
    id: z.string(),
    company_id: z.string(),
    created_by: z.object({ id: z.string(), name: z.string() }).nullable(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ description: "How a company's files of one form are read." });

export function profileRoutes(app: App, { db }: { readonly db: Database }): void {
  app.get(
    base,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Import profiles of a company, by name',
        params: z.object({ id: z.string() }),
        querystring: z.strictObject({ ...pageQuery, fingerprint: z.string().max(100).optional() }),
        response: answers({ 200: pageSchema(profileSchema) }, 400, 401, 403),
      },
    },
    (request) => listProfiles(db, grantOf(request, 'import_data').company.id, request.query),
  );
  app.post(
    base,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Keep how files of one form are read',
        headers: keyHeader,
        params: z.object({ id: z.string() }),
        body: createBody,
        response: answers({ 200: profileSchema, 201: profileSchema }, 400, 401, 403, 409, 410, 422),
      },
    },
    async (request, reply) => {
      const grant = grantOf(request, 'import_data');
      const { value, isNew } = await onlyOnce<ImportProfile>(db, askedBy(request), {
        async make(tx) {
          const made = await createProfile(tx, grant, originOf(request), request.body);
          return { id: made.id, value: made };
        },
        read: (of, id) => readProfile(of, grant.company.id, id),
      });
      return reply.status(isNew ? 201 : 200).send(value);
    },
  );
  app.get(
    `${base}/:profile_id`,
    {
      config: { access },
      schema: { tags, summary: 'One import profile', params, response: answers({ 200: profileSchema }, 401, 403) },
    },
    (request) => readProfile(db, grantOf(request, 'import_data').company.id, request.params.profile_id),
  );
  app.patch(
    `${base}/:profile_id`,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Change an import profile',
        params,
        body: patchBody,
        response: answers({ 200: profileSchema }, 400, 401, 403, 409),
      },
    },
    (request) =>
      changeProfile(
        db,
        grantOf(request, 'import_data'),
        originOf(request),
        request.params.profile_id,
        request.body as Partial<ProfileDraft>,
      ),
  );
  app.delete(
    `${base}/:profile_id`,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Delete an import profile; imports that were read by it keep its name',
        params,
        response: answers({ 204: z.null() }, 401, 403),
      },
    },
    async (request, reply) => {
      await deleteProfile(db, grantOf(request, 'import_data'), originOf(request), request.params.profile_id);
      return reply.status(204).send();
    },
  );
}
