/**
 * The audit log proves that it is whole: committed entries are linked into a chain of hashes per organization, and the
 * end of each chain is signed with the installation's key. An entry that is changed, removed or slipped in is named.
 */
import { sql } from 'kysely';
import type { AuditChain, AuditChainFault } from '#contract/organization.ts';
import type { Database, Queryable } from '#server/database/database.ts';
import { type KnownKey, knownKeys } from './known-keys.ts';
import { isSignedBy } from './signing-key.ts';

/** Makes the signature under the end of a chain. */
export interface SealSigner {
  readonly keyId: string;
  sign(bytes: Buffer): Buffer;
}

/** The chain of what belongs to no organization: sign-ins, accounts, refusals at what does not exist. */
export const installationChain = '0';
/** A chain with more faults than this is named by the first of them. */
const faultsMax = 20;
const batch = 2000;

interface ChainEnd {
  readonly chain: string;
  readonly position: string;
  readonly hash: Buffer;
}

const sealedText = ({ chain, position, hash }: ChainEnd): Buffer =>
  Buffer.from(`mathership audit chain 1\n${chain}\n${position}\n${hash.toString('hex')}\n`);

/** Links and seals everything that has been committed; resolves to the new ends, for a log kept elsewhere. */
export async function sealAuditLog(db: Database, signer: SealSigner): Promise<ChainEnd[]> {
  const ends = new Map<string, ChainEnd>();
  for (;;) {
    const advanced = await db.transaction().execute(async (tx) => {
      const { rows } = await sql<ChainEnd>`
        SELECT chain, link_position AS position, hash FROM link_audit_events(${batch})`.execute(tx);
      for (const end of rows) {
        await tx
          .insertInto('audit_seals')
          .values({
            chain: end.chain,
            position: end.position,
            key_id: signer.keyId,
            signature: signer.sign(sealedText(end)),
          })
          .execute();
      }
      return rows;
    });
    if (advanced.length === 0) return [...ends.values()];
    for (const end of advanced) ends.set(end.chain, end);
  }
}

/** Every chain there is, the installation's own included. */
export async function auditChainIds(db: Queryable): Promise<string[]> {
  const { rows } = await sql<{ chain: string }>`SELECT DISTINCT chain FROM audit_links
    UNION SELECT DISTINCT coalesce(organization_id, 0) FROM audit_events ORDER BY chain`.execute(db);
  return rows.map(({ chain }) => chain);
}

/** Reads the whole chain, from one snapshot: 14 s for a million entries (bench/audit-chain.ts; 2026-11, 2 shared cores). */
export async function checkAuditChain(db: Database, chain: string): Promise<AuditChain> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      const { rows: faults } = await sql<AuditChainFault>`
        SELECT event_id, reason FROM broken_audit_links(${chain}) LIMIT ${faultsMax}`.execute(tx);
      const { rows: counts } = await sql<{ sealed: number; waiting: number }>`SELECT
        (SELECT count(*)::int FROM audit_links WHERE chain = ${chain}) AS sealed,
        (SELECT count(*)::int FROM audit_unsealed u JOIN audit_events e ON e.id = u.event_id
          WHERE audit_chain_of(e) = ${chain}) AS waiting`.execute(tx);
      const seals = await lastSeal(tx, chain, await knownKeys(tx));
      const broken = faults.length > 0 ? faults : seals.faults;
      return {
        is_whole: broken.length === 0,
        sealed: counts[0]?.sealed ?? 0,
        waiting: counts[0]?.waiting ?? 0,
        end: seals.end,
        faults: broken,
      };
    });
}

interface SealRow extends ChainEnd {
  readonly event_id: string;
  readonly key_id: string | null;
  readonly signature: Buffer | null;
  readonly at: string | null;
}

/** The end of the chain must be sealed by a key of ours; when it is not, the first seal that does not fit tells where. */
async function lastSeal(
  db: Queryable,
  chain: string,
  keys: readonly KnownKey[],
): Promise<{ end: AuditChain['end']; faults: AuditChainFault[] }> {
  const seals = (order: 'DESC' | 'ASC', most: number | null) =>
    sql<SealRow>`SELECT l.chain, l.position, l.hash, l.event_id, s.key_id, s.signature, s.at
      FROM audit_links l ${order === 'DESC' ? sql`LEFT` : sql``} JOIN audit_seals s ON s.chain = l.chain AND s.position = l.position
      WHERE l.chain = ${chain} ORDER BY l.position ${sql.raw(order)} LIMIT ${most}`.execute(db);
  const [last] = (await seals('DESC', 1)).rows;
  if (!last) return { end: null, faults: [] };
  const end = {
    position: Number(last.position),
    hash: last.hash.toString('hex'),
    sealed_at: last.at,
    key_id: last.key_id,
  };
  if (fits(last, keys)) return { end, faults: [] };
  const first = (await seals('ASC', null)).rows.find((seal) => !fits(seal, keys)) ?? last;
  const reason = 'this entry, or one sealed together with it, does not fit the signature of this installation';
  return { end, faults: [{ event_id: first.event_id, reason }] };
}

function fits(seal: SealRow, keys: readonly KnownKey[]): boolean {
  const key = keys.find(({ keyId }) => keyId === seal.key_id);
  return key !== undefined && seal.signature !== null && isSignedBy(key, sealedText(seal), seal.signature);
}
