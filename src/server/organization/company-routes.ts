/** Organizations and their companies over HTTP. */
import { z } from 'zod';
import { ProductError } from '#contract/errors.ts';
import type { CompanyEntry, OrganizationEntry } from '#contract/organization.ts';
import type { Page } from '#contract/export-jobs.ts';
import { companyOf, inPath, organizationOf, originOf, principalOf } from '#server/access/guard.ts';
import { askedBy, keyHeader, onlyOnce } from '#server/access/idempotency.ts';
import type { Database } from '#server/database/database.ts';
import { answers, pageQuery, pageSchema } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
import { byId, companySchema, organizationSchema } from './answer-schemas.ts';
import { changeCompany, createCompany, listCompanies, readCompany } from './companies.ts';
import { archivedFilter, currency, locale, name, timeZone } from './fields.ts';
import { changeOrganization, createOrganization, listOrganizations, readOrganization } from './organizations.ts';

const tags = ['Organizations'];
const companyFields = { name, time_zone: timeZone, currency, locale };

export function companyRoutes(app: App, { db }: { readonly db: Database }): void {
  app.get(
    '/api/v1/organizations',
    {
      config: { access: 'signed-in' },
      schema: {
        tags,
        summary: 'Your organizations',
        querystring: z.strictObject(pageQuery),
        response: answers({ 200: pageSchema(organizationSchema) }, 400, 401),
      },
    },
    async (request): Promise<Page<OrganizationEntry>> => listOrganizations(db, principalOf(request), request.query),
  );

  app.post(
    '/api/v1/organizations',
    {
      config: { access: 'signed-in' },
      schema: {
        tags,
        summary: 'Found an organization; whoever founds it is its owner',
        headers: keyHeader,
        body: z.strictObject({ name }),
        response: answers({ 200: organizationSchema, 201: organizationSchema }, 400, 401, 403, 409, 410, 422),
      },
    },
    async (request, reply) => {
      const { userId, ...principal } = principalOf(request);
      if (userId === null) {
        throw new ProductError('missing_capability', 'The operator cannot own an organization; use your own account.');
      }
      const founder = { ...principal, userId };
      const { value, isNew } = await onlyOnce<OrganizationEntry>(db, askedBy(request), {
        async make(tx) {
          const organization = await createOrganization(tx, founder, originOf(request), request.body);
          return { id: organization.id, value: organization };
        },
        read: (of, id) => readOrganization(of, founder, id),
      });
      return reply.status(isNew ? 201 : 200).send(value);
    },
  );

  app.patch(
    '/api/v1/organizations/:id',
    {
      config: { access: { organizationRole: 'admin', organization: inPath('id') } },
      schema: {
        tags,
        summary: 'Rename an organization',
        params: byId,
        body: z.strictObject({ name: name.optional() }),
        response: answers({ 200: organizationSchema }, 400, 401, 403),
      },
    },
    async (request): Promise<OrganizationEntry> =>
      changeOrganization(db, principalOf(request), organizationOf(request), originOf(request), request.body),
  );

  app.get(
    '/api/v1/organizations/:id/companies',
    {
      config: { access: { organizationRole: 'member', organization: inPath('id') } },
      schema: {
        tags,
        summary: 'The companies of an organization that you may see',
        params: byId,
        querystring: z.strictObject({ ...pageQuery, archived: archivedFilter }),
        response: answers({ 200: pageSchema(companySchema) }, 400, 401, 403),
      },
    },
    async (request): Promise<Page<CompanyEntry>> =>
      listCompanies(db, principalOf(request), organizationOf(request), request.query),
  );

  app.post(
    '/api/v1/organizations/:id/companies',
    {
      config: { access: { organizationRole: 'admin', organization: inPath('id') } },
      schema: {
        tags,
        summary: 'Add a company',
        params: byId,
        headers: keyHeader,
        body: z.strictObject(companyFields),
        response: answers({ 200: companySchema, 201: companySchema }, 400, 401, 403, 409, 410, 422),
      },
    },
    async (request, reply) => {
      const { id } = organizationOf(request);
      const { value, isNew } = await onlyOnce<CompanyEntry>(db, askedBy(request), {
        async make(tx) {
          const company = await createCompany(tx, principalOf(request), id, originOf(request), request.body);
          return { id: company.id, value: company };
        },
        read: readCompany,
      });
      return reply.status(isNew ? 201 : 200).send(value);
    },
  );

  app.patch(
    '/api/v1/companies/:id',
    {
      config: { access: { capability: 'manage_company', company: inPath('id') } },
      schema: {
        tags,
        summary: 'Change or archive a company; a new time zone moves no business day that is recorded',
        params: byId,
        body: z.strictObject({ ...companyFields, archived: z.boolean() }).partial(),
        response: answers({ 200: companySchema }, 400, 401, 403, 409),
      },
    },
    async (request): Promise<CompanyEntry> =>
      changeCompany(db, principalOf(request), companyOf(request), originOf(request), request.body),
  );
}
