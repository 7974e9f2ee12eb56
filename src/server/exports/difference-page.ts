/** The rows by which two versions of a file differ, a page at a time: old and new of each field, who changed it and when. */
import { sql } from 'kysely';
import type { ChangeCause, ChangeCauses, ExportDifference, RowChange } from '#contract/changes.ts';
import type { ReportType } from '#contract/reports.ts';
import type { Database, DatabaseTransaction } from '#server/database/database.ts';
import { inOneSnapshot } from '#server/database/snapshot.ts';
import { pageOf } from '#server/http/input.ts';
import type { PageOf } from '#server/http/pages.ts';
import { type FoundCause, hasCauses, selectCauses } from '#server/reports/causes.ts';
import { arranged, type Difference, selectDifference } from '#server/reports/difference.ts';
import { rowTraits, traitsOf, writtenRows } from '#server/reports/row-traits.ts';
import { type ComparedJob, sidesOf } from './compared-jobs.ts';

/** Of the database's answer. */
interface FoundRow {
  readonly id: string;
  readonly old: readonly (string | null)[] | null;
  readonly new: readonly (string | null)[] | null;
  readonly currency: string;
  readonly change: RowChange['change'];
  readonly wording: boolean;
  readonly net: string;
  readonly tax: string;
}

interface FoundTotals {
  readonly currency: string;
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly net_difference: string;
  readonly tax_difference: string;
}

/** Somebody waits. */
const statementSeconds = 60;

/** @throws ProductError as `sidesOf` */
export function readDifference(
  db: Database,
  job: ComparedJob,
  other: ComparedJob | undefined,
  page: PageOf,
): Promise<ExportDifference> {
  return inOneSnapshot(db, async (tx) => {
    await sql
      .raw(`SET LOCAL statement_timeout = '${statementSeconds}s'; SET LOCAL work_mem = '32MB'; SET LOCAL jit = off`)
      .execute(tx);
    const { difference, fromVersion, toVersion } = await sidesOf(tx, job, other);
    const range = { limit: page.page_size, offset: page.page * page.page_size };
    const { rows } = await sql
      .raw<{ total: number; totals: string; results: string }>(selectDifference(difference, range))
      .execute(tx);
    const [found = { total: 0, totals: '[]', results: '[]' }] = rows;
    const changed = JSON.parse(found.results) as FoundRow[];
    const causes = await causesOf(tx, difference, { from: fromVersion, to: toVersion }, changed);
    const authors = await authorsOf(tx, job, changed, fromVersion, toVersion, [...causes.values()].flat());
    const results = changed.map((row) => ({
      ...rowChange(difference, row),
      ...authors.ofRow(row),
      causes: hasCauses(difference.definition.type) ? causesView(causes.get(row.id) ?? [], authors.ofVersion) : null,
    }));
    const totals = (JSON.parse(found.totals) as FoundTotals[]).map(
      ({ currency, added, removed, changed: others, net_difference, tax_difference }) => ({
        currency,
        added,
        removed,
        changed: others,
        net_difference,
        tax_difference,
      }),
    );
    return { ...pageOf(results, found.total, page), from_version: fromVersion, to_version: toVersion, totals };
  });
}

type WithoutAuthor = Omit<RowChange, 'changed_at' | 'changed_by' | 'source' | 'causes'>;

/** Of one line; what else there is, is a number. */
const causesMax = 20;

async function causesOf(
  tx: DatabaseTransaction,
  difference: Difference,
  versions: { readonly from: number; readonly to: number },
  changed: readonly FoundRow[],
): Promise<Map<string, FoundCause[]>> {
  if (changed.length === 0 || !hasCauses(difference.definition.type)) return new Map();
  const ids = changed.map(({ id }) => id);
  const { rows } = await sql.raw<FoundCause>(selectCauses(difference, versions, ids, causesMax)).execute(tx);
  return Map.groupBy(rows, ({ line }) => line);
}

