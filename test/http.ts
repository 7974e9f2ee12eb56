/**
 * The application over HTTP without a port: routes on a database of their own, people made by SQL in one line,
 * and clients that ask as one of them, by session cookie or by API key.
 */
import { isDeepStrictEqual } from 'node:util';
import type { HTTPMethods } from 'fastify';
import { z } from 'zod';
import type { Capability, CompanyRole, OrganizationRole } from '#contract/access.ts';
import { startSession } from '#server/access/authenticate.ts';
import { installGuard } from '#server/access/guard.ts';
import { hashPassword } from '#server/access/passwords.ts';
import { accessRoutes } from '#server/access/routes.ts';
import { SecretKeys } from '#server/access/secret-keys.ts';
import { newToken } from '#server/access/tokens.ts';
import { type Database, DatabasePool } from '#server/database/database.ts';
import { openLog } from '#server/log.ts';
import type { App, RouteAccess } from '#server/http/app-type.ts';
import { createServer } from '#server/http/server.ts';
import { createTestDatabase } from './database.ts';

export const sessionCookie = 'session';
/** What `person` signs in with. */
export const testPassword = 'correct horse battery';
/** Where the application under test is reached. */
export const testSite = 'http://mathership.localhost';
const site = testSite;
export const testKeys = new SecretKeys('only for tests, only for tests, only for tests');

export interface Answer<T = unknown> {
  readonly status: number;
  readonly body: T;
  /** As they came, of what is no text. */
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
}

export interface AskOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Client {
  ask<T = unknown>(method: HTTPMethods, path: string, options?: AskOptions): Promise<Answer<T>>;
  get<T = unknown>(path: string): Promise<Answer<T>>;
  post<T = unknown>(path: string, body?: unknown): Promise<Answer<T>>;
  put<T = unknown>(path: string, body?: unknown): Promise<Answer<T>>;
  patch<T = unknown>(path: string, body?: unknown): Promise<Answer<T>>;
  delete<T = unknown>(path: string): Promise<Answer<T>>;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly client: Client;
}

export interface TestCompany {
  readonly id: string;
  readonly organizationId: string;
}

export interface DeclaredRoute {
  readonly method: string;
  /** As registered: `/api/v1/companies/:id/access`. */
  readonly url: string;
  readonly access: RouteAccess;
}

export interface TestApp {
  readonly app: App;
  readonly db: Database;
  readonly pool: DatabasePool;
  /** For more connections: a queue, a listener. */
  readonly databaseUrl: string;
  readonly routes: readonly DeclaredRoute[];
  /** Nobody signed in. */
  readonly anonymous: Client;
  /** A person with a session; a number is added to the name's e-mail, so that names may repeat. */
  person(name?: string): Promise<Person>;
  /** The same person by API key. */
  withKey(person: Person): Promise<Client>;
  organization(name?: string): Promise<string>;
  company(values?: {
    organizationId?: string;
    name?: string;
    currency?: string;
    timeZone?: string;
  }): Promise<TestCompany>;
  joinOrganization(organizationId: string, person: Person, role: OrganizationRole): Promise<void>;
  /** Also makes the person a plain member of the organization. */
  joinCompany(
    company: TestCompany,
    person: Person,
    role: CompanyRole,
    changes?: { granted?: Capability[]; denied?: Capability[] },
  ): Promise<void>;
  /** A new person with that role in that company; `owner` and `admin` are of its organization. */
  member(
    company: TestCompany,
    role: CompanyRole | OrganizationRole,
    changes?: { granted?: Capability[]; denied?: Capability[] },
  ): Promise<Person>;
  close(): Promise<void>;
}

let passwordHash: Promise<string> | undefined;
let count = 0;
/** For names that differ, also in two applications on one database. */
const next = (): number => (count += 1);

/**
 * @param mount registers the routes under test; sign-in, `/me` and API keys are there already.
 */
