/** The threat model says which test shows what: each of them is there, and each row has one. */
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const page = await readFile(join(root, 'docs', 'security.md'), 'utf8');
const rows = page.split('\n').filter((line) => /^\|(?! who \| wants|---)/.test(line));
const cells = (row: string): string[] => row.split('|').map((cell) => cell.trim());

test('every row names a chapter of ASVS and a test that exists', async () => {
  expect(rows.length).toBeGreaterThan(20);
  const missing: string[] = [];
  for (const row of rows) {
    expect(row).toMatch(/\[V\d+(, V\d+)*\]/);
    const tests = [...(cells(row).at(-2) ?? '').matchAll(/`([^`]+)`/g)].map(([, path = '']) => path);
    expect({ row, tests: tests.length }).not.toEqual({ row, tests: 0 });
    for (const path of tests) {
      const file = /^(src|test|e2e)\//.test(path) ? path : join('src', 'server', path);
      await access(join(root, file)).catch(() => missing.push(path));
    }
  }
  expect(missing).toEqual([]);
});

test('the model fits on two pages', () => {
  expect(page.length).toBeLessThan(14_000);
});
