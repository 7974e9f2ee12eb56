/** The field that a column is most likely meant for, by its name alone. */
import type { ImportKindName } from '#contract/imports.ts';
import { isGrossName, placeOfName } from './header-words.ts';

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
