/** Signing a browser in where an account has just been made, as sign-in itself does. */
import type { FastifyReply } from 'fastify';
import type { StartedSession } from '#server/access/authenticate.ts';
import { sessionLife } from '#server/access/tokens.ts';
import type { Database } from '#server/database/database.ts';

export interface SignedInOptions {
  readonly db: Database;
  readonly sessionCookie: string;
  /** The cookie may only travel over TLS. */
  readonly secure: boolean;
  /** The address people use, when it is not the one the request came to. */
  readonly publicUrl: string | undefined;
}

/** Signs the browser in as the account that was just made. */
export function setSessionCookie(reply: FastifyReply, options: SignedInOptions, session: StartedSession): void {
  void reply.setCookie(options.sessionCookie, session.token, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: options.secure,
    maxAge: sessionLife.absoluteSeconds,
  });
}
