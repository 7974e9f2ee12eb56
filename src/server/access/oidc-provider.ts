/**
 * The provider of single sign-on, by OpenID Connect: authorization code with PKCE, state and nonce, each of them bound to
 * the browser that began. What it cannot do becomes one of a few reasons; nobody is shown an error of the protocol.
 */
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  discovery,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { SingleSignOnProblem } from '#contract/sign-in.ts';
import type { SingleSignOnSettings } from '#server/config/sign-in-settings.ts';

const answerSecondsMax = 5;
/** A provider that is asked again does not answer otherwise for a while; its keys are looked up anew by the library. */
const knownForMilliseconds = 10 * 60_000;

/** What the browser carries from the beginning to the end, sealed. */
export interface Attempt {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Whom the provider vouches for. */
export interface Claims {
  readonly issuer: string;
  /** The provider's own id of the person, which stays when the e-mail address changes. */
  readonly subject: string;
  readonly email: string | null;
  readonly isEmailVerified: boolean;
  readonly name: string | null;
}

export class SingleSignOnError extends Error {
  readonly problem: SingleSignOnProblem;
  constructor(problem: SingleSignOnProblem, cause?: unknown) {
    super(problem, { cause });
    this.problem = problem;
  }
}

export class OidcProvider {
  private readonly settings: SingleSignOnSettings;
  private known: { readonly configuration: Promise<Configuration>; readonly until: number } | undefined;

  constructor(settings: SingleSignOnSettings) {
    this.settings = settings;
  }

  /** Where to send the browser. @throws SingleSignOnError sso_unavailable when the provider does not answer. */
  async begin(redirectUri: string): Promise<{ attempt: Attempt; url: URL }> {
    const attempt = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
    const configuration = await this.configuration();
    const url = buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: 'openid email profile',
      code_challenge: await calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
      state: attempt.state,
      nonce: attempt.nonce,
    });
    return { attempt, url };
  }

  /**
   * @param callback the address the provider sent the browser to, as the provider knows it
   * @throws SingleSignOnError sso_refused when the person or the provider said no, sso_failed for anything that does not
   *   fit (state, nonce, code, signature), sso_unavailable when the provider does not answer.
   */
  async finish(callback: URL, attempt: Attempt): Promise<Claims> {
    const configuration = await this.configuration();
    try {
      const tokens = await authorizationCodeGrant(configuration, callback, {
        pkceCodeVerifier: attempt.verifier,
        expectedState: attempt.state,
        expectedNonce: attempt.nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims) throw new SingleSignOnError('sso_failed');
      // many providers put the address into the user info alone
      const more =
        claims['email'] === undefined && configuration.serverMetadata().userinfo_endpoint !== undefined
          ? await fetchUserInfo(configuration, tokens.access_token, claims.sub)
          : claims;
      const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
      return {
        issuer: claims.iss,
        subject: claims.sub,
        email: text(more['email'])?.trim().toLowerCase() ?? null,
        isEmailVerified: more['email_verified'] === true,
        name: text(more['name'] ?? claims['name']),
      };
    } catch (error) {
      throw reasonOf(error);
    }
  }

  private async configuration(): Promise<Configuration> {
    if (!this.known || this.known.until < Date.now()) {
      const { issuer, clientId, clientSecret } = this.settings;
      const isPlain = new URL(issuer).protocol === 'http:';
      const configuration = discovery(
        new URL(issuer),
        clientId,
        undefined,
        clientSecret === undefined ? None() : bySecret(clientSecret),
        // settings allow http for an issuer on this machine alone
        { timeout: answerSecondsMax, ...(isPlain && { execute: [allowInsecureRequests] }) },
      );
      this.known = { configuration, until: Date.now() + knownForMilliseconds };
    }
    try {
      return await this.known.configuration;
    } catch (error) {
      this.known = undefined;
      throw new SingleSignOnError('sso_unavailable', error);
    }
  }
}

/** In the request's body where the provider takes that, in a header (the standard's default) otherwise. */
function bySecret(secret: string): ClientAuth {
  const [inBody, inHeader] = [ClientSecretPost(secret), ClientSecretBasic(secret)];
  return (server, client, body, headers) => {
    const way = server.token_endpoint_auth_methods_supported?.includes('client_secret_post') ? inBody : inHeader;
    return way(server, client, body, headers);
  };
}

/** Codes of sockets and of the HTTP client below `fetch`; those of the protocol begin otherwise. */
const networkCode = /^(E[A-Z]{3,}|UND_ERR_)/;

function reasonOf(error: unknown): SingleSignOnError {
  if (error instanceof SingleSignOnError) return error;
  if (error instanceof AuthorizationResponseError) return new SingleSignOnError('sso_refused', error);
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    const code = (each as { code?: unknown }).code;
    if (each.name === 'TimeoutError' || (typeof code === 'string' && networkCode.test(code))) {
      return new SingleSignOnError('sso_unavailable', error);
    }
  }
  return new SingleSignOnError('sso_failed', error);
}