function causesView(found: readonly FoundCause[], authorOf: (version: number) => Author): ChangeCauses {
  const results = found.map((one): ChangeCause => {
    const shown = one.new ?? one.old;
    const of = (name: string): string | null => shown?.[name] ?? null;
    const differing = ['day', 'item', 'quantity', 'unit_price', 'amount'].flatMap((name) => {
      const [old, now] = [one.old?.[name] ?? null, one.new?.[name] ?? null];
      return old === now ? [] : [[name, { old, new: now }] as const];
    });
    return {
      kind: one.kind,
      change: one.old === null ? 'added' : one.new === null ? 'removed' : 'changed',
      key: { day: of('day'), document: of('document'), place: of('place'), what: of('what') },
      fields: Object.fromEntries(differing),
      net_difference: one.net,
      currency: one.currency,
      revalued: { lines: Number(one.revalued), net_difference: one.revalued_net },
      ...authorOf(Number(one.version)),
    };
  });
  return { total: Number(found[0]?.total ?? 0), results };
}

function rowChange(difference: Difference, row: FoundRow): WithoutAuthor {
  const { keys, compared } = arranged(difference);
  const cell = (cells: readonly (string | null)[] | null, at: number): string | null => cells?.[at] ?? null;
  const fields: Record<string, { old: string | null; new: string | null }> = {};
  for (const [at, key] of keys.slice(0, compared).entries()) {
    const [before, after] = [cell(row.old, at), cell(row.new, at)];
    if (before !== after) fields[key] = { old: before, new: after };
  }
  const key = Object.fromEntries(
    rowTraits[difference.definition.type].key.map((name) => [name, cell(row.new ?? row.old, keys.indexOf(name))]),
  );
  return {
    change: row.change,
    key,
    fields,
    wording_only: row.wording,
    net_difference: row.net,
    tax_difference: row.tax,
    currency: row.currency,
  };
}

type Author = Pick<RowChange, 'changed_at' | 'changed_by' | 'source'>;

/** By the last version that wrote the row; else by the last that wrote anything the report is made of. */
async function authorsOf(
  tx: DatabaseTransaction,
  job: ComparedJob,
  changed: readonly FoundRow[],
  from: number,
  to: number,
  causes: readonly FoundCause[],
): Promise<{ ofRow: (row: FoundRow) => Author; ofVersion: (version: number) => Author }> {
  const table = writtenRows[job.report_type as ReportType];
  const idOf = ({ id }: FoundRow): string => String((JSON.parse(id) as unknown[]).at(-2));
  const ids = table ? changed.map(idOf).filter((id) => /^\d+$/.test(id)) : [];
  const between = sql`BETWEEN ${Math.min(from, to) + 1} AND ${Math.max(from, to)}`;
  const byRow = new Map<string, number>();
  if (table && ids.length > 0) {
    const { rows } = await sql<{ id: string; version: string }>`SELECT id, max(version) AS version FROM (
        SELECT id, born_version AS version FROM ${sql.table(table)} WHERE id = ANY (${ids}::bigint[])
        UNION ALL SELECT id, died_version FROM ${sql.table(`${table}_past`)} WHERE id = ANY (${ids}::bigint[])) w
      WHERE version ${between} GROUP BY id`.execute(tx);
    for (const { id, version } of rows) byRow.set(id, Number(version));
  }
  const tables = Object.keys(traitsOf(job.report_type).reads);
  const { rows: last } = await sql<{ version: string | null }>`SELECT max(version) AS version FROM data_versions
    WHERE company_id = ${job.company_id} AND version ${between} AND tables ?| ${tables}::text[]`.execute(tx);
  const otherwise = Number(last[0]?.version ?? 0);
  const wanted = [...new Set([...byRow.values(), otherwise, ...causes.map(({ version }) => Number(version))])];
  const versions = await tx
    .selectFrom('data_versions as v')
    .leftJoin('users as u', 'u.id', 'v.user_id')
    .select(['v.version', 'v.at', 'v.source_kind', 'v.source_id', 'u.id', 'u.name'])
    .where('v.company_id', '=', job.company_id)
    .where('v.version', 'in', wanted.map(String))
    .execute();
  const authors = new Map(
    versions.map(({ version, at, source_kind, source_id, id, name }): [number, Author] => [
      Number(version),
      {
        changed_at: at,
        changed_by: id === null ? null : { id, name: name ?? '' },
        source: { kind: source_kind, id: source_id },
      },
    ]),
  );
  const nobody: Author = { changed_at: null, changed_by: null, source: null };
  const ofVersion = (version: number): Author => authors.get(version) ?? nobody;
  return { ofVersion, ofRow: (row) => ofVersion(byRow.get(idOf(row)) ?? otherwise) };
}
