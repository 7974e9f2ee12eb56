/** The cookies of sign-in: the session, and between password and code the step, which is worth nothing else. */
import type { FastifyReply } from 'fastify';
import type { Database } from '#server/database/database.ts';
import type { StartedSession } from './authenticate.ts';
import { sessionLife } from './tokens.ts';

export interface SignedInOptions {
  readonly db: Database;
  readonly sessionCookie: string;
  /** The cookie may only travel over TLS. */
  readonly secure: boolean;
  /** The address people use, when it is not the one the request came to. */
  readonly publicUrl: string | undefined;
}

type CookieOptions = Pick<SignedInOptions, 'sessionCookie' | 'secure'>;

/** Seconds in which the code has to follow the password. */
export const stepSeconds = 300;

export const stepCookieOf = (sessionCookie: string): string => `${sessionCookie}_step`;
export const cookieAttributes = ({ secure }: { secure: boolean }) =>
  ({ path: '/', httpOnly: true, sameSite: 'lax', secure }) as const;

/** Signs the browser in. */
export function setSessionCookie(reply: FastifyReply, options: CookieOptions, session: StartedSession): void {
  const attributes = cookieAttributes(options);
  void reply.setCookie(options.sessionCookie, session.token, { ...attributes, maxAge: sessionLife.absoluteSeconds });
}

export function setStepCookie(reply: FastifyReply, options: CookieOptions, token: string): void {
  void reply.setCookie(stepCookieOf(options.sessionCookie), token, {
    ...cookieAttributes(options),
    maxAge: stepSeconds,
  });
}

export function clearStepCookie(reply: FastifyReply, options: CookieOptions): void {
  void reply.clearCookie(stepCookieOf(options.sessionCookie), cookieAttributes(options));
}
