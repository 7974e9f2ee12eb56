/** Event streams as clients hold them: marks over the wire, how many one person may have, and access that is lost. */
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Problem } from '#contract/errors.ts';
import { grantEverywhere, type Principal } from '#server/access/decide.ts';
import { newToken } from '#server/access/tokens.ts';
import { type TestInstallation, startInstallation } from '#test/installation.ts';
import type { AccessListener } from './change-feed.ts';
import { type StandingProof, StandingProofs } from './standing-proofs.ts';

const perPerson = 20;
let site: TestInstallation;

beforeAll(async () => {
  site = await startInstallation({ receiptLines: 10, environment: { EVENT_STREAMS_PER_PERSON_MAX: `${perPerson}` } });
});
afterAll(() => site.close());

const open = (headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${site.installation.address}/api/v1/export-jobs/events?company_id=${site.companyId}`, {
    headers: { authorization: `Bearer ${site.key}`, ...headers },
  });

/** Text of a stream until it holds what is looked for; the stream is then cut off. */
async function textUntil(response: Response, found: (text: string) => boolean): Promise<string> {
  let text = '';
  for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += piece;
    if (found(text)) break;
  }
  return text;
}
const bareId = /(?:^|\n)(?:: still here\n)?id: (\S+)\n\n/;
const lastId = (text: string): string => [...text.matchAll(/^id: (\S+)$/gm)].at(-1)?.[1] ?? '';

describe('an event stream', () => {
  it('sends a mark only after what it stands for: cut off right behind it, nothing is missed', async () => {
    const id = lastId(await textUntil(await open(), (text) => bareId.test(text)));
    const jobs: string[] = [];
    for (let day = 1; day <= 5; day += 1) jobs.push((await site.create({ date_from: `2026-09-0${day}` })).id);
    const text = await textUntil(await open({ 'last-event-id': id }), (so) => bareId.test(so));
    for (const job of jobs) expect(text).toContain(job);
  });

  it('tells nothing while it is in question whether its reader may still hear it', async () => {
    const { pool } = site.installation;
    const token = newToken('msk_');
    await sql`WITH made AS (INSERT INTO users (email, name, password_hash) VALUES ('loses@feeds.example', '李', 'none') RETURNING id),
      joined AS (INSERT INTO company_members (company_id, user_id, role) SELECT ${site.companyId}::bigint, id, 'finance' FROM made)
      INSERT INTO api_keys (user_id, name, prefix, key_hash) SELECT id, 'k', 'msk_', ${token.hash} FROM made`.execute(
      pool.db,
    );
    const losing = await open({ authorization: `Bearer ${token.text}` });
    const witness = await open();
    const heard = textUntil(losing, () => false);
    const job = await site.create({ date_from: '2026-08-01' });
    await site.finished(job.id);
    const lock = new pg.Client({ connectionString: site.databaseUrl });
    await lock.connect();
    // the proof cannot look before this ends, and what follows happens meanwhile
    await lock.query('BEGIN; LOCK TABLE api_keys IN ACCESS EXCLUSIVE MODE');
    await sql`UPDATE company_members m SET denied = '{view_financials}' FROM users u
      WHERE u.id = m.user_id AND u.email = 'loses@feeds.example'`.execute(pool.db);
    await sql`UPDATE export_jobs SET filename = 'told-too-late.zip' WHERE id = ${job.id}`.execute(pool.db);
    await textUntil(witness, (text) => text.includes('told-too-late.zip'));
    await lock.query('COMMIT');
    await lock.end();
    expect(await heard).not.toContain('told-too-late.zip');
  });

  it('is refused with 429 beyond what one person may have, and free again when one ends', async () => {
    const streams: Response[] = [];
    for (let n = 0; n < perPerson; n += 1) streams.push(await open());
    expect(streams.map(({ status }) => status)).toEqual(Array.from({ length: perPerson }, () => 200));
    const refused = await open();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(((await refused.json()) as Problem).code).toBe('too_many_requests');
    await streams.pop()?.body?.cancel();
    await vi.waitFor(async () => {
      const next = await open();
      expect(next.status).toBe(200);
      streams.push(next);
    });
    for (const stream of streams) await stream.body?.cancel();
  });
});

describe('a change of access is announced', () => {
  let ears: pg.Client;
  let heard: string[];
  const during = async (work: () => Promise<unknown>): Promise<string[]> => {
    heard = [];
    await work();
    // notifications of one session come in order: this one is the last
    await sql`SELECT pg_notify('access_changed', 'end')`.execute(site.installation.pool.db);
    await vi.waitFor(() => expect(heard).toContain('end'));
    return heard.filter((each) => each !== 'end');
  };
  const userId = async (): Promise<string> =>
    (
      await site.installation.pool.db
        .selectFrom('company_members')
        .select('user_id')
        .where('company_id', '=', site.companyId)
        .executeTakeFirstOrThrow()
    ).user_id;
  const run = (statement: string): Promise<unknown> => ears.query(statement);

  beforeAll(async () => {
    ears = new pg.Client({ connectionString: site.databaseUrl });
    await ears.connect();
    ears.on('notification', ({ payload }) => void heard.push(payload ?? ''));
    heard = [];
    await ears.query('LISTEN access_changed');
  });
  afterAll(() => ears.end());

  it('with whose it is, when it is taken', async () => {
    const user = await userId();
    expect(
      await during(() => run(`UPDATE company_members SET denied = '{view_audit}' WHERE user_id = ${user}`)),
    ).toEqual([user]);
    expect(await during(() => run(`UPDATE company_members SET denied = '{}' WHERE user_id = ${user}`))).toEqual([user]);
    await run(
      `INSERT INTO sessions (token_hash, user_id, expires_at) VALUES ('a', ${user}, now() + interval '1 hour')`,
    );
    expect(await during(() => run(`DELETE FROM sessions WHERE token_hash = 'a'`))).toEqual([user]);
    expect(await during(() => run(`UPDATE users SET disabled_at = now() WHERE id = ${user}`))).toEqual([user]);
    expect(await during(() => run(`UPDATE users SET disabled_at = NULL WHERE id = ${user}`))).toEqual([user]);
  });

  it('not when nothing changed: nothing deleted, the same written again, a session that had expired', async () => {
    const user = await userId();
    expect(await during(() => run('DELETE FROM sessions WHERE expires_at < now()'))).toEqual([]);
    expect(await during(() => run(`UPDATE company_members SET role = role WHERE user_id = ${user}`))).toEqual([]);
    await run(
      `INSERT INTO sessions (token_hash, user_id, expires_at) VALUES ('b', ${user}, now() - interval '1 hour')`,
    );
    expect(await during(() => run(`DELETE FROM sessions WHERE token_hash = 'b'`))).toEqual([]);
    expect(await during(() => run(`UPDATE users SET name = name WHERE id = ${user}`))).toEqual([]);
  });
});

describe('standing proofs', () => {
  it('prove all that are in question by one query, and end those alone whose access is gone', async () => {
    const { pool } = site.installation;
    let asked = 0;
    const counted = pool.db.withPlugin({
      transformQuery: ({ node }) => {
        asked += 1;
        return node;
      },
      transformResult: ({ result }) => Promise.resolve(result),
    });
    let announce: AccessListener = () => undefined;
    const proofs = new StandingProofs(counted, { onAccessChange: (listener) => (announce = listener) });
    const made = async (email: string): Promise<{ id: string; key: string }> => {
      const { rows } = await sql<{
        id: string;
        key: string;
      }>`WITH made AS (INSERT INTO users (email, name, password_hash) VALUES (${email}, 'Ж', 'none') RETURNING id),
        joined AS (INSERT INTO company_members (company_id, user_id, role) SELECT ${site.companyId}::bigint, id, 'finance' FROM made)
        INSERT INTO api_keys (user_id, name, prefix, key_hash) SELECT id, 'k', 'msk_', convert_to(${email}, 'UTF8') FROM made RETURNING user_id AS id, id AS key`.execute(
        pool.db,
      );
      return rows[0] ?? { id: '', key: '' };
    };
    const [one, other] = [await made('one@feeds.example'), await made('other@feeds.example')];
    const lost: string[] = [];
    const hold = async ({ id, key }: { id: string; key: string }): Promise<StandingProof> => {
      const principal: Principal = { userId: id, name: 'Ж', email: '', via: 'api_key', credentialId: key };
      const view = await grantEverywhere(pool.db, principal, 'view_financials');
      expect(view.companyIds).toEqual([site.companyId]);
      return proofs.hold(view, () => void lost.push(id));
    };
    for (let n = 0; n < 15; n += 1) await hold(one);
    const witness = await hold(other);
    const ofOne = await hold(one);

    announce(one.id);
    expect(witness.underWay).toBeNull();
    await ofOne.underWay;
    expect([asked, lost]).toEqual([1, []]);

    await sql`UPDATE company_members SET denied = '{view_financials}' WHERE user_id = ${one.id}`.execute(pool.db);
    announce(null);
    await ofOne.underWay;
    expect(asked).toBe(2);
    expect(lost).toEqual(Array.from({ length: 16 }, () => one.id));

    await sql`DELETE FROM api_keys WHERE id = ${other.key}`.execute(pool.db);
    await witness.renew();
    expect(lost.at(-1)).toBe(other.id);
    // nobody is left to be asked about
    announce(null);
    expect(asked).toBe(3);
  });
});