export async function startTestApp(
  mount: (app: App, parts: { db: Database; pool: DatabasePool }) => void | Promise<void>,
  options: {
    logLevel?: string;
    logStream?: { write(line: string): void };
    /** One that another application has, and drops. */
    databaseUrl?: string;
  } = {},
): Promise<TestApp> {
  const shared = options.databaseUrl;
  const database = shared === undefined ? await createTestDatabase() : { url: shared, drop: () => Promise.resolve() };
  const pool = new DatabasePool({ url: database.url, connectionsMax: 10 });
  const { db } = pool;
  const app = createServer({
    log: openLog({ level: options.logLevel ?? 'silent', stream: options.logStream }),
    publicUrl: undefined,
  });
  const routes: DeclaredRoute[] = [];
  app.addHook('onRoute', ({ method, url, config }) => {
    for (const verb of [method].flat())
      if (verb !== 'HEAD' && config?.access) routes.push({ method: verb, url, access: config.access });
  });
  const wrongAnswers = holdAnswersToSchemas(app);
  installGuard(app, { db, sessionCookie });
  accessRoutes(app, {
    db,
    sessionCookie,
    secure: false,
    demo: null,
    keys: testKeys,
    offers: { single_sign_on: null, password_reset: false },
  });
  await mount(app, { db, pool });
  await app.ready();

  async function person(name = 'Person'): Promise<Person> {
    const email = `${name.toLowerCase().replaceAll(/[^a-z]+/g, '.')}.${next()}@kitchen.example`;
    const { id } = await db
      .insertInto('users')
      .values({ name, email, password_hash: await (passwordHash ??= hashPassword(testPassword)) })
      .returning('id')
      .executeTakeFirstOrThrow();
    const session = await startSession(db, id, { address: null, userAgent: null });
    return {
      id,
      name,
      email,
      client: clientOf(app, wrongAnswers, { cookie: `${sessionCookie}=${session.token}`, origin: site }),
    };
  }

  const joinOrganization: TestApp['joinOrganization'] = async (organizationId, { id }, role) => {
    await db
      .insertInto('organization_members')
      .values({ organization_id: organizationId, user_id: id, role })
      .onConflict((conflict) => conflict.columns(['organization_id', 'user_id']).doUpdateSet({ role }))
      .execute();
  };

  const joinCompany: TestApp['joinCompany'] = async (company, who, role, changes = {}) => {
    await db
      .insertInto('organization_members')
      .values({ organization_id: company.organizationId, user_id: who.id, role: 'member' })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const values = { role, granted: changes.granted ?? [], denied: changes.denied ?? [] };
    await db
      .insertInto('company_members')
      .values({ company_id: company.id, user_id: who.id, ...values })
      .onConflict((conflict) => conflict.columns(['company_id', 'user_id']).doUpdateSet(values))
      .execute();
  };

  const organization: TestApp['organization'] = async (name = `Group ${next()}`) => {
    const row = await db.insertInto('organizations').values({ name }).returning('id').executeTakeFirstOrThrow();
    return row.id;
  };

  return {
    app,
    db,
    pool,
    databaseUrl: database.url,
    routes,
    anonymous: clientOf(app, wrongAnswers, {}),
    person,
    organization,
    joinOrganization,
    joinCompany,
    async withKey(who) {
      const key = newToken('msk_');
      await db
        .insertInto('api_keys')
        .values({ user_id: who.id, name: 'Test', prefix: key.text.slice(0, 10), key_hash: key.hash })
        .execute();
      return clientOf(app, wrongAnswers, { authorization: `Bearer ${key.text}` });
    },
    async company(values = {}) {
      const organizationId = values.organizationId ?? (await organization());
      const { id } = await db
        .insertInto('companies')
        .values({
          organization_id: organizationId,
          name: values.name ?? `Restaurant ${next()}`,
          currency: values.currency ?? 'EUR',
          time_zone: values.timeZone ?? 'Europe/Berlin',
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      return { id, organizationId };
    },
    async member(company, role, changes) {
      const who = await person(role);
      if (role === 'owner' || role === 'admin' || role === 'member') {
        await joinOrganization(company.organizationId, who, role);
      } else {
        await joinCompany(company, who, role, changes);
      }
      return who;
    },
    async close() {
      await app.close();
      await pool.close();
      await database.drop();
    },
  };
}

/** A client with headers of one's own, for what `person` and `withKey` do not make. */
export const clientWith = (app: App, headers: Readonly<Record<string, string>>): Client => clientOf(app, [], headers);

/** Every answer is what its route's schema says: no field too many, none missing. What is not is told to the client. */
function holdAnswersToSchemas(app: App): string[] {
  const wrong: string[] = [];
  app.setSerializerCompiler<z.ZodType>(({ schema, method, url }) => (payload) => {
    const json = JSON.stringify(payload);
    const parsed = schema.safeParse(JSON.parse(json));
    if (!parsed.success) wrong.push(`${method} ${url}: ${z.prettifyError(parsed.error)}`);
    else if (!isDeepStrictEqual(parsed.data, JSON.parse(json)))
      wrong.push(`${method} ${url}: more than its schema: ${json}`);
    return json;
  });
  return wrong;
}

/** A client with these headers on every request; it throws when an answer is not what its route promises. */
function clientOf(app: App, wrongAnswers: string[], headers: Readonly<Record<string, string>>): Client {
  const ask: Client['ask'] = async (method, path, options = {}) => {
    const answer = await app.inject({
      method: method as 'GET',
      url: path,
      headers: { host: new URL(site).host, ...headers, ...options.headers },
      ...(options.body !== undefined && { payload: options.body as object }),
    });
    const [wrong] = wrongAnswers.splice(0);
    if (wrong !== undefined) throw new Error(wrong);
    const isJson = answer.headers['content-type']?.toString().includes('json') ?? false;
    return {
      status: answer.statusCode,
      body: (isJson ? JSON.parse(answer.body) : answer.body) as never,
      bytes: answer.rawPayload,
      headers: answer.headers,
    };
  };
  return {
    ask,
    get: (path) => ask('GET', path),
    post: (path, body) => ask('POST', path, { body }),
    put: (path, body) => ask('PUT', path, { body }),
    patch: (path, body) => ask('PATCH', path, { body }),
    delete: (path) => ask('DELETE', path),
  };
}
