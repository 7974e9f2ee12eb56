/**
 * The two gates every request passes: who are you (before the body is read), and may you (before the input is judged).
 * What a route demands is declared in its `config.access`; default deny is the server's refusal to register one without.
 */
import type { FastifyRequest } from 'fastify';
import type { Capability } from '#contract/access.ts';
import { invalidField, ProductError } from '#contract/errors.ts';
import type { Database } from '#server/database/database.ts';
import { addressOf } from '#server/http/addresses.ts';
import { judgeBody } from '#server/http/body.ts';
import { problemSent } from '#server/http/problem.ts';
import type { App } from '#server/http/app-type.ts';
import { principalOfApiKey, principalOfOperator, principalOfSession } from './authenticate.ts';
import { RefusalLog, isRefusal } from './audit-refusals.ts';
import type { Origin } from './audit.ts';
import {
  type CompanyAccess,
  type Grant,
  type Principal,
  grantEverywhere,
  requireCapability,
  requireCompany,
  requireInAll,
} from './decide.ts';
import { type OrganizationAccess, requireOrganization } from './organization-access.ts';
import { KeyGuesses, RequestRate } from './request-limits.ts';

interface Admission {
  /** `performance.now()` when the request came, before it waited for anything. */
  readonly receivedAt?: number;
  principal?: Principal;
  grant?: Grant;
  company?: CompanyAccess;
  organization?: OrganizationAccess;
  /** What the request is about, as it says, before it is known to exist. */
  asked?: { companyId?: unknown; organizationId?: unknown };
}

const admissions = new WeakMap<FastifyRequest, Admission>();

export interface GuardOptions {
  readonly db: Database;
  readonly sessionCookie: string;
  readonly operatorToken?: string;
  /** Requests a second of one person; 500 unless given. */
  readonly requestsPerSecond?: number;
}

export function installGuard(app: App, options: GuardOptions): void {
  const rate = new RequestRate(options.requestsPerSecond ?? 500);
  const guesses = new KeyGuesses();
  recordRefusals(app, options.db, new RefusalLog());
  app.addHook('onRequest', async (request) => {
    if (!request.routeOptions.config.access || request.routeOptions.config.access === 'public') return;
    const receivedAt = performance.now();
    const principal = await identify(request, options, guesses);
    if (principal?.userId) rate.take(principal.userId, performance.now());
    if (!principal) throw new ProductError('not_signed_in', 'Sign in, or send a valid API key as a Bearer token.');
    admissions.set(request, { receivedAt, principal });
  });

  app.addHook('preValidation', async (request) => {
    const access = request.routeOptions.config.access;
    if (!access || access === 'public' || access === 'signed-in') return;
    const admission = admissions.get(request);
    if (!admission?.principal) throw new ProductError('not_signed_in', 'Sign in to continue.');
    const { principal } = admission;
    if ('organizationRole' in access) {
      const id = await access.organization(request);
      admission.asked = { organizationId: id };
      admission.organization = await requireOrganization(options.db, principal, access.organizationRole, id);
      return;
    }
    const companyId = await access.company(request);
    admission.asked = { companyId };
    if ('member' in access) {
      admission.company = await requireCompany(options.db, principal, companyId);
    } else if (Array.isArray(companyId)) {
      admission.asked = { companyId: companyId[0] };
      admission.grant = await requireInAll(options.db, principal, access.capability, companyId);
      for (const one of access.besides ?? []) await requireInAll(options.db, principal, one, companyId);
    } else if (companyId !== undefined) {
      const lesser = access.orPartly?.(request) ?? null;
      admission.grant = await requireCapability(options.db, principal, access.capability, companyId, lesser);
      for (const one of access.besides ?? []) await requireCapability(options.db, principal, one, companyId);
    } else if (access.orAll) {
      admission.grant = await grantEverywhere(options.db, principal, access.capability);
    } else {
      judgeBody(request);
      throw invalidField(access.named ?? 'company_id', 'is required');
    }
  });
  app.addHook('preValidation', async (request) => judgeBody(request));
}

/** After the answer is decided and before it is sent: a refusal is written down, or logged when it cannot be. */
function recordRefusals(app: App, db: Database, refusals: RefusalLog): void {
  app.addHook('onSend', async (request) => {
    const code = problemSent(request)?.code;
    const found = admissions.get(request);
    if (code === undefined || !isRefusal(code) || !found?.principal) return;
    const route = `${request.method} ${request.routeOptions.url ?? ''}`;
    const refusal = { code, route, ...found.asked, id: field(request.params, 'id') };
    await refusals
      .write(db, found.principal, originOf(request), refusal, performance.now())
      .catch((error: Error) => request.log.error({ err: error }, 'a refusal could not be written down'));
  });
}

async function identify(
  request: FastifyRequest,
  options: GuardOptions,
  guesses: KeyGuesses,
): Promise<Principal | null> {
  const [scheme, credential] = (request.headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() === 'bearer' && credential) {
    const operator = principalOfOperator(credential, options.operatorToken);
    if (operator) return operator;
    const now = performance.now();
    const address = addressOf(request) ?? 'no address';
    guesses.refuseWhenTooMany(address, credential, now);
    const principal = await principalOfApiKey(options.db, credential);
    if (principal) guesses.wasRight(credential, now);
    else guesses.wasWrong(address, credential, now);
    return principal;
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

/** Whose share of this process a request takes: all sessions and keys of a person are one; the operator is another. */
export const personOf = (principal: Principal): string => principal.userId ?? principal.name;

/** The proof this route's access declaration demanded; of several, the one that was found first. */
export function grantOf<C extends Capability>(request: FastifyRequest, ...demanded: C[]): Grant<C> {
  const { grant } = admission(request);
  if (!grant || !(demanded as Capability[]).includes(grant.capability)) {
    throw new Error(`this route did not demand ${demanded.join(' or ')}`);
  }
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

export function originOf(request: FastifyRequest): Origin {
  const receivedAt = admissions.get(request)?.receivedAt;
  return { address: addressOf(request), requestId: request.id, ...(receivedAt !== undefined && { receivedAt }) };
}

const field = (source: unknown, name: string): unknown =>
  typeof source === 'object' && source !== null ? (source as Record<string, unknown>)[name] : undefined;

/** Ready-made subjects: where a route finds its company. */
export const inQuery = (name: string) => (request: FastifyRequest) => field(request.query, name);
export const inBody = (name: string) => (request: FastifyRequest) => field(request.body, name);
export const inPath = (name: string) => (request: FastifyRequest) => field(request.params, name);
