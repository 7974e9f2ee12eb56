/** `npm run mutants` takes safeguards out; here it is only held that each of them is still there to be taken out. */
import { access, readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { applied, drawn, guardsOf } from './mutation.ts';
import { Sources } from './nearest-tests.ts';
import { safeguards } from './safeguards.ts';

const root = join(import.meta.dirname, '..', '..');

test('every named safeguard stands where it is said to, once, and its tests are there', async () => {
  const wrong: string[] = [];
  for (const safeguard of safeguards) {
    try {
      const mutant = applied(await readFile(join(root, safeguard.file), 'utf8'), safeguard);
      if (safeguard.file.endsWith('.ts')) stripTypeScriptTypes(mutant);
      for (const file of safeguard.tests ?? []) await access(join(root, file));
    } catch (error) {
      wrong.push(`${safeguard.without}: ${(error as Error).message}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(safeguards.length).toBeGreaterThanOrEqual(100);
  expect(new Set(safeguards.map(({ without }) => without)).size).toBe(safeguards.length);
});

test('the draw takes guards of every folder, is the same for the same seed, and leaves code that can be read', () => {
  const sources = new Sources(root);
  const guards = sources.server.flatMap((file) => guardsOf(file, sources.texts.get(file) ?? ''));
  for (const guard of guards) {
    const mutant = applied(sources.texts.get(guard.file) ?? '', guard);
    if (guard.file.endsWith('.ts')) stripTypeScriptTypes(mutant);
  }
  const draw = (seed: string) => drawn(guards, dirname, seed, 2);
  expect(draw('a')).toEqual(draw('a'));
  expect(draw('a')).not.toEqual(draw('b'));
  const folders = new Set(draw('a').map(({ file }) => dirname(file)));
  for (const folder of [
    'access',
    'database',
    'exports',
    'http',
    'imports',
    'organization',
    'proof',
    'reports',
    'storage',
  ])
    expect(folders).toContain(`src/server/${folder}`);
  expect(draw('a').length).toBeGreaterThan(30);
});

test('the nearest tests are those of the folder that reach a file', () => {
  const sources = new Sources(root);
  expect(sources.nearestTests('src/server/mail/mailer.ts')).toEqual(['src/server/mail/mailer.test.ts']);
  expect(sources.nearestTests('src/server/database/ordered-copies.ts')).toContain(
    'src/server/database/ordered-copies.test.ts',
  );
});
