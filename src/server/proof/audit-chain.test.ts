/** The audit log against somebody who has the database in hand: what is changed, cut out or slipped in is named. */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditChain } from '#contract/organization.ts';
import { type TestApp, type TestCompany, startTestApp } from '#test/http.ts';
import { auditChainRoutes } from './audit-chain-routes.ts';
import { checkAuditChain, installationChain, sealAuditLog } from './audit-chain.ts';
import { rememberKey } from './known-keys.ts';
import { ManifestSigner } from './signing-key.ts';

const newSigner = (): ManifestSigner => new ManifestSigner(randomBytes(32).toString('base64url'));
let site: TestApp;
let signer: ManifestSigner;
beforeAll(async () => {
  site = await startTestApp((app, { db }) => auditChainRoutes(app, { db }));
  signer = newSigner();
  await rememberKey(site.db, signer);
});
afterAll(() => site.close());

async function wrote(company: TestCompany, action: string): Promise<string> {
  const row = await site.db
    .insertInto('audit_events')
    .values({ action, details: '{"n": 1.50}', company_id: company.id, organization_id: company.organizationId })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}
async function sealed(count = 5): Promise<{ company: TestCompany; ids: string[] }> {
  const company = await site.company();
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) ids.push(await wrote(company, `thing.number_${n}`));
  await sealAuditLog(site.db, signer);
  return { company, ids };
}
const check = (company: TestCompany): Promise<AuditChain> => checkAuditChain(site.db, company.organizationId);

/** As a superuser would, whom no trigger holds. */
const byForce = (table: string, statement: ReturnType<typeof sql>): Promise<unknown> =>
  site.db.transaction().execute(async (tx) => {
    await sql`ALTER TABLE ${sql.table(table)} DISABLE TRIGGER ALL`.execute(tx);
    await statement.execute(tx);
    await sql`ALTER TABLE ${sql.table(table)} ENABLE TRIGGER ALL`.execute(tx);
    await sql`ALTER TABLE ${sql.table(table)} ENABLE ALWAYS TRIGGER ${sql.ref(`${table}_append_only`)}`.execute(tx);
  });

describe('append-only', () => {
  test.each(['audit_events', 'audit_links', 'audit_seals'])('%s refuses UPDATE, DELETE and TRUNCATE', async (table) => {
    await sealed(1);
    const column = table === 'audit_events' ? 'action' : 'chain';
    for (const statement of [
      sql`UPDATE ${sql.table(table)} SET ${sql.ref(column)} = ${sql.ref(column)}`,
      sql`DELETE FROM ${sql.table(table)}`,
      sql`TRUNCATE ${sql.table(table)} CASCADE`,
    ]) {
      await expect(statement.execute(site.db)).rejects.toThrow('append-only');
      // a session that plays a replica skips ordinary triggers, not these
      const asReplica = site.db.transaction().execute(async (tx) => {
        await sql`SET LOCAL session_replication_role = replica`.execute(tx);
        await statement.execute(tx);
      });
      await expect(asReplica).rejects.toThrow('append-only');
    }
  });
});

describe('a chain', () => {
  test('is whole after sealing, one per organization and one for what belongs to none', async () => {
    const { company } = await sealed(3);
    const other = await sealed(2);
    await site.anonymous.post('/api/v1/sign-in', { email: 'nobody@kitchen.example', password: 'wrong' });
    await sealAuditLog(site.db, signer);
    expect(await check(company)).toMatchObject({ is_whole: true, sealed: 3, waiting: 0, faults: [] });
    expect(await check(other.company)).toMatchObject({ is_whole: true, sealed: 2 });
    expect(await checkAuditChain(site.db, installationChain)).toMatchObject({ is_whole: true, faults: [] });
  });

  test('goes on where it ended, also when an entry with a smaller id is committed later', async () => {
    const { company } = await sealed(1);
    let commitLate: () => void = () => undefined;
    const begun = Promise.withResolvers<void>();
    const late = site.db.transaction().execute(async (tx) => {
      await tx
        .insertInto('audit_events')
        .values({ action: 'thing.slow', details: '{}', organization_id: company.organizationId })
        .execute();
      const held = new Promise<void>((resolve) => (commitLate = resolve));
      begun.resolve();
      await held;
    });
    await begun.promise;
    await wrote(company, 'thing.quick');
    await sealAuditLog(site.db, signer);
    expect(await check(company)).toMatchObject({ is_whole: true, sealed: 2, waiting: 0 });
    commitLate();
    await late;
    expect(await check(company)).toMatchObject({ is_whole: true, sealed: 2, waiting: 1 });
    await sealAuditLog(site.db, signer);
    expect(await check(company)).toMatchObject({ is_whole: true, sealed: 3, waiting: 0 });
  });

  test('sealed by many at once is one chain', async () => {
    const company = await site.company();
    await Promise.all(Array.from({ length: 40 }, async (_, n) => wrote(company, `thing.number_${n}`)));
    await Promise.all(Array.from({ length: 4 }, async () => sealAuditLog(site.db, signer)));
    expect(await check(company)).toMatchObject({ is_whole: true, sealed: 40, waiting: 0 });
  });
});

