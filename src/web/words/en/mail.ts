/** Words about the letters that a person has unasked. */
import { catalogue } from '../catalogue.ts';

export const mailWords = catalogue('mail', {
  title: 'Letters',
  lead: 'What you asked to be told by mail comes whatever you choose here.',
  slow: 'Tell me of exports that took longer than a minute',
  slowHint: 'When you had left the page before they were ready.',
  slowOn: 'You are told of slow exports by mail',
  slowOff: 'You are not told of slow exports by mail',
  notKept: 'That was not kept',
});
