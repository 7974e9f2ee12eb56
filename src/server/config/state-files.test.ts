/** A secret is made once and never over another: what cannot be read is said, not replaced. */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '#test/faults/product-process.ts';
import { authSecretName, keptSecret, readSecret } from './state-files.ts';

let root: string;
let made = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'mathership-secret-'));
});
afterAll(() => rm(root, { recursive: true }));
const folder = async (): Promise<string> => {
  const path = join(root, String((made += 1)));
  await mkdir(path);
  return path;
};

describe('a secret', () => {
  test('is made where there is none, readable by its owner alone, and is the same from then on', async () => {
    const dataDir = join(await folder(), 'not', 'there');
    const secret = await keptSecret(dataDir, authSecretName);
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect((await stat(join(dataDir, authSecretName))).mode & 0o777).toBe(0o600);
    expect([await keptSecret(dataDir, authSecretName), await readSecret(dataDir, authSecretName)]).toEqual([
      secret,
      secret,
    ]);
    expect(await readdir(dataDir)).toEqual([authSecretName]);
  });

  test('is one, however many start at once', async () => {
    for (let round = 0; round < 30; round += 1) {
      const dataDir = await folder();
      const secrets = await Promise.all(Array.from({ length: 10 }, () => keptSecret(dataDir, authSecretName)));
      expect(new Set(secrets).size).toBe(1);
      expect(await readdir(dataDir)).toEqual([authSecretName]);
    }
  });

  test.each(['', 'short', `${'a'.repeat(31)}\n`, ' '.repeat(40)])(
    'that is too short (%j) is told and left as it is',
    async (text) => {
      const dataDir = await folder();
      await writeFile(join(dataDir, authSecretName), text);
      for (const ask of [keptSecret, readSecret]) {
        await expect(ask(dataDir, authSecretName)).rejects.toMatchObject({
          name: 'StartupError',
          message: expect.stringMatching(/auth\.secret holds \d+ characters.*Put it back from a backup/),
        });
      }
      expect(await readFile(join(dataDir, authSecretName), 'utf8')).toBe(text);
    },
  );

  test('that cannot be read is told and left as it is', async () => {
    const dataDir = await folder();
    // a folder in its place cannot be read whoever asks, the superuser of a container as well
    await mkdir(join(dataDir, authSecretName));
    for (const ask of [keptSecret, readSecret])
      await expect(ask(dataDir, authSecretName)).rejects.toMatchObject({
        name: 'StartupError',
        message: expect.stringContaining('cannot be read (EISDIR)'),
      });
    expect((await stat(join(dataDir, authSecretName))).isDirectory()).toBe(true);
    const closed = await folder();
    await writeFile(join(closed, 'file'), '');
    await chmod(join(closed, 'file'), 0o600);
    await expect(keptSecret(join(closed, 'file'), authSecretName)).rejects.toMatchObject({ name: 'StartupError' });
  });

  test('is not made by whoever only reads', async () => {
    const dataDir = await folder();
    await expect(readSecret(dataDir, authSecretName)).rejects.toMatchObject({ name: 'StartupError' });
    const environment = { DATA_DIR: dataDir, DATABASE_URL: 'postgresql://nobody@localhost:1/x', AUTH_SECRET: '' };
    const file = join(dataDir, 'file.zip');
    await writeFile(file, 'x');
    for (const words of [
      ['doctor'],
      ['verify', file],
      ['export', '--company', 'x', '--from', '2026-01-01', '--to', '2026-01-02', '--out', 'x'],
    ])
      expect((await runCommand(words, environment)).status).not.toBe(0);
    expect((await readdir(dataDir)).filter((name) => /secret|token/.test(name))).toEqual([]);
  });
});
