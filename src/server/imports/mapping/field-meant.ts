/** The field that a column is most likely meant for, by its name alone. */
import type { ImportKindName } from '#contract/imports.ts';
import { closest } from '../closest.ts';
import { isGrossName, placeOfName, plainName } from './header-words.ts';

/** Null where none of `fields` is called so anywhere. */
export function fieldMeant(kind: ImportKindName, name: string, fields: readonly string[]): string | null {
  let best: string | null = null;
  let first = Infinity;
  for (const field of fields) {
    const place = placeOfName(kind, field, name);
    if (place !== null && place < first) [best, first] = [field, place];
  }
  return best ?? (isGrossName(name) && fields.includes('net_amount') ? 'net_amount' : null);
}

/** "Did you mean": the same but for case and spaces, what other systems call so, or one or two slips away. */
export const fieldNearly = (kind: ImportKindName, name: string, fields: readonly string[]): string | null =>
  fields.find((field) => plainName(field) === plainName(name)) ??
  fieldMeant(kind, name, fields) ??
  closest(name, fields);
