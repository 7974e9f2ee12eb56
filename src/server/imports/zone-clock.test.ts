import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayIn } from '#contract/calendar.ts';
import { DatabasePool } from '#server/database/database.ts';
import { createTestDatabase, type TestDatabase } from '#test/database.ts';
import { ZoneClock } from './zone-clock.ts';

let database: TestDatabase;
let pool: DatabasePool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = new DatabasePool({ url: database.url });
});
afterAll(async () => {
  await pool.close();
  await database.drop();
});

test('only times that came twice or never are unclear', () => {
  const berlin = new ZoneClock('Europe/Berlin');
  expect(berlin.unclear('2026-10-25', '02:30:00')).toEqual({
    reason: 'This time came twice in Europe/Berlin that night: taken as +02:00; write +01:00 if it was the later one',
    offset: '+02:00',
  });
  const never = { reason: expect.stringContaining('did not exist') };
  expect(berlin.unclear('2026-03-29', '02:30:00')).toMatchObject({ ...never, offset: '+01:00' });
  for (const time of ['00:00:00', '01:59:59', '03:00:00', '23:59:59']) {
    expect([berlin.unclear('2026-10-25', time), berlin.unclear('2026-03-29', time)]).toEqual([null, null]);
  }
  const newYork = new ZoneClock('America/New_York');
  expect(newYork.unclear('2026-11-01', '01:30:00')?.offset).toBe('-04:00');
  expect(newYork.unclear('2026-03-08', '02:30:00')).toMatchObject({ ...never, offset: '-05:00' });
  expect(new ZoneClock('Asia/Kathmandu').unclear('2026-03-29', '02:30:00')).toBeNull();
  // half an hour, and at midnight
  expect(new ZoneClock('Australia/Lord_Howe').unclear('2026-04-05', '01:45:00')).toMatchObject({
    reason: expect.stringContaining('write +10:30'),
    offset: '+11:00',
  });
  expect(new ZoneClock('America/Santiago').unclear('2026-09-06', '00:30:00')).toMatchObject(never);
});

test('the business day of an instant is the same to the database and to the program, in every zone and season', async () => {
  const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns'];
  const from = Date.parse('2015-01-01T00:00:00Z');
  const minutes = fc.integer({ min: 0, max: 12 * 365 * 24 * 60 });
  const instants = fc
    .sample(minutes, { numRuns: 400, seed: 7 })
    .map((minute) => from + minute * 60_000)
    // around the nights of 2026 when clocks change
    .concat(
      ['2026-03-29', '2026-10-25', '2026-03-08', '2026-11-01'].flatMap((day) =>
        Array.from({ length: 96 }, (_, quarter) => Date.parse(`${day}T00:00:00Z`) + (quarter - 24) * 900_000),
      ),
    )
    .map((instant) => new Date(instant).toISOString());
  for (const zone of zones) {
    const { rows } = await pool.pool.query<{ day: string }>(
      `SELECT (instant AT TIME ZONE $2)::date AS day FROM unnest($1::timestamptz[]) WITH ORDINALITY AS given (instant, n) ORDER BY n`,
      [instants, zone],
    );
    expect(rows.map((row) => row.day)).toEqual(instants.map((instant) => dayIn(zone, new Date(instant))));
  }
});
