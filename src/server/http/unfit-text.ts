/**
 * Text that is not looked at: characters that no database keeps (NUL, and halves of a surrogate pair, which JSON can
 * spell and UTF-8 cannot), and more of it, more members, or deeper ones, than any question has. Refused for every field of every
 * request here, rather than by each schema; and no schema judges what a length has refused already.
 */
import { z } from 'zod';
import { ProductError } from '#contract/errors.ts';

/** Deeper than any question goes. Whatever walks through a body later recurses no further than this. */
const depthMax = 8;
const charactersMax = 20_000;
/** Of all objects and lists of a request together. */
const membersMax = 10_000;

export interface UnfitText {
  /** Names the field. */
  readonly error: ProductError;
  /** There is so much that not even a schema is to look at it. */
  readonly isTooMuch: boolean;
}

/** What is wrong with the text of a parsed body or query; null when all of it can be kept. */
export function unfitText(input: unknown): UnfitText | null {
  const walk: Walk = { members: 0, unkept: null };
  const tooMuch = tooMuchIn(input, '', 0, walk);
  if (tooMuch) return { error: refusal(tooMuch.field, tooMuch.message), isTooMuch: true };
  if (walk.unkept === null) return null;
  return { error: refusal(walk.unkept, 'has a character that is not valid text'), isTooMuch: false };
}

function refusal(field: string, message: string): ProductError {
  const named = field || 'body';
  return new ProductError('invalid_input', `${named}: ${message}`, { fields: [{ field: named, message }] });
}

interface Walk {
  members: number;
  /** The first field whose text cannot be kept. */
  unkept: string | null;
}

function tooMuchIn(
  value: unknown,
  field: string,
  depth: number,
  walk: Walk,
): { field: string; message: string } | null {
  if (typeof value === 'string') {
    if (value.length > charactersMax) {
      return { field, message: `must have at most ${charactersMax.toLocaleString('en')} characters` };
    }
    if (walk.unkept === null && (value.includes('\0') || !value.isWellFormed())) walk.unkept = field;
    return null;
  }
  if (value === null || typeof value !== 'object') return null;
  if (depth > depthMax) return { field, message: 'is nested deeper than anything here is' };
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    walk.members += 1;
    if (walk.members > membersMax) {
      return { field, message: `has more than ${membersMax.toLocaleString('en')} members` };
    }
    // members of a list have the name of the list
    const name = Array.isArray(value) ? field : field === '' ? key : `${field}.${key}`;
    // what is called so is kept as well, where names are anybody's
    if (key.length > charactersMax) return { field, message: 'has a member with too long a name' };
    if (walk.unkept === null && (key.includes('\0') || !key.isWellFormed())) walk.unkept = name;
    const found = tooMuchIn((value as Record<string, unknown>)[key], name, depth + 1, walk);
    if (found) return found;
  }
  return null;
}

/**
 * Makes every check of a length in a schema the last one when it fails, so that no pattern and no refinement runs on text
 * of any length. Schemas of libraries that are not Zod's are left alone.
 */
export function stopAtLength(schema: z.ZodType, seen = new Set<unknown>()): void {
  if (seen.has(schema)) return;
  seen.add(schema);
  const definition = schema._zod.def as unknown as Record<string, unknown>;
  for (const check of (definition['checks'] as z.core.$ZodCheck[] | undefined) ?? []) {
    const kind = check._zod.def.check;
    if (kind === 'max_length' || kind === 'length_equals' || kind === 'max_size') check._zod.def.abort = true;
  }
  for (const part of Object.values(definition)) for (const inner of schemasIn(part)) stopAtLength(inner, seen);
}

function schemasIn(part: unknown): z.ZodType[] {
  if (part instanceof z.ZodType) return [part];
  if (Array.isArray(part)) return part.filter((each) => each instanceof z.ZodType);
  if (part === null || typeof part !== 'object') return [];
  return Object.values(part).filter((each) => each instanceof z.ZodType);
}
