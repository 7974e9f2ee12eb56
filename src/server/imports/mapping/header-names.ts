/** The columns of a file by name, and the file's form by its header. */
import { createHash } from 'node:crypto';
import { plainName } from './header-words.ts';

/** Every column has a name and no two the same: `Name`, `Name (2)`, `Column 5`. */
export function columnNames(header: readonly string[], width = header.length): string[] {
  const seen = new Map<string, number>();
  return Array.from({ length: width }, (_, index) => {
    const given = (header[index] ?? '').replaceAll(/\s+/g, ' ').trim();
    const name = given === '' ? `Column ${index + 1}` : given;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} (${times})`;
  });
}

/** The same for every file with these columns, in whatever order. */
export const fingerprintOf = (names: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([...new Set(names.map((name) => plainName(name) || name))].sort()))
    .digest('hex')
    .slice(0, 32);
