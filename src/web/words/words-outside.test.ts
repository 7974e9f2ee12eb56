/** In the areas that have moved, words for people stand in the catalogue and nowhere else. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAst } from 'vite';
import { expect, test } from 'vitest';

const web = join(import.meta.dirname, '..');
/** Folders and files that have moved; what follows is added here. */
const moved = [
  'pages/close',
  'pages/report',
  'pages/reports',
  'pages/schedules',
  'parts/report',
  'parts/report-filters',
  'parts/export-dialog/format-choices.tsx',
  'words/formats.ts',
];
/** Attributes that people read or hear. */
const spoken = new Set([
  'aria-label',
  'title',
  'placeholder',
  'alt',
  'label',
  'legend',
  'lead',
  'caption',
  'textValue',
]);

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** Words in markup, and in attributes that people read. */
function wordsIn(source: string): string[] {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) visit(one);
    if (typeof value !== 'object' || value === null || !('type' in value)) return;
    const node = value as Node;
    if (node.type === 'JSXText' && /\p{L}{2}/u.test(String(node['value']))) found.push(String(node['value']).trim());
    if (node.type === 'JSXAttribute' && spoken.has(String((node['name'] as Node)['name']))) {
      const given = node['value'] as Node | null;
      if (given?.type === 'Literal' && /\p{L}{2}/u.test(String(given['value']))) found.push(String(given['value']));
    }
    for (const member of Object.values(node)) visit(member);
  };
  visit(parseAst(source, { lang: 'tsx' }));
  return found;
}

test('no words stand outside the catalogue where it has come', async () => {
  const outside: string[] = [];
  let files = 0;
  for (const place of moved) {
    const names = place.includes('.')
      ? [place]
      : (await readdir(join(web, place), { recursive: true })).map((name) => join(place, name));
    for (const name of names.filter((each) => /\.tsx?$/.test(each) && !each.includes('.test.'))) {
      files += 1;
      const words = wordsIn(await readFile(join(web, name), 'utf8'));
      outside.push(...words.map((text) => `${name}: ${text}`));
    }
  }
  expect(files).toBeGreaterThan(25);
  expect(outside).toEqual([]);
});

test('words in markup and in what is read out are found', () => {
  expect(wordsIn('const a = <p title="Hello there">Some words {x}</p>;')).toEqual(['Hello there', 'Some words']);
  expect(wordsIn("const a = <p className='some words' title={t('key')}>{t('key')} · 3</p>;")).toEqual([]);
});
