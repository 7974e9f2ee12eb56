/**
 * Why a line of a derived report differs between two versions: the lines of receipts, orders, invoices, movements and
 * counts beneath it that were added, removed or changed. A movement of which only the derived cost changed (or an
 * adjustment that a count made) has no cause of its own: it stands under the movement or count of its ingredient that
 * came before it, in its storage unit if there is one.
 */
import { literal } from '#server/database/connection.ts';
import type { ReportType } from '#contract/reports.ts';
import { type ReportScope, type Sql, value } from './definition.ts';
import type { Difference } from './difference.ts';
import { itemKeys } from './item.ts';
import { linesAskedFor, priceSize, priceUnit } from './purchase-lines.ts';
import { unitsAskedFor } from './stock-levels.ts';

export const factKinds = ['receipt_line', 'order_line', 'invoice_line', 'movement', 'count'] as const;
export type FactKind = (typeof factKinds)[number];

/** Of a table `r`, which is the present or the past one. */
interface Fact {
  readonly table: string;
  readonly from: Sql;
  readonly day: Sql;
  readonly place: Sql;
  readonly document: Sql;
  readonly what: Sql;
  readonly item: Sql;
  readonly quantity: Sql;
  readonly price: Sql;
  readonly amount: Sql;
  readonly currency: Sql;
  /** It follows from others, if nothing but these columns of it changed. */
  readonly follows?: { readonly when: Sql; readonly columns: readonly string[] };
}

const unit = '(SELECT u.name FROM storage_units u WHERE u.id = r.storage_unit_id)';
const ingredient = '(SELECT i.code FROM items i WHERE i.id = r.item_id)';
const named = `coalesce(r.article_number || ' ', '') || r.description`;
const money = `(SELECT c.currency FROM companies c WHERE c.id = r.company_id)`;
const facts: Readonly<Record<FactKind, Fact>> = {
  receipt_line: {
    table: 'receipt_lines',
    from: 'LEFT JOIN receipts d ON d.id = r.receipt_id',
    day: 'r.received_on',
    place: '(SELECT l.name FROM delivery_locations l WHERE l.id = r.delivery_location_id)',
    document: 'coalesce(d.document_number, d.receipt_number)',
    what: named,
    item: ingredient,
    quantity: 'r.accepted_qty',
    price: 'r.unit_price',
    amount: 'r.net_amount',
    currency: 'r.currency',
  },
  order_line: {
    table: 'purchase_order_lines',
    from: 'LEFT JOIN purchase_orders d ON d.id = r.purchase_order_id',
    day: 'd.ordered_on',
    place:
      '(SELECT l.name FROM delivery_locations l WHERE l.id = coalesce(r.delivery_location_id, d.delivery_location_id))',
    document: 'd.po_number',
    what: named,
    item: ingredient,
    quantity: 'r.ordered_qty',
    price: 'r.unit_price',
    amount: 'r.ordered_qty * coalesce(r.price_units_per_order_unit, 1) * r.unit_price',
    currency: 'd.currency',
  },
  invoice_line: {
    table: 'invoice_lines',
    from: 'LEFT JOIN invoices d ON d.id = r.invoice_id',
    day: 'd.invoice_date',
    place: '(SELECT l.name FROM delivery_locations l WHERE l.id = d.delivery_location_id)',
    document: 'd.invoice_number',
    what: named,
    item: ingredient,
    quantity: 'r.quantity',
    price: 'r.unit_price',
    amount: 'r.net_amount',
    currency: 'd.currency',
  },
  movement: {
    table: 'stock_movements',
    from: '',
    day: 'r.occurred_on',
    place: unit,
    document: `coalesce(r.source_ref, r.movement_ref)`,
    what: 'r.kind',
    item: ingredient,
    quantity: 'r.qty',
    price: 'r.unit_cost',
    amount: 'r.value',
    currency: money,
    follows: { when: `r.cost_derived OR r.kind = 'ADJUSTMENT'`, columns: ['unit_cost', 'value'] },
  },
  count: {
    table: 'stock_counts',
    from: '',
    day: 'r.counted_on',
    place: unit,
    document: 'r.count_ref',
    what: `'COUNT'`,
    item: ingredient,
    quantity: 'r.counted_qty',
    price: 'r.unit_cost',
    amount: '0',
    currency: money,
    follows: { when: 'true', columns: ['book_qty', 'unit_cost'] },
  },
};

