import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#test/database.ts';
import { copyField, copyInto } from './copy-in.ts';
import { connectAlone, type Connection } from './connection.ts';

let database: TestDatabase;
let client: Connection;

beforeAll(async () => {
  database = await createTestDatabase();
  client = await connectAlone({ url: database.url });
});
beforeEach(async () => {
  await client.query('DROP TABLE IF EXISTS notes');
  await client.query('CREATE TABLE notes (id integer PRIMARY KEY, "the text" text)');
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const columns = ['id', 'the text'];
const count = async (): Promise<number> => (await client.query('SELECT count(*)::int AS n FROM notes')).rows[0].n;

test('every text comes back as it was given, and null stays null', async () => {
  const texts = [
    '',
    'plain',
    'a\tb',
    'two\nlines',
    'cr\rlf\r\n',
    String.raw`back\slash \N \.`,
    'Łódź 醤油 طحينة 🍅',
    null,
  ];
  const rows = texts.map((text, id) => `${copyField(id)}\t${copyField(text)}\n`);
  expect(await copyInto(client, 'notes', columns, rows)).toBe(texts.length);
  const stored = await client.query('SELECT "the text" AS text FROM notes ORDER BY id');
  expect(stored.rows.map((row) => row.text)).toEqual(texts);
});

test('pieces of any kind may end inside a row', async () => {
  async function* pieces(): AsyncGenerator<string | Buffer> {
    yield '1\tone\n2';
    yield Buffer.from('\ttwo\n');
    yield '3\tth';
    yield 'ree\n';
  }
  expect(await copyInto(client, 'notes', columns, pieces())).toBe(3);
  expect((await client.query('SELECT "the text" AS text FROM notes WHERE id = 3')).rows).toEqual([{ text: 'three' }]);
});

test('no rows are zero rows', async () => {
  expect(await copyInto(client, 'notes', columns, [])).toBe(0);
});

test('rows may be frozen where the table was emptied in the same transaction, and nowhere else', async () => {
  await client.query('BEGIN');
  await client.query('TRUNCATE notes');
  expect(await copyInto(client, 'notes', columns, ['1\tone\n'], { freeze: true })).toBe(1);
  await client.query('COMMIT');
  expect(await count()).toBe(1);
  await expect(copyInto(client, 'notes', columns, ['2\ttwo\n'], { freeze: true })).rejects.toMatchObject({
    code: '55000',
  });
});

test('the source is not read ahead of the server by more than a few megabytes', async () => {
  const blocker = await connectAlone({ url: database.url });
  const piece = Buffer.from(`${'x'.repeat(1023)}\n`.repeat(256));
  let made = 0;
  async function* endless(): AsyncGenerator<Buffer> {
    for (; made < 400; made += 1) yield piece;
  }
  await client.query('DROP TABLE notes');
  await client.query('CREATE TABLE notes ("the text" text)');
  await blocker.query('BEGIN');
  await blocker.query('LOCK TABLE notes');
  const copied = copyInto(client, 'notes', ['the text'], endless());
  await expect
    .poll(async () => {
      const waiting = `SELECT count(*)::int AS n FROM pg_locks WHERE relation = 'notes'::regclass AND NOT granted`;
      return (await blocker.query(waiting)).rows[0].n;
    })
    .toBe(1);
  expect(made).toBeLessThan(40);
  await blocker.query('COMMIT');
  expect(await copied).toBe(400 * 256);
  await blocker.end();
});

test('a row the server refuses rejects with its reason, leaves no row, and the connection goes on', async () => {
  const copied = copyInto(client, 'notes', columns, ['1\tone\n', 'x\ttwo\n']);
  await expect(copied).rejects.toMatchObject({ code: '22P02', where: expect.stringContaining('line 2') });
  expect(await count()).toBe(0);
});

test('a source that fails rejects with its own error, leaves no row, and the connection goes on', async () => {
  async function* broken(): AsyncGenerator<string> {
    yield '1\tone\n';
    throw new Error('the file ended early');
  }
  await expect(copyInto(client, 'notes', columns, broken())).rejects.toThrow('the file ended early');
  expect(await count()).toBe(0);
});
