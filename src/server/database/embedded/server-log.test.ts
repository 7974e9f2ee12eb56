import { appendFileSync, writeSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryDataDir } from '#test/embedded-process.ts';
import { ServerLog } from './server-log.ts';

const fourMebibytes = 'x'.repeat(4 * 1024 * 1024);

async function openLog(before = ''): Promise<ServerLog> {
  const path = join(await temporaryDataDir(), 'server.log');
  await writeFile(path, before);
  const log = await ServerLog.open(path);
  onTestFinished(() => log.close());
  return log;
}

test('what was fatal is told with its code, earlier runs aside', async () => {
  const log = await openLog('2026-11-23 17:53:24.643 UTC [1] 53100 FATAL:  an earlier one\n');
  appendFileSync(
    log.path,
    '2026-11-23 17:53:25.001 UTC [7] 00000 LOG:  starting\n' +
      '2026-11-23 17:53:25.002 UTC [7] 53100 PANIC:  could not write to file "pg_wal/xlogtemp.7"\n' +
      'postgres: could not find the database system\n',
  );
  expect(await log.fatalLines()).toEqual([
    { code: '53100', message: 'could not write to file "pg_wal/xlogtemp.7"' },
    { code: '', message: 'could not find the database system' },
  ]);
});

test('a log over its limit is moved aside when a server starts', async () => {
  const log = await openLog(`${fourMebibytes}y`);
  writeSync(log.file, 'first line\n');
  expect(await readFile(log.path, 'utf8')).toBe('first line\n');
  expect(await readFile(`${log.path}.1`, 'utf8')).toBe(`${fourMebibytes}y`);
});

test('a log over its limit is moved aside while a server writes to it', async () => {
  const log = await openLog();
  writeSync(log.file, fourMebibytes);
  await log.keepSmall();
  expect(await readFile(log.path, 'utf8')).toHaveLength(fourMebibytes.length);
  writeSync(log.file, 'y');
  await log.keepSmall();
  writeSync(log.file, 'next line\n');
  expect(await readFile(log.path, 'utf8')).toBe('next line\n');
  expect(await readFile(`${log.path}.1`, 'utf8')).toBe(`${fourMebibytes}y`);
});