/** Which facts a line of the report is made of: what both have in common, null where the question does not ask for it. */
interface Beneath {
  /** From the line's id, without its currency. */
  readonly line?: Sql;
  readonly of: Readonly<Partial<Record<FactKind, (scope: ReportScope) => Sql>>>;
  /** Its rows are facts themselves: only what they follow from is a cause. */
  readonly isOfFacts?: true;
}

const key = (parts: readonly Sql[], asked: Sql): Sql =>
  `CASE WHEN ${asked} THEN jsonb_build_array(${parts.join(', ')}) END`;
const purchased =
  (...parts: readonly Sql[]) =>
  (scope: ReportScope): Sql =>
    key(parts, linesAskedFor(scope));
const stocked =
  (parts: readonly Sql[], day: Sql, since: boolean) =>
  (scope: ReportScope): Sql =>
    key(
      parts,
      `${day} <= ${value(scope.to)}${since ? ` AND ${day} >= ${value(scope.from)}` : ''}
     AND r.storage_unit_id IN (SELECT u.id FROM storage_units u WHERE ${unitsAskedFor(scope)})`,
    );
const upTo = (...parts: readonly Sql[]): Beneath['of'] => ({
  movement: stocked(parts, 'r.occurred_on', false),
  count: stocked(parts, 'r.counted_on', false),
});
const any = (part: Sql) => (): Sql => `jsonb_build_array(${part})`;

const beneath: Readonly<Partial<Record<ReportType, Beneath>>> = {
  vendor: { of: { receipt_line: purchased('r.vendor_id', 'r.currency') } },
  item: {
    // whatever category it is in now
    line: 'id::jsonb - -1 - 0',
    of: {
      receipt_line: purchased(
        itemKeys.ingredient,
        'r.currency',
        itemKeys.article('r.vendor_id'),
        itemKeys.article('coalesce(r.article_number, r.description)'),
        itemKeys.article('CASE WHEN r.units_per_order_unit = 1 THEN r.order_unit END'),
      ),
    },
  },
  price_changes: {
    of: {
      receipt_line: purchased(
        'r.vendor_id',
        'coalesce(r.article_number, r.description)',
        priceUnit,
        priceSize,
        'r.currency',
      ),
    },
  },
  receiving_variance: { of: { receipt_line: any('r.po_line_id'), order_line: any('r.id') } },
  three_way: {
    of: {
      receipt_line: any(`coalesce('o' || r.po_line_id, 'i' || r.invoice_line_id)`),
      order_line: any(`'o' || r.id`),
      invoice_line: any(`coalesce('o' || r.po_line_id, 'i' || r.id)`),
    },
  },
  inventory: { of: { movement: stocked(['r.item_id'], 'r.occurred_on', true) } },
  inventory_levels: { of: upTo('r.storage_unit_id', 'r.item_id') },
  cost_of_goods: { of: upTo('r.item_id') },
  inventory_movements: {
    line: 'jsonb_build_array(id::jsonb -> -2)',
    of: { movement: stocked(['r.id'], 'r.occurred_on', true), count: () => 'NULL::jsonb' },
    isOfFacts: true,
  },
};

/** Whether lines of the report have causes beneath them; rows that are facts themselves say who wrote them. */
export const hasCauses = (type: ReportType): boolean => beneath[type] !== undefined;

/** One row per line and cause, of the first `shown` of each line. */
export interface FoundCause {
  readonly line: string;
  /** How many the line has. */
  readonly total: string;
  readonly kind: FactKind;
  readonly version: string;
  readonly old: Readonly<Record<string, string | null>> | null;
  readonly new: Readonly<Record<string, string | null>> | null;
  readonly currency: string;
  readonly net: string;
  /** Movements and counts of the line that follow from it, and what they come to. */
  readonly revalued: string;
  readonly revalued_net: string;
}

