/** A notice about something that did not work: what, why, and for whom the request number is. */
import { ApiProblem } from '#web/api/problem.ts';
import type { Toast } from '#web/frame/toasts.tsx';

export function problemToast(error: unknown, title: string): Toast {
  const problem = error instanceof ApiProblem ? error : null;
  const fields = problem?.fields.map(({ message }) => message).join(' ');
  const wait = problem?.retryAfterSeconds ? ` Try again in ${problem.retryAfterSeconds} s.` : '';
  const request = problem && problem.status >= 500 && problem.requestId ? ` Request ${problem.requestId}.` : '';
  const reason = fields || problem?.detail || 'Nothing was changed. Try again.';
  return { title, text: `${reason}${wait}${request}`, icon: 'fail', tone: 'bad' };
}
