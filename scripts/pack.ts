/**
 * `prepack`: the installed command. Node strips no types under node_modules, so the sources are bundled to JavaScript, with
 * the migrations and the built page beside them; packages stay packages.
 */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const out = join(root, 'dist', 'app');
rmSync(out, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: [
    { in: 'src/cli/main.ts', out: 'mathership' },
    { in: 'src/server/worker/render-thread.ts', out: 'render-thread' },
  ],
  outdir: out,
  bundle: true,
  // what is loaded when it is needed stays in files of its own
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  packages: 'external',
  sourcemap: 'linked',
  logLevel: 'warning',
});
cpSync(join(root, 'src', 'server', 'database', 'migrations'), join(out, 'migrations'), { recursive: true });
cpSync(join(root, 'dist', 'web'), join(out, 'web'), { recursive: true });
