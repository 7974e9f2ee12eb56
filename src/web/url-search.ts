/**
 * Search parameters as people type them: `status=failed,pending&page=2`, no quotes, no JSON.
 * What a value means is decided field by field by each page's schema; a wrong one falls back alone and never breaks the page.
 */
import * as z from 'zod/mini';

/** `?a=1&b=x,y` -> `{a: '1', b: 'x,y'}`; a repeated name counts as a list. */
export function parseSearch(search: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(search)) {
    found[name] = found[name] === undefined ? value : `${found[name]},${value}`;
  }
  return found;
}

/** Lists become `a,b`; empty values are left out. Starts with `?` unless nothing is left. */
export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    const text = textOf(value);
    if (text !== undefined && text !== '') params.set(name, text);
  }
  const text = params.toString().replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%2F', '/');
  return text && `?${text}`;
}

/** A value from the address (text) or from a link in the code (number, list) as the text of the address. */
function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return value.map(String).join(',');
  return typeof value === 'object' ? undefined : String(value as string | number | boolean);
}

const idPattern = /^[\w.:-]{1,80}$/;

/** A field that reads `parse(text)` and is absent when that gives undefined. */
const field = <T>(parse: (text: string) => T | undefined) =>
  z.optional(
    z.pipe(
      z.unknown(),
      z.transform((value) => {
        const text = textOf(value)?.trim();
        return text ? parse(text) : undefined;
      }),
    ),
  );

/** Any text up to `lengthMax` characters. */
export const textField = (lengthMax = 200) => field((text) => (text.length <= lengthMax ? text : undefined));

/** A whole number in range, otherwise absent. */
export const wholeField = (min: number, max: number) =>
  field((text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    return number >= min && number <= max ? number : undefined;
  });

/** One of `values`, otherwise absent. */
export const oneOfField = <T extends string>(values: readonly T[]) =>
  field((text) => values.find((value) => value === text));

/** Those of the list that are among `values`, each once, in the order given; absent when none is. */
export const listField = <T extends string>(values: readonly T[]) =>
  field((text) => {
    const asked = text.split(',').map((part) => part.trim());
    const known = [...new Set(asked)].flatMap((part) => values.find((value) => value === part) ?? []);
    return known.length > 0 ? known : undefined;
  });

/** One opaque id; of a repeated one the first. */
export const idField = () =>
  field((text) => {
    const [id = ''] = text.split(',');
    return idPattern.test(id) ? id : undefined;
  });

/** A list of opaque ids, at most `countMax`, each once. */
export const idsField = (countMax = 100) =>
  field((text) => {
    const ids = [...new Set(text.split(',').map((part) => part.trim()))].filter((id) => idPattern.test(id));
    return ids.length > 0 ? ids.slice(0, countMax) : undefined;
  });

/** A list of words, at most `countMax`, each once. */
export const wordsField = (countMax = 50) =>
  field((text) => {
    const words = [...new Set(text.split(',').map((part) => part.trim()))].filter((word) => word && word.length <= 100);
    return words.length > 0 ? words.slice(0, countMax) : undefined;
  });

/** A business day that exists, by `isDay` of the calendar. */
export const dayField = (isDay: (text: string) => boolean) => field((text) => (isDay(text) ? text : undefined));
