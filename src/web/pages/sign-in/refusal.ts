/** Why somebody was not signed in, as one sentence. */
import { isProblem } from '#web/api/problem.ts';

export function refusal(error: Error): string {
  if (!isProblem(error)) return 'Signing in did not work. Try again.';
  if (error.code !== 'too_many_requests' || !error.retryAfterSeconds) return error.detail;
  const minutes = Math.ceil(error.retryAfterSeconds / 60);
  return `Too many attempts. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`;
}
