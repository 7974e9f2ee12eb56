/**
 * Guesses at passwords and codes, and letters asked for: each takes its place among the recent ones of its account and its
 * address before anything is judged, by one statement, so that however many come at once no more are judged than may be.
 * What turns out right gives its place back: successes do not count.
 */
import { sql } from 'kysely';
import { ProductError } from '#contract/errors.ts';
import type { Database, DatabaseTransaction, Queryable } from '#server/database/database.ts';
import { audit, type Origin } from './audit.ts';
import { networkOf } from './network.ts';

/** At most `most` in `seconds`, gliding; the account's and then the address's, always locked in this order. */
interface Limit {
  readonly door: string;
  readonly most: number;
  readonly seconds: number;
  readonly sentence: string;
}

interface Door {
  /** Of the audit log, for the first refusal after each attempt that was judged. */
  readonly refused: string;
  readonly account: Limit;
  readonly address: Limit;
}

export const doors = {
  /** Passwords and codes alike, wherever they are asked for. */
  guess: {
    refused: 'sign_in.refused',
    account: {
      door: 'guess account',
      most: 10,
      seconds: 900,
      sentence: 'Too many failed sign-ins for this account. Wait a few minutes.',
    },
    address: {
      door: 'guess address',
      most: 100,
      seconds: 60,
      sentence: 'Too many failed sign-ins from this address. Wait a minute.',
    },
  },
  /** Letters with a link for a new password; all count. */
  reset: {
    refused: 'password_reset.refused',
    account: {
      door: 'reset account',
      most: 5,
      seconds: 3600,
      sentence: 'Too many links were asked for. Wait an hour.',
    },
    address: {
      door: 'reset address',
      most: 30,
      seconds: 3600,
      sentence: 'Too many links were asked for. Wait an hour.',
    },
  },
} as const satisfies Record<string, Door>;

/** Who is tried, and from where. */
export interface Attempt {
  /** E-mail, in lower case. */
  readonly account: string;
  readonly origin: Origin;
}

interface Place {
  readonly door: string;
  readonly who: string;
  /** The moment that stands for this attempt: no other of the same door and name has it. */
  readonly at: string;
}

const placesOf = (door: Door, { account, origin }: Attempt) => [
  { ...door.account, who: account },
  { ...door.address, who: networkOf(origin.address) },
];

const recent = (at: string, seconds: string) =>
  sql.raw(`(SELECT t FROM unnest(${at}) AS t
  WHERE t > clock_timestamp() - ${seconds} * interval '1 second' ORDER BY t)`);

/**
 * Without waiting for a turn or taking a place: for those who are refused anyway.
 * @throws ProductError too_many_requests, with the seconds to wait.
 */
export async function refuseWhenTooMany(db: Database, door: Door, attempt: Attempt): Promise<void> {
  const places = placesOf(door, attempt);
  const { rows } = await sql<{ door: string; wait: number }>`
    SELECT door, ceil(extract(epoch FROM (ARRAY${recent('at', 'seconds')})[1]
      + seconds * interval '1 second' - clock_timestamp()))::int AS wait
    FROM attempts
    WHERE (door, who) IN ((${places[0]?.door}, ${places[0]?.who}), (${places[1]?.door}, ${places[1]?.who}))
      AND cardinality(ARRAY${recent('at', 'seconds')}) >= most`.execute(db);
  for (const { sentence, who, ...place } of places) {
    const full = rows.find((row) => row.door === place.door);
    if (!full) continue;
    await noteRefusal(db, door, attempt, { door: place.door, who });
    throw new ProductError('too_many_requests', sentence, { retryAfterSeconds: Math.max(1, full.wait) });
  }
}

