/**
 * The purchase reports against the lines they are made of. Expected is what the lines themselves say, read without any
 * report; found is what each report prints, row by row, as its own definition has it.
 */
import { reportLink } from '#contract/report-links.ts';
import type { ReportScope, Sql } from '#server/reports/definition.ts';
import { value } from '#server/reports/definition.ts';
import { deliveryLocation } from '#server/reports/delivery-location.ts';
import { item, itemKeys } from '#server/reports/item.ts';
import { linesAskedFor, net } from '#server/reports/purchase-lines.ts';
import { vendor } from '#server/reports/vendor.ts';

/** Two sides of one rule: `sql` gives `name`, `link`, `currency`, `expected`, `found`, one row for each thing compared. */
export interface Sides {
  readonly sql: Sql;
  /** Of the rule where there is nothing to compare; null for quantities. */
  readonly currency: string | null;
}

interface Grouping {
  readonly key: 'vendor_sums' | 'location_sums' | 'item_sums';
  /** Over a receipt line `r`, as text. */
  readonly ofLine: Sql;
  /** Over a row of the report, as text. */
  readonly ofRow: Sql;
  /** What the row adds to the net, as it is printed. */
  readonly amount: Sql;
  readonly from: Sql;
  readonly currency: Sql;
  /** What a key is called, where it is on file. */
  readonly name: Sql;
  readonly filter: string | null;
}

const groupings = (scope: ReportScope): readonly Grouping[] => [
  {
    key: 'vendor_sums',
    ofLine: 'r.vendor_id::text',
    ofRow: 's.vendor_id::text',
    amount: 's.purchases + s.returns + s.credits + s.charges',
    from: vendor.table(scope).from,
    currency: 's.currency',
    name: `(SELECT v.name || ' (' || v.code || ')' FROM vendors v WHERE v.id::text = k.key)`,
    filter: 'vendor_ids',
  },
  {
    key: 'location_sums',
    ofLine: 'r.delivery_location_id::text',
    ofRow: 'r.delivery_location_id::text',
    amount: net,
    from: deliveryLocation.table(scope).from,
    currency: 'r.currency',
    name: `(SELECT l.name || ' (' || l.code || ')' FROM delivery_locations l WHERE l.id::text = k.key)`,
    filter: 'delivery_location_ids',
  },
  {
    key: 'item_sums',
    ofLine: `coalesce(${itemKeys.ingredient}::text, ${itemKeys.article('r.vendor_id')} || ' ' || ${itemKeys.article('coalesce(r.article_number, r.description)')})`,
    ofRow: `coalesce(s.item_id::text, s.vendor_id || ' ' || s.article)`,
    amount: 's.net',
    from: item.table(scope).from,
    currency: 's.currency',
    name: `(SELECT i.name || ' (' || i.code || ')' FROM items i WHERE i.id::text = k.key)`,
    filter: null,
  },
];

/** Documents of the lines of a key, the first few: what a difference is looked for in. */
const documents = `string_agg(DISTINCT d.receipt_number || ' ' || r.line_no, ', ') FILTER (WHERE d.receipt_number IS NOT NULL)`;

export function purchaseSides(scope: ReportScope): readonly { readonly key: Grouping['key']; readonly sides: Sides }[] {
  return groupings(scope).map((grouping) => ({ key: grouping.key, sides: sidesOf(scope, grouping) }));
}

function sidesOf(scope: ReportScope, { ofLine, ofRow, amount, from, currency, name, filter }: Grouping): Sides {
  const period = { date_from: scope.from, date_to: scope.to };
  const link = reportLink('order_lines', scope.companyId, period);
  const linkOf = filter === null ? value(link) : `${value(`${link}&${filter}=`)} || k.key`;
  return {
    sql: `SELECT coalesce(${name}, k.key) || coalesce(': ' || left(k.documents, 200), '') AS name, ${linkOf} AS link, k.currency,
        coalesce(k.expected, 0) AS expected, coalesce(k.found, 0) AS found
      FROM (SELECT key, currency, l.documents, l.net AS expected, p.net AS found
        FROM (SELECT ${ofLine} AS key, r.currency, sum(${net}) AS net, ${documents} AS documents
          FROM receipt_lines r LEFT JOIN receipts d ON d.id = r.receipt_id WHERE ${linesAskedFor(scope)} GROUP BY 1, 2) l
        FULL JOIN (SELECT ${ofRow} AS key, ${currency} AS currency, sum(${amount}) AS net ${from} GROUP BY 1, 2) p USING (key, currency)) k`,
    currency: scope.currency,
  };
}
