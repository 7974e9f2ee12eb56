/** What belongs to a person, and so not to the operator: sessions, keys, a password, a second factor. */
import { ProductError } from '#contract/errors.ts';
import type { Principal } from './decide.ts';

/** @throws ProductError missing_capability for the operator. */
export function person(principal: Principal): Principal & { userId: string } {
  if (principal.userId === null) {
    throw new ProductError('missing_capability', 'The operator is not a person; use an account of your own here.');
  }
  return { ...principal, userId: principal.userId };
}
