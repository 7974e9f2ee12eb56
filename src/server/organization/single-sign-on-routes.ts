/**
 * Single sign-on for a browser: off to the provider, and back. Both ends are visited by links and answer with the next
 * address; what went wrong is told by the sign-in page. State, nonce and PKCE verifier travel in a sealed cookie of ten
 * minutes, so that nobody can make the server remember anything without signing in.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { originOf } from '#server/access/guard.ts';
import { type Attempt, OidcProvider, SingleSignOnError } from '#server/access/oidc-provider.ts';
import type { SecretKeys } from '#server/access/secret-keys.ts';
import {
  cookieAttributes,
  setSessionCookie,
  setStepCookie,
  type SignedInOptions,
} from '#server/access/session-cookie.ts';
import { admitOrAskForCode } from '#server/access/sign-in.ts';
import type { SingleSignOnSettings } from '#server/config/sign-in-settings.ts';
import { answers } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
import { accountOf } from './single-sign-on-account.ts';

export interface SingleSignOnOptions extends SignedInOptions {
  readonly keys: SecretKeys;
  readonly settings: SingleSignOnSettings;
  /** The address people use; the provider knows the callback below it. */
  readonly site: () => string;
}

export const singleSignOnPath = '/api/v1/single-sign-on';
const callbackPath = `${singleSignOnPath}/callback`;
const sealContext = 'single sign-on attempt';
const attemptSeconds = 600;
const tags = ['Access'];

interface Carried extends Attempt {
  /** Where to go afterwards: a path of this site, or empty. */
  readonly then: string;
  /** Milliseconds of the epoch. */
  readonly until: number;
}

/** A path of this site alone: `//elsewhere` and `/\elsewhere` are addresses of others. */
const ownPath = (text: string | undefined): string =>
  text !== undefined && text.length <= 2000 && /^\/(?![/\\])[\u0021-\u007e]*$/.test(text) ? text : '';

export function singleSignOnRoutes(app: App, options: SingleSignOnOptions): void {
  const { db, keys, settings, site } = options;
  const provider = new OidcProvider(settings);
  const cookieName = `${options.sessionCookie}_sso`;

  app.get(
    singleSignOnPath,
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'To the provider of single sign-on; a browser is sent on',
        querystring: z.object({ return: z.string().max(4000).optional() }),
        response: answers({ 302: z.null() }),
      },
    },
    async (request, reply) => {
      // the cookie has to be of the host that the provider sends people back to: 127.0.0.1 is not localhost. With
      // PUBLIC_URL nothing is concluded from a host that a proxy may have changed.
      if (options.publicUrl === undefined && request.host !== new URL(site()).host) {
        const query = new URLSearchParams(request.query.return === undefined ? {} : { return: request.query.return });
        return reply.redirect(`${site()}${singleSignOnPath}${query.size > 0 ? `?${query}` : ''}`);
      }
      try {
        const { attempt, url } = await provider.begin(site() + callbackPath);
        const carried: Carried = {
          ...attempt,
          then: ownPath(request.query.return),
          until: Date.now() + attemptSeconds * 1000,
        };
        const sealed = keys.seal(Buffer.from(JSON.stringify(carried)), sealContext).toString('base64url');
        void reply.setCookie(cookieName, sealed, { ...cookieAttributes(options), maxAge: attemptSeconds });
        return await reply.redirect(url.href);
      } catch (error) {
        return tellOnPage(request, reply, error);
      }
    },
  );

  app.get(
    callbackPath,
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'Where the provider sends the browser back to',
        response: answers({ 302: z.null() }),
      },
    },
    async (request, reply) => {
      const carried = carriedBy(request);
      void reply.clearCookie(cookieName, cookieAttributes(options));
      try {
        if (!carried) throw new SingleSignOnError('sso_failed');
        const callback = new URL(site() + request.url);
        const claims = await provider.finish(callback, carried);
        const origin = { ...originOf(request), userAgent: request.headers['user-agent'] ?? null };
        const person = await accountOf(db, settings, claims, origin);
        const outcome = await admitOrAskForCode(db, person, 'single_sign_on', origin);
        if (!outcome) throw new SingleSignOnError('sso_account');
        if ('step' in outcome) {
          setStepCookie(reply, options, outcome.step);
          const query = new URLSearchParams({ step: 'code', ...(carried.then && { return: carried.then }) });
          return await reply.redirect(`/sign-in?${query}`);
        }
        setSessionCookie(reply, options, outcome.session);
        return await reply.redirect(carried.then || '/');
      } catch (error) {
        return tellOnPage(request, reply, error, carried?.then);
      }
    },
  );

  function carriedBy(request: FastifyRequest): Carried | null {
    const sealed = request.cookies[cookieName];
    const opened = sealed === undefined ? null : keys.open(Buffer.from(sealed, 'base64url'), sealContext);
    if (!opened) return null;
    const carried = JSON.parse(opened.toString()) as Carried;
    return carried.until > Date.now() ? carried : null;
  }
}

/** @throws whatever is not a reason of single sign-on: the database being away, for one. */
function tellOnPage(request: FastifyRequest, reply: FastifyReply, error: unknown, then = ''): FastifyReply {
  if (!(error instanceof SingleSignOnError)) throw error;
  const { problem, cause } = error;
  request.log.warn({ problem, reason: cause instanceof Error ? cause.message : undefined }, 'single sign-on refused');
  return reply.redirect(`/sign-in?${new URLSearchParams({ problem, ...(then && { return: then }) })}`);
}
