/**
 * How every command but `start` finds an installation: on this machine through DATA_DIR (as its operator) or
 * DATABASE_URL, elsewhere through --server with an API key. Attaching never starts or stops anything.
 */
import { type Settings, readClientKey, readSettings } from '#server/config/settings.ts';
import { authSecretName, operatorTokenName, readInstance, readSecret } from '#server/config/state-files.ts';
import { findEmbeddedPostgres } from '#server/database/embedded/embedded.ts';
import { ProductError, type Problem } from '#contract/errors.ts';
import { StartupError } from '#server/config/startup-error.ts';
import { UsageError } from './output.ts';

export interface AttachedDatabase {
  readonly settings: Settings;
  readonly databaseUrl: string;
}

/** @throws StartupError when no database can be found. */
export async function attachDatabase(): Promise<AttachedDatabase> {
  const settings = readSettings();
  const databaseUrl = settings.databaseUrl ?? (await findEmbeddedPostgres(settings.dataDir))?.url;
  if (databaseUrl === undefined) {
    throw new StartupError(
      `No instance runs on ${settings.dataDir}. Start one (npm start), set DATA_DIR to the folder of one that runs, or set DATABASE_URL.`,
    );
  }
  return { settings, databaseUrl };
}

/** Read, never made: only what serves makes one. @throws StartupError */
export const secretOf = async ({ authSecret, dataDir }: Settings): Promise<string> =>
  authSecret ?? (await readSecret(dataDir, authSecretName));

/** A server to ask over HTTP, as somebody. */
export class ServerClient {
  readonly address: string;
  private readonly credential: string;

  constructor(address: string, credential: string) {
    this.address = address.replace(/\/+$/, '');
    this.credential = credential;
  }

  async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.fetch(method, path, {
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return (await answer.json()) as T;
  }

  /** @throws ProductError with the server's own words. */
  async fetch(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    let answer: Response;
    try {
      answer = await fetch(`${this.address}${path}`, {
        ...init,
        method,
        headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${this.credential}` },
      });
    } catch (error) {
      throw new StartupError(
        `${this.address} does not answer (${(error as Error & { cause?: Error }).cause?.message ?? (error as Error).message}).`,
      );
    }
    if (answer.ok) return answer;
    const problem = (await answer.json().catch(() => null)) as Problem | null;
    if (!problem?.code) throw new StartupError(`${this.address} answered ${answer.status}.`);
    // the only one is named by the detail already
    const wrong = problem.errors ?? [];
    const fields = wrong.length > 1 && wrong.map((each) => `  ${each.field}: ${each.message}`).join('\n');
    throw new ProductError(problem.code, fields ? `${problem.detail}\n${fields}` : problem.detail, {
      cause: problem,
      ...(problem.errors && { fields: problem.errors }),
    });
  }
}

export async function attachServer(options: { server?: string }): Promise<ServerClient> {
  if (options.server !== undefined) {
    const key = readClientKey();
    if (key === undefined) throw new UsageError('Set MATHERSHIP_API_KEY to an API key of yours on that server.');
    return new ServerClient(options.server, key);
  }
  const settings = readSettings();
  const instance = await readInstance(settings.dataDir);
  if (!instance?.address) {
    throw new StartupError(
      `No instance runs on ${settings.dataDir}. Start one (npm start), set DATA_DIR to the folder of one that runs, or name a server with --server URL.`,
    );
  }
  return new ServerClient(instance.address, await readSecret(settings.dataDir, operatorTokenName));
}

interface NamedCompany {
  readonly id: string;
  readonly name: string;
}

export async function findCompany(client: ServerClient, name: string): Promise<NamedCompany> {
  const { companies, organizations } = await client.ask<{
    companies: (NamedCompany & { organization_id: string })[];
    organizations: NamedCompany[];
  }>('GET', '/api/v1/me');
  return chooseCompany(
    name,
    companies.map((company) => ({
      ...company,
      group: organizations.find((organization) => organization.id === company.organization_id)?.name,
    })),
  );
}

/** @throws UsageError (exit status 2) when no company, or more than one, has that name or id; it names the choices. */
export function chooseCompany<T extends NamedCompany & { group?: string | undefined }>(
  name: string,
  companies: readonly T[],
): T {
  const found = companies.filter((company) => company.id === name || company.name === name);
  const [only] = found;
  if (only && found.length === 1) return only;
  const choices = (found.length > 1 ? found : companies).map(
    (company) => `  ${company.name}${company.group ? ` (${company.group})` : ''}, id ${company.id}`,
  );
  const reason =
    found.length > 1
      ? `${found.length} companies are called ${name}; give the id instead`
      : `There is no company ${name} that you can see`;
  throw new UsageError(`${reason}. Choices:\n${choices.join('\n')}`);
}
