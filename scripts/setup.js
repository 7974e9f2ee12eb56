/**
 * What `npm start` and `npm test` do first, on any Node from 18: install what the lock file names, if that has not been
 * done, and build the web page, if its sources changed. Silent when there is nothing to do.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => join(root, ...parts);

function hashOf(paths) {
  const hash = createHash('sha256');
  const add = (path) => hash.update(path.slice(root.length)).update(readFileSync(path));
  const walk = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.isDirectory()) walk(join(path, entry.name));
      else if (!entry.name.includes('.test.')) add(join(path, entry.name));
    }
  };
  for (const path of paths) {
    if (!existsSync(path)) continue;
    if (/\.[a-z]+$/.test(path)) add(path);
    else walk(path);
  }
  return hash.digest('hex');
}

function step(title, stamp, wanted, run) {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  process.stdout.write(`${title} … `);
  const started = Date.now();
  const { status, error, stdout, stderr } = run();
  if (status !== 0) {
    process.stdout.write('failed\n');
    const told = `${stdout ?? ''}${stderr ?? ''}${error ? `${error.message}\n` : ''}`.trim().split('\n');
    process.stderr.write(`${told.slice(0, 40).join('\n')}\n`);
    process.exit(1);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
  process.stdout.write(`${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

const npm = process.env.npm_execpath;
step('Installing packages', at('node_modules', '.setup'), hashOf([at('package-lock.json')]), () => {
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const options = { cwd: root, encoding: 'utf8' };
  return npm?.endsWith('.js') ? spawnSync(process.execPath, [npm, ...args], options) : spawnSync('npm', args, options);
});

const node = at('node_modules', 'node', 'bin', 'node');
if (!existsSync(node)) {
  process.stderr.write(
    'The packages are installed without Node 24: installation scripts were not allowed to run. Run: npm rebuild node\n',
  );
  process.exit(1);
}
step(
  'Building the page',
  at('dist', '.web'),
  hashOf([at('src', 'web'), at('src', 'contract'), at('vite.config.ts'), at('package-lock.json')]),
  () =>
    spawnSync(node, [at('node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'], {
      cwd: root,
      encoding: 'utf8',
    }),
);
