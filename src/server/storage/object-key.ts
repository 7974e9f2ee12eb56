/**
 * What a key may look like, for every store alike: slash-separated names of plain ASCII letters, digits, `.`, `_` and `-`,
 * none beginning with a dot. So no key can climb out of a folder, be hidden, or need escaping in a URL.
 */
import { invalidField } from '#contract/errors.ts';

const keyLengthMax = 512;
const namePattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/;

const isObjectKey = (key: string): boolean =>
  key.length <= keyLengthMax && key.split('/').every((name) => namePattern.test(name));

/** Errors: `invalid_input`. */
export const requireObjectKey = (key: string): string => {
  if (!isObjectKey(key)) throw invalidField('key', 'not a key that files are stored under.');
  return key;
};
