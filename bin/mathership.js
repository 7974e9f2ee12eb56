#!/usr/bin/env node
/** The `mathership` command. Runs on whatever Node started it only to find Node 24, which the package brings along. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bundle = join(root, 'dist', 'app', 'mathership.js');
const source = join(root, 'src', 'cli', 'main.ts');
const checkout = existsSync(source);

if (checkout && !existsSync(join(root, 'node_modules', '.setup'))) {
  const setup = spawnSync(process.execPath, [join(root, 'scripts', 'setup.js')], { stdio: ['ignore', 2, 2] });
  if (setup.status !== 0) process.exit(setup.status ?? 1);
}

function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  try {
    return join(dirname(createRequire(join(root, 'package.json')).resolve('node/package.json')), 'bin', 'node');
  } catch {
    return null;
  }
}

const node = findNode();
if (!node || !existsSync(node)) {
  process.stderr.write(
    'mathership needs Node 24. Install it, or run npm install again with installation scripts allowed.\n',
  );
  process.exit(1);
}
const child = spawn(node, [checkout ? source : bundle, ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  if (signal) process.kill(process.pid, signal);
  else process.exit(code ?? 1);
});
