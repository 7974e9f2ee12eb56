/** Every kind of folder, user and machine: the server works there, or one sentence says what to do. */
import { spawnSync } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { type OpenCopy, makeOpenCopy } from '#test/embedded-copy.ts';
import {
  type EmbeddedProgram,
  ask,
  companyOf,
  environmentWith,
  instanceOf,
  runEmbedded,
  temporaryDataDir,
  usedDataDir,
} from '#test/embedded-process.ts';

const isRoot = process.getuid?.() === 0;
const needed = ['env', 'sh', 'flock', 'chown', 'rm', 'sleep'];
let copy: OpenCopy;
beforeAll(async () => {
  copy = await makeOpenCopy();
});

/** Whose the data are after a start, a statement and a stop; or why it refused. */
async function ownerAfterStart(dataDir: string, program: Partial<EmbeddedProgram> = {}): Promise<number | string> {
  const server = await runEmbedded(dataDir, program);
  if (!server.refused) await ask(server.url, 'CREATE TABLE IF NOT EXISTS starts (at timestamptz)');
  await server.stop();
  return server.refused || (await stat(instanceOf(dataDir).data)).uid;
}

async function refusal(dataDir: string, program: Partial<EmbeddedProgram> = {}): Promise<string> {
  const { refused } = await runEmbedded(dataDir, program);
  expect(await companyOf(dataDir)).toEqual([]);
  return refused;
}

/** Only these files where the database belongs. */
async function dataDirWith(files: Record<string, string>): Promise<string> {
  const dataDir = await temporaryDataDir();
  const { data } = instanceOf(dataDir);
  await mkdir(data, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(data, name), text);
  return dataDir;
}

test('an ordinary user, with npm’s install scripts switched off and a stranger’s folder where the socket goes', async () => {
  const links = JSON.parse(await readFile(join(copy.libraries, '..', 'pg-symlinks.json'), 'utf8'));
  const names: string[] = links.map(({ target }: { target: string }) => join(copy.libraries, '..', '..', target));
  await Promise.all(names.map((name) => rm(name)));
  const dataDir = await copy.makeFolder();
  const squatted = join(tmpdir(), instanceOf(dataDir).name);
  await mkdir(squatted);
  onTestFinished(() => rm(squatted, { recursive: true, force: true }));
  expect(await ownerAfterStart(dataDir, copy.asOrdinaryUser)).toBe(copy.ordinaryUser);
  expect(await ownerAfterStart(dataDir, copy.asOrdinaryUser)).toBe(copy.ordinaryUser);
  expect((await Promise.all(names.map((name) => lstat(name)))).every((link) => link.isSymbolicLink())).toBe(true);
});

test('root on an ordinary user’s data leaves them theirs', async () => {
  const dataDir = await copy.makeFolder();
  expect(await ownerAfterStart(dataDir, copy.asOrdinaryUser)).toBe(copy.ordinaryUser);
  expect(await ownerAfterStart(dataDir)).toBe(copy.ordinaryUser);
  expect(await ownerAfterStart(dataDir, copy.asOrdinaryUser)).toBe(copy.ordinaryUser);
});

test('root in a folder only root can enter, user namespaces allowed, refused and allowed again', async () => {
  const dataDir = await usedDataDir();
  const env = await environmentWith(...needed, 'setpriv');
  expect(await ownerAfterStart(dataDir)).toBe(process.getuid?.());
  expect(await ownerAfterStart(dataDir, { env })).toBe(copy.ordinaryUser);
  expect(await ownerAfterStart(dataDir)).toBe(copy.ordinaryUser);
});

