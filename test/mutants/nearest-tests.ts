/** Which tests are nearest to a source file: those of its folder that reach it over their imports, its own first. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const importPattern = /(?:from|import\()\s*'([^']+)'/g;

export class Sources {
  readonly texts = new Map<string, string>();
  readonly #reached = new Map<string, ReadonlySet<string>>();

  constructor(root: string) {
    for (const folder of ['src', 'test']) {
      for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/\.(tsx?|sql)$/.test(entry.name)) continue;
        const path = join(entry.parentPath, entry.name);
        this.texts.set(relative(root, path), readFileSync(path, 'utf8'));
      }
    }
  }

  /** All of the server that is no test. */
  get server(): string[] {
    return [...this.texts.keys()]
      .filter((path) => path.startsWith('src/server/') && path.endsWith('.ts') && !path.endsWith('.test.ts'))
      .toSorted();
  }

  /** Where none reaches it (what runs in a thread is not imported), all of the folder. */
  nearestTests(file: string): string[] {
    const folder = dirname(file);
    const own = file.replace(/\.ts$/, '.test.ts');
    const isNear = (path: string): boolean =>
      folder === 'src/server' ? dirname(path) === folder : path.startsWith(`${folder}/`);
    const near = [...this.texts.keys()].filter((path) => path.endsWith('.test.ts') && isNear(path));
    const reaching = near.filter((path) => this.#reachedFrom(path).has(file));
    return (reaching.length > 0 ? reaching : near).toSorted(
      (a, b) => Number(b === own) - Number(a === own) || (a < b ? -1 : 1),
    );
  }

  #reachedFrom(test: string): ReadonlySet<string> {
    const known = this.#reached.get(test);
    if (known) return known;
    const found = new Set<string>();
    const next = [test];
    for (let path = next.pop(); path !== undefined; path = next.pop()) {
      if (found.has(path)) continue;
      found.add(path);
      for (const [, name = ''] of (this.texts.get(path) ?? '').matchAll(importPattern)) {
        if (name.startsWith('#test/')) next.push(name.slice(1));
        else if (name.startsWith('#')) next.push(`src/${name.slice(1)}`);
        else if (name.startsWith('.')) next.push(join(dirname(path), name));
      }
    }
    this.#reached.set(test, found);
    return found;
  }
}
