/**
 * Which passwords will not do although they are long enough: those that are tried first. The commonest ones, also with
 * figures or signs around them or written twice; the account's own address; a few characters over and over. By the list
 * of passwords-common of zxcvbn (49,000, loaded when first needed: 80 ms, 5 MB), as NIST SP 800-63B 3.1.1.2 and ASVS 6.2.4
 * ask.
 */
import { invalidField } from '#contract/errors.ts';

/** Different characters that a password has at least. */
const charactersMin = 4;

let commonest: Promise<ReadonlySet<string>> | undefined;

const loadCommonest = async (): Promise<ReadonlySet<string>> =>
  new Set((await import('@zxcvbn-ts/language-common')).dictionary['passwords-common']);

/**
 * @param field the name of the field in the request
 * @param email of the account it is for
 * @throws ProductError invalid_input naming the field.
 */
export async function refuseWeakPassword(field: string, password: string, email: string): Promise<void> {
  const text = password.normalize('NFKC').toLowerCase();
  const address = email.toLowerCase();
  if (text.includes(address) || address.includes(text)) {
    throw invalidField(field, 'must not be your e-mail address');
  }
  if (new Set(text).size < charactersMin) {
    throw invalidField(field, 'repeats the same few characters: choose a longer phrase of your own');
  }
  const known = await (commonest ??= loadCommonest());
  if (writings(text).some((writing) => known.has(writing))) {
    throw invalidField(field, 'is one of the passwords that are tried first: choose a phrase of your own');
  }
}

/** `password`, of which `Password2026!` and `passwordpassword` are writings. */
function writings(text: string): string[] {
  const bare = text.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  const half = text.slice(0, text.length / 2);
  return [text, ...(bare === '' ? [] : [bare]), ...(half + half === text ? [half] : [])];
}
