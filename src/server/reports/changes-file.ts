/**
 * The changes of an export as a report of their own: one line for each field of each row that was added, removed or changed,
 * with who did it and when. The money of a row stands on its first line, so that the columns add up to what the totals of
 * the later file have over those of the earlier.
 */
import {
  type ChangesScope,
  column,
  type ColumnDefinition,
  type ReportDefinition,
  type ReportScope,
  type Sql,
  value,
} from './definition.ts';
import { arranged, type Difference, selectChangedRows } from './difference.ts';
import { rowTraits, writtenRows } from './row-traits.ts';

/** The report itself where it is not asked for its changes. */
export function inChanges(definition: ReportDefinition, changes: ChangesScope | undefined): ReportDefinition {
  if (!changes) return definition;
  // read whole: no parts of its own, no page, no sections
  const rest = omit(definition, ['parts', 'page', 'comparedBy', 'sections', 'summed']);
  return {
    ...rest,
    title: `${definition.title}: changes`,
    slug: `${definition.slug}-changes`,
    groupBy: [],
    currency: () => 'd.currency',
    columns: (scope) => columnsOf(definition, scope),
    table: (scope) => tableOf(definition, scope, changes),
    facts: (scope) => [
      { label: 'Changes since', value: `export ${changes.jobId}, version ${changes.from.version} of the data` },
      { label: 'Up to', value: `version ${scope.asOf?.version ?? changes.newest}` },
    ],
  };
}

function omit<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Omit<T, K> {
  const left = { ...from };
  for (const key of keys) delete left[key];
  return left;
}

const labelsOf = (definition: ReportDefinition, scope: ReportScope): ReadonlyMap<string, ColumnDefinition> =>
  new Map(definition.columns(scope).map((one) => [one.key, one]));

function columnsOf(definition: ReportDefinition, scope: ReportScope): readonly ColumnDefinition[] {
  const labels = labelsOf(definition, scope);
  const keys = rowTraits[definition.type].key.filter((key) => key !== 'currency');
  return [
    column('Change', 'text', 'd.change'),
    ...keys.map((key): ColumnDefinition => ({
      key,
      label: labels.get(key)?.label ?? key,
      type: 'text',
      sql: `d."${key}"`,
    })),
    column('Field', 'text', 'd.field'),
    column('Old', 'text', 'd.old'),
    column('New', 'text', 'd.new'),
    column('Net difference', 'money', 'd.net', { sum: true }),
    column('Tax difference', 'money', 'd.tax', { sum: true }),
    column('Currency', 'text', 'd.currency'),
    column('Changed at', 'text', 'd.at'),
    column('Changed by', 'text', 'd.by'),
    column('Source', 'text', 'd.source'),
  ];
}

function tableOf(definition: ReportDefinition, scope: ReportScope, changes: ChangesScope) {
  const { changes: _changes, ...own } = scope;
  const { columns: chosen } = changes.from.scope;
  const shown = chosen && { columns: chosen };
  const difference: Difference = {
    definition,
    from: { scope: { ...own, ...changes.from.scope }, version: changes.from.version },
    // time alone changes nothing
    to: { scope: { ...own, ...shown, asOf: changes.from.scope.asOf }, version: scope.asOf?.version ?? null },
    isOfRows: changes.isOfRows,
  };
  const columns = arranged(difference);
  const labels = labelsOf(definition, scope);
  const keys = rowTraits[definition.type].key.filter((key) => key !== 'currency');
  const at = (key: string): number => columns.keys.indexOf(key) + 1;
  // fields of a row in the order of its columns, which is how whoever puts two files together knows where a row ends
  const shownAt = [...labels.keys()];
  const fields = columns.keys
    .slice(0, columns.compared)
    .map((key, place) => `(${place + 1}, ${shownAt.indexOf(key)}, ${value(labels.get(key)?.label ?? key)})`);
  const authors = changes.authors.map(
    ({ version, at: when, by, source }) =>
      `(${version}, ${value(when)}, ${by === null ? 'NULL' : value(by)}, ${value(source)})`,
  );
  const first = 'row_number() OVER (PARTITION BY c.id ORDER BY f.shown_at) = 1';
  const from = `FROM (SELECT c.change, c.id, f.shown_at, f.label AS field, c.old[f.place] AS old, c.new[f.place] AS new, c.currency,
      CASE WHEN ${first} THEN c.net ELSE 0 END AS net, CASE WHEN ${first} THEN c.tax ELSE 0 END AS tax,
      a.at, a.by, a.source, ${keys.map((key) => `coalesce(c.old[${at(key)}], c.new[${at(key)}]) AS "${key}"`).join(', ')}
    FROM (${selectChangedRows(difference)}) c
    JOIN (VALUES ${fields.join(', ')}) f (place, shown_at, label) ON c.old[f.place] IS DISTINCT FROM c.new[f.place]
    LEFT JOIN (VALUES ${authors.length > 0 ? authors.join(', ') : `(0, '', '', '')`}) a (version, at, by, source)
      ON a.version = ${versionOf(definition, changes)}) d`;
  return { from, order: `${keys.map((key) => `d."${key}" COLLATE "C"`).join(', ')}, d.id COLLATE "C", d.shown_at` };
}

/** That wrote the row last; where rows are sums of others, the last that wrote anything the report is made of. */
function versionOf({ type }: ReportDefinition, { from, last }: ChangesScope): Sql {
  const table = writtenRows[type];
  if (table === undefined) return String(last);
  const id = `((c.id::jsonb ->> -2)::bigint)`;
  return `coalesce((SELECT max(w.version) FROM (
    SELECT born_version AS version FROM public.${table} WHERE id = ${id} UNION ALL SELECT died_version FROM public.${table}_past WHERE id = ${id}) w
    WHERE w.version > ${from.version}), ${last})`;
}
