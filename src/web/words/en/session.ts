/** Words of a session that has ended while a page was open. */
import { catalogue } from '../catalogue.ts';

export const sessionWords = catalogue('session', {
  title: 'Sign in again',
  text: 'Your session has ended. Sign in to go on where you were.',
  leave: 'To the page for signing in',
});