/** @param ids of changed lines, as the difference has them */
export function selectCauses(
  { definition, from, to }: Difference,
  versions: { readonly from: number; readonly to: number },
  ids: readonly string[],
  shown: number,
): Sql {
  const { line = 'id::jsonb - -1', of, isOfFacts = false } = beneath[definition.type] ?? { of: {} };
  const [low, high] = [Math.min(versions.from, versions.to), Math.max(versions.from, versions.to)];
  const isBack = versions.from > versions.to;
  const [earlier, later] = isBack ? [to.scope, from.scope] : [from.scope, to.scope];
  const company = value(from.scope.companyId);
  const written = (Object.entries(of) as [FactKind, (scope: ReportScope) => Sql][]).map(([kind, keyOf]) => {
    const fact = facts[kind];
    const side = (past: '' | '_past', version: Sql, scope: ReportScope, when: Sql): Sql =>
      `SELECT r.id, ${version} AS version, ${keyOf(scope)} AS key, ${fact.day} AS day, r.item_id,
         ${fact.table.startsWith('stock_') ? 'r.storage_unit_id' : 'NULL::bigint'} AS unit, ${fact.currency} AS currency,
         to_jsonb(r) - '{import_id,born_version,died_version}'::text[] AS row, (${fact.follows?.when ?? 'false'}) AS may_follow,
         round(${fact.amount}, minor_digits(${fact.currency})) AS amount,
         jsonb_build_object('day', ${fact.day}, 'place', ${fact.place}, 'document', ${fact.document}, 'what', ${fact.what}, 'item', ${fact.item},
           'quantity', trim_scale(${fact.quantity})::text, 'unit_price', trim_scale(${fact.price})::text,
           'amount', round(${fact.amount}, minor_digits(${fact.currency}))::text) AS shown
       FROM ${fact.table}${past} r ${fact.from} WHERE r.company_id = ${company} AND r.void_id IS NULL AND ${when}`;
    const before = side(
      '_past',
      'r.died_version',
      earlier,
      `r.died_version > ${low} AND r.died_version <= ${high} AND r.born_version <= ${low}`,
    );
    const after = `${side('', 'r.born_version', later, `r.born_version > ${low} AND r.born_version <= ${high}`)} UNION ALL
      ${side('_past', 'r.born_version', later, `r.died_version > ${high} AND r.born_version > ${low} AND r.born_version <= ${high}`)}`;
    const same = `'{${(fact.follows?.columns ?? []).join(',')}}'::text[]`;
    return `SELECT ${literal(kind)} AS kind, id, coalesce(n.version, o.version) AS version, o.key AS old_key, n.key AS new_key,
        least(o.day, n.day) AS day, coalesce(n.item_id, o.item_id) AS item_id, coalesce(n.unit, o.unit) AS unit,
        coalesce(n.currency, o.currency) AS currency, o.shown AS old, n.shown AS new, coalesce(n.amount, 0) - coalesce(o.amount, 0) AS net,
        coalesce(n.may_follow AND o.row - ${same} = n.row - ${same}, false) AS follows
      FROM (${before}) o FULL JOIN (${after}) n USING (id) WHERE o.row IS DISTINCT FROM n.row`;
  });
  const sign = isBack ? '-' : '';
  const [old, now] = isBack ? ['f.new', 'f.old'] : ['f.old', 'f.new'];
  return `WITH lines AS (SELECT id AS line, ${line} AS key FROM unnest(ARRAY[${ids.map((id) => literal(id)).join(', ')}]::text[]) AS given (id)),
    written AS (${written.join(' UNION ALL ')}),
    numbered AS (SELECT w.*, row_number() OVER (ORDER BY day, follows, kind, id) AS n FROM written w),
    facts AS MATERIALIZED (SELECT *, CASE WHEN follows THEN coalesce(
        max(n) FILTER (WHERE NOT follows) OVER (PARTITION BY item_id, unit ORDER BY n),
        max(n) FILTER (WHERE NOT follows) OVER (PARTITION BY item_id ORDER BY n), n) ELSE n END AS origin FROM numbered),
    mine AS (SELECT l.line, f.n FROM lines l JOIN facts f ON f.old_key = l.key UNION SELECT l.line, f.n FROM lines l JOIN facts f ON f.new_key = l.key),
    grouped AS (SELECT m.line, f.origin, count(*) FILTER (WHERE f.n <> f.origin) AS revalued,
        coalesce(sum(f.net) FILTER (WHERE f.n <> f.origin), 0) AS revalued_net
      FROM mine m JOIN facts f USING (n) ${isOfFacts ? 'WHERE f.n <> f.origin' : ''} GROUP BY m.line, f.origin),
    ranked AS (SELECT g.*, row_number() OVER (PARTITION BY line ORDER BY origin) AS at, count(*) OVER (PARTITION BY line) AS total FROM grouped g)
    SELECT r.line, r.total, f.kind, f.version, ${old} AS old, ${now} AS new, f.currency, (${sign}f.net)::text AS net, r.revalued,
      (${sign}r.revalued_net)::text AS revalued_net
    FROM ranked r JOIN facts f ON f.n = r.origin WHERE r.at <= ${shown} ORDER BY r.line, r.at`;
}
