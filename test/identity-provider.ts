/**
 * A real OpenID Connect provider on loopback (oidc-provider), where whoever comes is signed in at once as `person`.
 * What it says about that person can be changed between sign-ins.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Configuration, Provider } from 'oidc-provider';

export interface ProvidedPerson {
  /** The provider's own id. */
  readonly subject: string;
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly name?: string;
}

export interface IdentityProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Who signs in from now on; null: the person says no. */
  person: ProvidedPerson | null;
  close(): Promise<void>;
}

const clientId = 'mathership';
const clientSecret = 'only for tests: a secret of the client';

/** @param redirectUris known once the application under test is. */
export async function startIdentityProvider(redirectUris: () => string[]): Promise<IdentityProvider> {
  const server = createServer((request, answer) => {
    void handle(request, answer).catch(() => answer.writeHead(500).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const people = new Map<string, ProvidedPerson>();
  let provider: Provider | undefined;
  const identityProvider: IdentityProvider = {
    issuer,
    clientId,
    clientSecret,
    person: null,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };

  const configuration = (): Configuration => ({
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: redirectUris() }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    pkce: { required: () => true },
    cookies: { keys: ['only for tests'] },
    // seconds
    ttl: { Interaction: 300, Grant: 300, Session: 300, AccessToken: 300, IdToken: 300, AuthorizationCode: 60 },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => {
        const person = people.get(id);
        return {
          sub: id,
          ...(person?.email !== undefined && { email: person.email }),
          ...(person?.emailVerified !== undefined && { email_verified: person.emailVerified }),
          ...(person?.name !== undefined && { name: person.name }),
        };
      },
    }),
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ clientId, accountId: oidc.session?.accountId ?? '' });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });

  async function handle(
    request: Parameters<Provider['interactionFinished']>[0],
    answer: Parameters<Provider['interactionFinished']>[1],
  ): Promise<void> {
    provider ??= new Provider(issuer, configuration());
    if (!request.url?.startsWith('/interaction/')) return provider.callback()(request, answer);
    const { person } = identityProvider;
    if (!person) {
      const refusal = { error: 'access_denied', error_description: 'The person said no' };
      return provider.interactionFinished(request, answer, refusal);
    }
    people.set(person.subject, person);
    return provider.interactionFinished(request, answer, { login: { accountId: person.subject, remember: false } });
  }
  return identityProvider;
}
