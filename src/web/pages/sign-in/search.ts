/** Where to go after signing in: an address of this application, never of another site; and what single sign-on came to. */
import * as z from 'zod/mini';
import { singleSignOnProblems } from '#contract/sign-in.ts';
import { oneOfField, textField } from '#web/url-search.ts';

export const signInSearch = z.object({
  return: textField(2000),
  /** The provider has vouched for the person; the code of the second factor is still to come. */
  step: oneOfField(['code'] as const),
  /** Somebody was signed in until a moment ago. */
  session: oneOfField(['ended'] as const),
  problem: oneOfField(singleSignOnProblems),
});

/** The path to open next; `/` unless `wanted` stays inside this application. */
export function returnPath(wanted: string | undefined): string {
  if (!wanted?.startsWith('/') || /^\/[/\\]/.test(wanted)) return '/';
  const url = new URL(wanted, location.origin);
  return url.origin === location.origin && url.pathname !== '/sign-in' ? url.pathname + url.search + url.hash : '/';
}