test('root with neither namespaces nor capabilities: an open folder works, a closed one says what to do', async () => {
  const env = await environmentWith(...needed);
  const { node, script } = copy.asOrdinaryUser;
  const open = await copy.makeFolder();
  await chmod(open, 0o755);
  expect(await ownerAfterStart(open, { node, script, env })).toBe(copy.ordinaryUser);
  const closed = await runEmbedded(await temporaryDataDir(), { env });
  if (!isRoot) return closed.stop();
  expect(closed.refused).toMatch(/^StartupError: PostgreSQL does not run as root, and no other way works here \(/);
  expect(closed.refused).toMatch(/: start as an ordinary user, or set DATABASE_URL to a PostgreSQL 15 or newer\.$/);
});

test('a TMPDIR too long for a socket', async () => {
  const long = join(await temporaryDataDir(), 'x'.repeat(100));
  await mkdir(long);
  const env = { ...(await environmentWith(...needed, 'unshare', 'setpriv')), TMPDIR: long };
  expect(await ownerAfterStart(await usedDataDir(), { env })).toBeTypeOf('number');
});

test('data others may look into are closed to them', async () => {
  const dataDir = await usedDataDir();
  await chmod(instanceOf(dataDir).data, 0o777);
  expect(await ownerAfterStart(dataDir)).toBeTypeOf('number');
});

test('a folder of another user', async () => {
  const ofRoot = await mkdtemp(join(tmpdir(), 'mathership-of-root-'));
  onTestFinished(() => rm(ofRoot, { recursive: true }));
  await chmod(ofRoot, 0o755);
  const refused = await refusal(join(ofRoot, 'data'), copy.asOrdinaryUser);
  expect(refused).toBe(
    `StartupError: User ${copy.ordinaryUser} may not write in ${ofRoot}, which belongs to user 0: ` +
      'start as that user, or set DATA_DIR to a folder of your own.',
  );
});

test('a folder that may not be written', async () => {
  const dataDir = await copy.makeFolder();
  await chmod(dataDir, 0o500);
  expect(await refusal(dataDir, copy.asOrdinaryUser)).toBe(
    `StartupError: ${dataDir} cannot be written, though it belongs to you (user ${copy.ordinaryUser}): ` +
      'allow it with chmod u+rwx, or set DATA_DIR to another folder.',
  );
});

test('a file where the folder should be', async () => {
  const dataDir = join(await temporaryDataDir(), 'file');
  await writeFile(dataDir, '');
  expect(await refusal(dataDir)).toMatch(
    / cannot be a folder, because a file is in its way: set DATA_DIR to a folder\.$/,
  );
});

test('data of another PostgreSQL', async () => {
  const dataDir = await dataDirWith({ PG_VERSION: '15\n' });
  expect(await refusal(dataDir)).toBe(
    `StartupError: ${instanceOf(dataDir).data} was written by PostgreSQL 15 and this program brings PostgreSQL 18: ` +
      'start the version of this program that wrote it, or set DATA_DIR to another folder.',
  );
});

test('files that are no database', async () => {
  const dataDir = await dataDirWith({ 'holiday.jpg': '' });
  expect(await refusal(dataDir)).toMatch(/ holds files but no database \(PG_VERSION is missing\): move it away, or /);
});

test('data that PostgreSQL itself refuses', async () => {
  const dataDir = await dataDirWith({ PG_VERSION: '18\n', 'postgresql.conf': '' });
  const { home } = instanceOf(dataDir);
  expect(await refusal(dataDir)).toBe(
    `StartupError: PostgreSQL did not start (could not find the database system): look into ${home}/server.log.`,
  );
});

// a small disk is a tmpfs in a mount namespace of the test's own, which some containers refuse
const smallDisk = ['unshare', '--map-root-user', '--mount', 'sh', '-c'];
const mount = 'mount -t tmpfs -o size=';
const mayMount = spawnSync(smallDisk[0] ?? '', [...smallDisk.slice(1), `${mount}1m tmpfs ${tmpdir()}`]).status === 0;

test.runIf(mayMount)('a container whose /dev/shm is small', async () => {
  const prefix = [...smallDisk, `${mount}64m tmpfs /dev/shm; exec "$@"`, 'sh'];
  const { url } = await runEmbedded(await usedDataDir(), { prefix });
  expect(await ask(url, 'SHOW dynamic_shared_memory_type')).toEqual(['mmap']);
});

test.runIf(mayMount)('a disk that is too small, or full', async () => {
  const used = await usedDataDir();
  const dataDir = await temporaryDataDir();
  const onDisk = (megabytes: number, fill: string): readonly string[] => {
    const words = `${mount}${megabytes}m tmpfs '${dataDir}'; ${fill} exec "$@"`;
    return [...smallDisk, words, 'sh'];
  };
  const sentence = `StartupError: There is no space left for ${instanceOf(dataDir).data}: free some, or set DATA_DIR to another disk.`;
  expect(await refusal(dataDir, { prefix: onDisk(60, '') })).toBe(sentence);
  const fill = `cp -r '${used}/.' '${dataDir}'; head -c 200M /dev/zero > '${dataDir}/fill' 2>/dev/null;`;
  expect(await refusal(dataDir, { prefix: onDisk(80, fill) })).toMatch(/There is no space left for .*: free some, or /);
});
