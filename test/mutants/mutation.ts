/**
 * A mutation takes one safeguard out of a source file. Those that somebody has named lie in `safeguards/`; besides, every
 * guard that stands on a line of its own can be drawn: a refusal, an early way out, a lock, a condition of a query.
 */
import { createHash } from 'node:crypto';

export interface Mutation {
  /** From the root of the repository. */
  readonly file: string;
  /** Stands in the file exactly once, and goes. */
  readonly text: string;
  /** What stands there instead. */
  readonly becomes: string;
  /** What no longer holds. */
  readonly without: string;
  /** Files of tests that are to fail; absent: those of the file's folder that reach it. */
  readonly tests?: readonly string[];
}

/** @throws Error when the source has changed and the text is not there exactly once. */
export function applied(source: string, { file, text, becomes }: Mutation): string {
  const parts = source.split(text);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${text}`);
  return parts.join(becomes);
}

/** A line, perhaps with the one after it, and what is left of it without its guard. */
const forms: readonly { readonly pattern: RegExp; readonly becomes: string }[] = [
  { pattern: /^( *)if \(.+\) (?:throw|return|continue|break)\b.*;$/, becomes: '$1;' },
  { pattern: /^( *)if \(.+\) \{\n( +throw .*)$/, becomes: '$1if (false) {\n$2' },
  { pattern: /^ +\.(?:where|forUpdate|having)\(.*\)$/, becomes: '' },
  { pattern: /^(.*?) FOR (?:NO KEY )?UPDATE\b(.*)$/, becomes: '$1$2' },
  { pattern: /^( +)await sql`SELECT pg_advisory_xact_lock.*;$/, becomes: '$1;' },
];

const isBalanced = (line: string): boolean => line.split('(').length === line.split(')').length;

/** Every guard of this source; one that stands there twice word for word is left out. */
export function guardsOf(file: string, source: string): Mutation[] {
  const lines = source.split('\n');
  return lines.flatMap((line, at) => {
    const next = lines[at + 1] ?? '';
    if (/^\s*(\/\/|\*)/.test(line) || /^\s*\}? ?else\b/.test(next)) return [];
    for (const { pattern, becomes } of forms) {
      for (const text of [line, `${line}\n${next}`]) {
        if (!pattern.test(text) || !isBalanced(line) || source.split(text).length !== 2) continue;
        return [{ file, text, becomes: text.replace(pattern, becomes), without: text.trim().replaceAll(/\s+/g, ' ') }];
      }
    }
    return [];
  });
}

/** So many of each group, whichever a seed says; what is added elsewhere does not change the draw. */
export function drawn(
  all: readonly Mutation[],
  groupOf: (file: string) => string,
  seed: string,
  each: number,
): Mutation[] {
  const rank = ({ file, text }: Mutation): string =>
    createHash('sha256').update(`${seed}\n${file}\n${text}`).digest('hex');
  return [...Map.groupBy(all, ({ file }) => groupOf(file))].flatMap(([, group]) =>
    group.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1)).slice(0, each),
  );
}
