/** The house rules that a machine can check: who may import whom, how long a file may be, where the environment is read. */
import { readFile, readdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const linesMax = 400;

/** Folders of src/server, each importing only from those before it. The files beside them compose everything. */
const serverOrder = [
  'config',
  'telemetry',
  'database',
  'mail',
  'storage',
  'zip',
  'renderers',
  'http',
  'access',
  'live',
  'organization',
  'reports',
  'close',
  'imports',
  'exports',
  'delivery',
  'proof',
  'worker',
  'backup',
];
/** A package, and the only place that may import it. Tests may connect for themselves. */
const confined: Record<string, RegExp> = {
  pg: /^src\/server\/database\//,
  'pg-copy-streams': /^src\/server\/database\//,
  '@aws-sdk/client-s3': /^src\/server\/storage\//,
  'pg-boss': /^src\/server\/exports\/queue\.ts$/,
};
const vagueNames = /(^|\/)(utils?|helpers?|common|types|managers?|misc|lib)(\.tsx?$|\/)/;

interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports: { readonly name: string; readonly typeOnly: boolean; readonly target: string | null }[];
}

const importPattern = /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|import\('([^']+)'\)/g;

async function sources(): Promise<Source[]> {
  const found: Source[] = [];
  for (const folder of ['src', 'test', 'e2e', 'bench', 'scripts']) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue;
      const path = relative(root, join(entry.parentPath, entry.name));
      const text = await readFile(join(root, path), 'utf8');
      const imports = [...text.matchAll(importPattern)].map((match) => {
        const name = match[2] ?? match[3] ?? '';
        const target = name.startsWith('#')
          ? join(name.startsWith('#test/') ? '' : 'src', name.slice(1))
          : name.startsWith('.')
            ? join(dirname(path), name)
            : null;
        return { name, typeOnly: match[1] !== undefined, target };
      });
      found.push({ path, text, imports });
    }
  }
  return found;
}

const all = await sources();
const isTest = (path: string): boolean =>
  path.endsWith('.test.ts') || path.startsWith('test/') || path.startsWith('e2e/');
const product = all.filter((source) => source.path.startsWith('src/') && !isTest(source.path));

/** `src/server/exports/list.ts` -> `exports`; null for the files that compose. */
const serverFolder = (path: string): string | null => /^src\/server\/([^/]+)\//.exec(path)?.[1] ?? null;

describe('the house', () => {
  it('has something in it', () => {
    expect(product.length).toBeGreaterThan(50);
  });

  it('imports only downwards within the server', () => {
    const wrong = product.flatMap((source) => {
      const from = serverFolder(source.path);
      if (from === null) return [];
      return source.imports
        .filter(({ target }) => {
          if (!target?.startsWith('src/server/')) return false;
          const to = serverFolder(target);
          return to === null || serverOrder.indexOf(to) > serverOrder.indexOf(from) || !serverOrder.includes(to);
        })
        .map(({ name }) => `${source.path} imports ${name}`);
    });
    expect(wrong).toEqual([]);
  });

  it('keeps the contract pure, and the browser to the contract', () => {
    const wrong = product.flatMap((source) =>
      source.imports
        .filter(({ name, target }) => {
          if (source.path.startsWith('src/contract/'))
            return name.startsWith('node:') || (target !== null && !target.startsWith('src/contract/'));
          if (source.path.startsWith('src/web/'))
            return name.startsWith('node:') || (target !== null && !/^src\/(web|contract)\//.test(target));
          return source.path.startsWith('src/server/') && target !== null && /^src\/(web|cli)\//.test(target);
        })
        .map(({ name }) => `${source.path} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('confines each driver to the folder that owns it', () => {
    const wrong = product.flatMap((source) =>
      source.imports
        .filter(({ name }) => confined[name] && !confined[name].test(source.path))
        // a type costs nothing and crosses no border at run time
        .filter(({ typeOnly }) => !typeOnly)
        .map(({ name }) => `${source.path} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('has no cycle of imports', () => {
    const edges = new Map(
      product.map((source) => [
        source.path,
        source.imports.flatMap(({ target, typeOnly }) => (target && !typeOnly ? [target] : [])),
      ]),
    );
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (path: string, trail: string[]): void => {
      if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      if (done.has(path) || trail.includes(path)) return;
      for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
      done.add(path);
    };
    for (const path of edges.keys()) visit(path, []);
    expect(cycles).toEqual([]);
  });

  it(`has no file over ${linesMax} lines`, () => {
    const long = all.filter((source) => source.text.split('\n').length > linesMax + 1).map((source) => source.path);
    expect(long).toEqual([]);
  });

  it('has no helper of tests that registers hooks: files share what they load, and only the first would have them', () => {
    const wrong = all.filter(
      ({ path, text }) => !path.endsWith('.test.ts') && /^(?:before|after)(?:All|Each)\(/m.test(text),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it('reads the environment in one folder', () => {
    const wrong = product.filter(
      (source) =>
        /process\.env\b/.test(source.text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')) &&
        !source.path.startsWith('src/server/config/'),
    );
    expect(wrong.map((source) => source.path)).toEqual([]);
  });

  it('asks nowhere which format a file has: what is particular of one is a trait of it', () => {
    const asked = /[!=]==\s*'(?:csv|pdf|xlsx)'|'(?:csv|pdf|xlsx)'\s*[!=]==|\bcase '(?:csv|pdf|xlsx)'/;
    const wrong = product.filter(
      // the form of COPY that a renderer reads is called csv too
      ({ path, text }) =>
        path !== 'src/server/renderers/formats.ts' &&
        asked.test(text.replaceAll(/\b(?:form|source)\s*[!=]==\s*'csv'/g, '')),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it('names files for what they are', () => {
    expect(all.filter((source) => vagueNames.test(source.path)).map((source) => source.path)).toEqual([]);
  });

  it('has no barrel', () => {
    const barrels = product.filter(
      (source) => source.path.endsWith('/index.ts') || /^export \* from/m.test(source.text),
    );
    expect(barrels.map((source) => source.path)).toEqual([]);
  });
});
