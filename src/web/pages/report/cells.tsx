/** A cell as a person reads it: by the type of its column, and in a few columns by what it means there. */
import type { ReactNode } from 'react';
import type { Column, ReportType } from '#contract/reports.ts';
import type { ReportRow } from '#web/api/reports.ts';
import { weekdayAndDay } from '#web/words/comparisons.ts';
import { reportWords as t } from '#web/words/en/reports.ts';
import { decimal, roundedDecimal } from '#web/words/figures.ts';
import { choiceName } from '#web/words/reports.ts';

const numbers: ReadonlySet<Column['type']> = new Set(['quantity', 'price', 'money', 'percent', 'integer']);
export const isNumber = ({ type }: Column): boolean => numbers.has(type);

export function cellOf(report: ReportType, column: Column, row: ReportRow, today: string): ReactNode {
  const text = row[column.key];
  if (text === null || text === undefined || text === '') return '';
  const particular = particulars[`${report}.${column.key}`];
  if (particular) return particular(text, row);
  if (column.type === 'date') return weekdayAndDay(text, today);
  return isNumber(column) ? decimal(text) : <span className="words">{text}</span>;
}

/** To four places, so that costs stand under each other; the file has all six. */
const cost = (text: string): ReactNode => <span title={decimal(text)}>{decimal(roundedDecimal(text, 4))}</span>;
const coded = (text: string): ReactNode => choiceName(text.toLowerCase());

const particulars: Readonly<Record<string, (text: string, row: ReportRow) => ReactNode>> = {
  'delivery_location.product': product,
  'delivery_location.received_quantity': received,
  'inventory.unit_cost': cost,
  'inventory_levels.average_cost': cost,
  'inventory_levels.last_cost': cost,
  'inventory_movements.unit_cost': cost,
  'inventory_movements.type': coded,
  'receiving_variance.state': coded,
};

/** With a word where the line takes back: goods that were returned, or a credit for goods that stay. */
function product(text: string, row: ReportRow): ReactNode {
  const quantity = Number(row['received_quantity']);
  const isCredit = quantity === 0 && Number(row['total_price']) < 0;
  const tag = quantity < 0 ? t('return') : isCredit ? t('credit') : null;
  return (
    <span className="words">
      {tag && <span className="tag">{tag}</span>} {text}
    </span>
  );
}

/** In amber when it is less than was ordered, with what was refused. */
function received(text: string, row: ReportRow): ReactNode {
  const isShort = Number(text) < Number(row['ordered_quantity']) && Number(text) > 0;
  const refused =
    Number(row['refused_quantity']) > 0 ? t('refusedQuantity', { n: decimal(row['refused_quantity'] ?? '') }) : null;
  if (!isShort && !refused) return decimal(text);
  return (
    <span className="neg" title={refused ?? t('lessThanOrdered')}>
      {decimal(text)}
      <span className="vh">, {refused ?? t('lessThanOrdered')}</span>
    </span>
  );
}
