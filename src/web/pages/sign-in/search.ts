/** Where to go after signing in: an address of this application, never of another site. */
import * as z from 'zod/mini';
import { textField } from '#web/url-search.ts';

export const signInSearch = z.object({ return: textField(2000) });

/** The path to open next; `/` unless `wanted` stays inside this application. */
export function returnPath(wanted: string | undefined): string {
  if (!wanted?.startsWith('/') || /^\/[/\\]/.test(wanted)) return '/';
  const url = new URL(wanted, location.origin);
  return url.origin === location.origin && url.pathname !== '/sign-in' ? url.pathname + url.search + url.hash : '/';
}
