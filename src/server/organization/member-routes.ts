/** People over HTTP: members of an organization, and what each may do in a company. */
import { z } from 'zod';
import type { Page } from '#contract/export-jobs.ts';
import type { CompanyMember, OrganizationMember, OwnCompanyAccess } from '#contract/organization.ts';
import { companyOf, grantOf, inPath, organizationOf, originOf, principalOf } from '#server/access/guard.ts';
import type { Database } from '#server/database/database.ts';
import { answers, pageQuery, pageSchema } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
import { byId, byUser, companyMemberSchema, memberSchema, ownAccessSchema } from './answer-schemas.ts';
import { listCompanyMembers, putCompanyMember, readOwnAccess, removeCompanyMember } from './company-members.ts';
import { capabilityList, companyRole, organizationRole, search } from './fields.ts';
import { changeMember, listMembers, removeMember } from './members.ts';

const tags = ['Members'];
const administers = { organizationRole: 'admin', organization: inPath('id') } as const;
const managesMembers = { capability: 'manage_members', company: inPath('id') } as const;

export function memberRoutes(app: App, { db }: { readonly db: Database }): void {
  app.get(
    '/api/v1/organizations/:id/members',
    {
      config: { access: administers },
      schema: {
        tags,
        summary: 'Members of an organization',
        params: byId,
        querystring: z.strictObject({ ...pageQuery, search }),
        response: answers({ 200: pageSchema(memberSchema) }, 400, 401, 403),
      },
    },
    async (request): Promise<Page<OrganizationMember>> => listMembers(db, organizationOf(request), request.query),
  );

  app.patch(
    '/api/v1/organizations/:id/members/:user_id',
    {
      config: { access: administers },
      schema: {
        tags,
        summary: 'Change what somebody is in the organization',
        params: byUser,
        body: z.strictObject({ role: organizationRole }),
        response: answers({ 200: memberSchema }, 400, 401, 403, 409),
      },
    },
    async (request): Promise<OrganizationMember> => {
      const { user_id } = request.params;
      return changeMember(db, principalOf(request), organizationOf(request), originOf(request), user_id, request.body);
    },
  );

  app.delete(
    '/api/v1/organizations/:id/members/:user_id',
    {
      config: { access: administers },
      schema: {
        tags,
        summary: 'Remove somebody from the organization and all its companies, at once',
        params: byUser,
        response: answers({ 204: z.null() }, 401, 403, 409),
      },
    },
    async (request, reply) => {
      const { user_id } = request.params;
      await removeMember(db, principalOf(request), organizationOf(request), originOf(request), user_id);
      return reply.status(204).send();
    },
  );

  app.get(
    '/api/v1/companies/:id/access',
    {
      config: { access: { member: true, company: inPath('id') } },
      schema: {
        tags,
        summary: 'What you may do in a company, and whom to ask for more',
        params: byId,
        response: answers({ 200: ownAccessSchema }, 401, 403),
      },
    },
    async (request): Promise<OwnCompanyAccess> => readOwnAccess(db, companyOf(request)),
  );

  app.get(
    '/api/v1/companies/:id/members',
    {
      config: { access: managesMembers },
      schema: {
        tags,
        summary: 'Everybody who may do something in a company',
        params: byId,
        querystring: z.strictObject({ ...pageQuery, search }),
        response: answers({ 200: pageSchema(companyMemberSchema) }, 400, 401, 403),
      },
    },
    async (request): Promise<Page<CompanyMember>> =>
      listCompanyMembers(db, grantOf(request, 'manage_members'), request.query),
  );

  app.put(
    '/api/v1/companies/:id/members/:user_id',
    {
      config: { access: managesMembers },
      schema: {
        tags,
        summary: 'Set role, grants and denials of a member; it takes effect at once',
        params: byUser,
        body: z.strictObject({
          role: companyRole,
          granted: capabilityList.default([]),
          denied: capabilityList.default([]),
        }),
        response: answers({ 200: companyMemberSchema }, 400, 401, 403),
      },
    },
    async (request): Promise<CompanyMember> => {
      const { user_id } = request.params;
      return putCompanyMember(db, grantOf(request, 'manage_members'), originOf(request), user_id, request.body);
    },
  );

  app.delete(
    '/api/v1/companies/:id/members/:user_id',
    {
      config: { access: managesMembers },
      schema: {
        tags,
        summary: 'Remove somebody from a company, at once',
        params: byUser,
        response: answers({ 204: z.null() }, 401, 403),
      },
    },
    async (request, reply) => {
      await removeCompanyMember(db, grantOf(request, 'manage_members'), originOf(request), request.params.user_id);
      return reply.status(204).send();
    },
  );
}