/** Once per lockout: whoever goes on knocking fills no log. Of an address that nobody has, the account is not told. */
async function noteRefusal(
  db: Database,
  door: Door,
  { account, origin }: Attempt,
  place: { door: string; who: string },
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const first = await tx
      .updateTable('attempts')
      .set({ refused_at: sql`clock_timestamp()` })
      .where('door', '=', place.door)
      .where('who', '=', place.who)
      .where(sql<boolean>`coalesce(refused_at < at[cardinality(at)], true)`)
      .returning('door')
      .executeTakeFirst();
    if (!first) return;
    const known = await tx.selectFrom('users').select('id').where('email', '=', account).execute();
    const details = { limit: place.door === door.address.door ? 'address' : 'account' };
    if (known.length === 0 && details.limit === 'address')
      await audit(tx, null, origin, { action: door.refused, details });
    // of several accounts of the address, none is told from where
    const from = known.length > 1 ? { ...origin, address: null } : origin;
    for (const { id } of known)
      await audit(tx, null, from, { action: door.refused, subjectType: 'user', subjectId: id, details });
  });
}

/** @throws ProductError too_many_requests when any limit is reached; then no place is taken. */
async function reserve(db: Database, door: Door, attempt: Attempt): Promise<readonly Place[]> {
  const places = placesOf(door, attempt);
  const of = <T>(pick: (place: (typeof places)[number]) => T): T[] => places.map(pick);
  const { rows: taken } = await sql<Place>`
    INSERT INTO attempts AS a (door, who, at, most, seconds)
    SELECT door, who, ARRAY[clock_timestamp()], most, seconds
    FROM unnest(${of(({ door }) => door)}::text[], ${of(({ who }) => who)}::text[], ${of(({ most }) => most)}::int[],
      ${of(({ seconds }) => seconds)}::int[]) WITH ORDINALITY AS given (door, who, most, seconds, n) ORDER BY n
    ON CONFLICT (door, who) DO UPDATE SET most = excluded.most, seconds = excluded.seconds,
      at = ARRAY${recent('a.at', 'excluded.seconds')}
        || greatest(clock_timestamp(), a.at[cardinality(a.at)] + interval '1 microsecond')
    WHERE cardinality(ARRAY${recent('a.at', 'excluded.seconds')}) < excluded.most
    RETURNING a.door, a.who, a.at[cardinality(a.at)] AS at`.execute(db);
  if (taken.length === places.length) return taken;
  await release(db, taken);
  await refuseWhenTooMany(db, door, attempt);
  // what was in the way has just been given back
  throw new ProductError('too_many_requests', door.account.sentence, { retryAfterSeconds: 1 });
}

async function release(db: Queryable, places: readonly Place[]): Promise<void> {
  for (const { door, who, at } of places)
    await sql`UPDATE attempts SET at = array_remove(at, ${at}::timestamptz) WHERE door = ${door} AND who = ${who}`.execute(
      db,
    );
}

/** What `judge` answers for a wrong guess: the error, and what the audit log is told. */
export class Wrong {
  readonly error: ProductError;
  readonly tell: (tx: DatabaseTransaction) => Promise<void>;

  constructor(error: ProductError, tell: (tx: DatabaseTransaction) => Promise<void>) {
    this.error = error;
    this.tell = tell;
  }
}

/**
 * One guess at a password or a code. `judge` runs once a place was taken; a wrong one keeps it, everything else gives it back.
 * @throws ProductError too_many_requests; the error of a wrong guess; whatever `judge` throws.
 */
export async function guess<T>(db: Database, attempt: Attempt, judge: () => Promise<T | Wrong>): Promise<T> {
  const places = await reserve(db, doors.guess, attempt);
  const outcome = await judge().catch(async (error: unknown) => {
    await release(db, places);
    throw error;
  });
  if (!(outcome instanceof Wrong)) {
    await release(db, places);
    return outcome;
  }
  await db.transaction().execute(async (tx) => {
    // one write that is made for every account, also for one that does not exist and of which nothing is told
    await tx
      .updateTable('attempts')
      .set({ failures: sql`failures + 1` })
      .where('door', '=', doors.guess.account.door)
      .where('who', '=', attempt.account)
      .execute();
    await outcome.tell(tx);
  });
  throw outcome.error;
}

/** Counts a letter that is asked for. @throws ProductError too_many_requests, whether or not there is such an account. */
export async function countReset(db: Database, attempt: Attempt): Promise<void> {
  await reserve(db, doors.reset, attempt);
}

/** A new password makes room for its owner. */
export async function forgetGuesses(tx: DatabaseTransaction, account: string): Promise<void> {
  await tx.deleteFrom('attempts').where('door', '=', doors.guess.account.door).where('who', '=', account).execute();
}
