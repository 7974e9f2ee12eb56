/**
 * The two gates every request passes: who are you (before the body is read), and may you (before the input is judged).
 * What a route demands is declared in its `config.access`; default deny is the server's refusal to register one without.
 */
import type { FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import type { Capability } from '#contract/access.ts';
import { ProductError } from '#contract/errors.ts';
import type { Database } from '#server/database/database.ts';
import type { App } from '#server/http/server.ts';
import { principalOfApiKey, principalOfOperator, principalOfSession } from './authenticate.ts';
import type { Origin } from './audit.ts';
import {
  type CompanyAccess,
  type Grant,
  type Principal,
  grantEverywhere,
  requireCapability,
  requireCompany,
} from './decide.ts';
import { type OrganizationAccess, requireOrganization } from './organization-access.ts';

interface Admission {
  principal?: Principal;
  grant?: Grant;
  company?: CompanyAccess;
  organization?: OrganizationAccess;
}

const admissions = new WeakMap<FastifyRequest, Admission>();

export interface GuardOptions {
  readonly db: Database;
  readonly sessionCookie: string;
  readonly operatorToken?: string;
}

export function installGuard(app: App, options: GuardOptions): void {
  app.addHook('onRequest', async (request) => {
    if (!request.routeOptions.config.access || request.routeOptions.config.access === 'public') return;
    const principal = await identify(request, options);
    if (!principal) throw new ProductError('not_signed_in', 'Sign in, or send a valid API key as a Bearer token.');
    admissions.set(request, { principal });
  });

  app.addHook('preValidation', async (request) => {
    const access = request.routeOptions.config.access;
    if (!access || access === 'public' || access === 'signed-in') return;
    const admission = admissions.get(request);
    if (!admission?.principal) throw new ProductError('not_signed_in', 'Sign in to continue.');
    const { principal } = admission;
    if ('organizationRole' in access) {
      const id = await access.organization(request);
      admission.organization = await requireOrganization(options.db, principal, access.organizationRole, id);
      return;
    }
    const companyId = await access.company(request);
    if ('member' in access) {
      admission.company = await requireCompany(options.db, principal, companyId);
    } else if (companyId !== undefined) {
      admission.grant = await requireCapability(options.db, principal, access.capability, companyId);
    } else if (access.orAll) {
      admission.grant = await grantEverywhere(options.db, principal, access.capability);
    } else {
      throw new ProductError('invalid_input', 'company_id: is required', {
        fields: [{ field: 'company_id', message: 'is required' }],
      });
    }
  });
}

async function identify(request: FastifyRequest, options: GuardOptions): Promise<Principal | null> {
  const [scheme, credential] = (request.headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() === 'bearer' && credential) {
    return principalOfOperator(credential, options.operatorToken) ?? principalOfApiKey(options.db, credential);
  }
  const session = request.cookies[options.sessionCookie];
  return session ? principalOfSession(options.db, session) : null;
}

function admission(request: FastifyRequest): Admission {
  const found = admissions.get(request);
  if (!found) throw new Error('this route is public: nobody was asked who they are');
  return found;
}

export function principalOf(request: FastifyRequest): Principal {
  const { principal } = admission(request);
  if (!principal) throw new Error('no principal on a guarded route');
  return principal;
}

/** The proof this route's access declaration demanded. */
export function grantOf<C extends Capability>(request: FastifyRequest, capability: C): Grant<C> {
  const { grant } = admission(request);
  if (grant?.capability !== capability) throw new Error(`this route did not demand ${capability}`);
  return grant as Grant<C>;
}

export function companyOf(request: FastifyRequest): CompanyAccess {
  const found = admission(request);
  const company = found.company ?? found.grant?.company;
  if (!company) throw new Error('this route is not about one company');
  return company;
}

export function organizationOf(request: FastifyRequest): OrganizationAccess {
  const { organization } = admission(request);
  if (!organization) throw new Error('this route is not about one organization');
  return organization;
}

export const originOf = (request: FastifyRequest): Origin => ({ address: request.ip, requestId: request.id });

const field = (source: unknown, name: string): unknown =>
  typeof source === 'object' && source !== null ? (source as Record<string, unknown>)[name] : undefined;

/** Ready-made subjects: where a route finds its company. */
export const inQuery = (name: string) => (request: FastifyRequest) => field(request.query, name);
export const inBody = (name: string) => (request: FastifyRequest) => field(request.body, name);
export const inPath = (name: string) => (request: FastifyRequest) => field(request.params, name);

/** Whether the session or key behind an open stream is still worth anything. */
export async function credentialLives(db: Database, principal: Principal): Promise<boolean> {
  if (principal.via === 'operator') return true;
  const table = principal.via === 'session' ? 'sessions' : 'api_keys';
  const row = await db
    .selectFrom(table)
    .innerJoin('users as u', 'u.id', `${table}.user_id`)
    .select(`${table}.id`)
    .where(`${table}.id`, '=', principal.credentialId ?? '0')
    .where('u.disabled_at', 'is', null)
    .where((on) => on.or([on(`${table}.expires_at`, 'is', null), on(`${table}.expires_at`, '>', sql<string>`now()`)]))
    .executeTakeFirst();
  return row !== undefined;
}