describe('somebody with the database in hand', () => {
  test('who changes an entry is found out, at that entry', async () => {
    const { company, ids } = await sealed();
    await byForce('audit_events', sql`UPDATE audit_events SET action = 'thing.harmless' WHERE id = ${ids[2]}`);
    const found = await check(company);
    expect(found).toMatchObject({ is_whole: false, faults: [{ event_id: ids[2] }] });
    expect(found.faults[0]?.reason).toContain('not what was sealed');
  });

  test.each([
    ['who did it', sql`user_id = 1`],
    ['when', sql`at = at + interval '1 microsecond'`],
    ['from where', sql`address = '192.0.2.1'`],
    ['what about', sql`details = '{"n": 2}'`],
  ])('cannot change %s', async (_what, change) => {
    const { company, ids } = await sealed(2);
    await byForce('audit_events', sql`UPDATE audit_events SET ${change} WHERE id = ${ids[0]}`);
    expect((await check(company)).faults).toMatchObject([{ event_id: ids[0] }]);
  });

  test('who removes an entry, or an entry and its link, is found out', async () => {
    const { company, ids } = await sealed();
    await byForce('audit_events', sql`DELETE FROM audit_events WHERE id = ${ids[1]}`);
    expect((await check(company)).faults).toEqual([{ event_id: ids[1], reason: 'the entry is gone' }]);
    await byForce('audit_links', sql`DELETE FROM audit_links WHERE event_id = ${ids[1]}`);
    expect((await check(company)).faults).toEqual([
      { event_id: ids[2], reason: 'what was before it in the chain is gone' },
    ]);
  });

  test('who slips an entry in past the chain is found out', async () => {
    const { company } = await sealed();
    const id = await wrote(company, 'thing.invented');
    await sql`DELETE FROM audit_unsealed WHERE event_id = ${id}`.execute(site.db);
    expect((await check(company)).faults).toEqual([{ event_id: id, reason: 'the entry was put in past the chain' }]);
  });

  test('who makes every hash anew after a change still lacks the key of the seal', async () => {
    const { company, ids } = await sealed(2);
    await wrote(company, 'thing.later');
    await sealAuditLog(site.db, signer);
    await byForce('audit_events', sql`UPDATE audit_events SET action = 'thing.harmless' WHERE id = ${ids[1]}`);
    await byForce(
      'audit_links',
      sql`DO $$
        DECLARE l record; before bytea;
        BEGIN
          FOR l IN SELECT x.*, e AS entry FROM audit_links x JOIN audit_events e ON e.id = x.event_id
            WHERE x.chain = ${sql.lit(company.organizationId)} ORDER BY position LOOP
            UPDATE audit_links SET hash = audit_link_hash(before, l.chain, l.position, l.entry)
              WHERE chain = l.chain AND position = l.position RETURNING hash INTO before;
          END LOOP;
        END $$`,
    );
    const found = await check(company);
    expect(found).toMatchObject({ is_whole: false, faults: [{ event_id: ids[1] }] });
    expect(found.faults[0]?.reason).toContain('signature');
  });

  test('who seals with a key of their own is found out', async () => {
    const { company, ids } = await sealed(1);
    await wrote(company, 'thing.invented');
    await sealAuditLog(site.db, newSigner());
    const { is_whole, faults } = await check(company);
    expect(is_whole).toBe(false);
    expect(faults[0]?.event_id).not.toBe(ids[0]);
  });
});

describe('over HTTP', () => {
  test('owners and administrators see whether their own is whole, nobody else does', async () => {
    const { company } = await sealed(3);
    const path = `/api/v1/organizations/${company.organizationId}/audit-chain`;
    for (const role of ['owner', 'admin'] as const) {
      const { client } = await site.member(company, role);
      const answer = await client.get<AuditChain>(path);
      expect(answer).toMatchObject({ status: 200, body: { is_whole: true, sealed: 3, end: { position: 3 } } });
      expect(answer.body.end?.hash).toMatch(/^[0-9a-f]{64}$/);
    }
    const manager = await site.member(company, 'manager');
    expect(await manager.client.get(path)).toMatchObject({ status: 403, body: { code: 'missing_capability' } });
    const stranger = await site.member(await site.company(), 'owner');
    expect(await stranger.client.get(path)).toMatchObject({ status: 403, body: { code: 'company_access_denied' } });
  });
});
