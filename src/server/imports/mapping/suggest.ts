/** What kind of file it is, and which column is which field: by the columns' names, and then by what is in them. */
import type { ImportKindName } from '#contract/imports.ts';
import { fieldMeant } from './field-meant.ts';
import type { ColumnFacts } from './column-facts.ts';
import { isGrossName, isKnownName, placeOfName } from './header-words.ts';
import { closest } from '../closest.ts';
import type { Column, ImportKind } from '../kind.ts';
import { importKinds } from '../kinds.ts';
import { fileNameOf } from '../kind.ts';
import type { ColumnKnowledge } from './column-knowledge.ts';

export interface FileColumn {
  readonly name: string;
  readonly facts: ColumnFacts;
  /** How many of its values the company knows as what. */
  readonly known: ColumnKnowledge;
}

export interface Meant {
  readonly field: string | null;
  readonly because: string;
}

/** What only files of this kind say; without it a file is none of them. */
const telling: Readonly<Record<ImportKindName, readonly (readonly string[])[]>> = {
  storage_units: [['code', 'name']],
  delivery_locations: [
    ['name', 'street'],
    ['name', 'city'],
    ['name', 'postal_code'],
  ],
  vendors: [
    ['name', 'email'],
    ['name', 'phone'],
    ['name', 'tax_id'],
    ['name', 'payment_terms_days'],
    ['code', 'name'],
  ],
  items: [['name', 'base_unit']],
  vendor_items: [
    ['article_number', 'name', 'list_price'],
    ['article_number', 'name', 'order_unit'],
  ],
  purchase_orders: [
    ['po_number', 'ordered_qty', 'unit_price'],
    ['po_number', 'ordered_qty', 'status'],
  ],
  receipts: [['receipt_number', 'po_number', 'received_qty']],
  invoices: [
    ['invoice_number', 'invoice_date', 'quantity'],
    ['invoice_number', 'invoice_date', 'net_amount'],
    ['invoice_date', 'vendor_code', 'net_amount'],
  ],
  stock_movements: [['item_code', 'occurred_at', 'qty', 'kind']],
  stock_counts: [
    ['item_code', 'counted_qty', 'counted_at'],
    ['item_code', 'counted_qty', 'storage_unit_code'],
  ],
};
/** Of kinds that fit alike the one that asks least of the rest. */
const preferred: readonly ImportKindName[] = [
  'invoices',
  'purchase_orders',
  'receipts',
  'stock_movements',
  'stock_counts',
  'vendor_items',
  'items',
  'vendors',
  'delivery_locations',
  'storage_units',
];

/** The kinds it may be, the likeliest first; those of the same score as the first are as likely. */
export function kindsOf(file: string, columns: readonly FileColumn[]): { kind: ImportKindName; score: number }[] {
  const word = file.toLowerCase();
  return preferred
    .map((kind) => {
      const { columns: fields } = importKinds.find(({ name }) => name === kind) as ImportKind;
      const meant = new Map(
        assigned(kind, columns).flatMap(({ field }, at) => (field === null ? [] : [[field, at] as const])),
      );
      const tells = telling[kind].some((all) => all.every((field) => meant.has(field)));
      if (!tells) return { kind, score: 0 };
      const required = fields.filter((field) => field.required);
      const found = required.filter(({ name }) => meant.has(name)).length / required.length;
      const used = meant.size / Math.max(1, columns.length);
      return {
        kind,
        score:
          Math.round((found * 2 + used * 2 + (word.includes(fileNameOf(kind).slice(0, -5)) ? 0.5 : 0)) * 100) / 100,
      };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
}

interface Claim {
  readonly at: number;
  readonly field: string;
  /** Less is better. */
  readonly place: number;
  readonly because: string;
}

/** One field for each column or none, no field twice; the best claims first. */
export function assigned(kind: ImportKindName, columns: readonly FileColumn[]): Meant[] {
  const { columns: fields } = importKinds.find(({ name }) => name === kind) as ImportKind;
  const claims = columns.flatMap((column, at) => fields.flatMap((field) => claimOf(kind, field, column, at) ?? []));
  claims.sort((a, b) => a.place - b.place || a.at - b.at);
  const result: Meant[] = columns.map(() => ({ field: null, because: '' }));
  const taken = new Set<string>();
  for (const { at, field, because } of claims) {
    if (taken.has(field) || result[at]?.field) continue;
    taken.add(field);
    result[at] = { field, because };
  }
  return result;
}

/** Columns that could be the field as well as the one that was taken: of the same name but for what is no difference. */
export function rivals(kind: ImportKindName, columns: readonly FileColumn[], at: number, field: string): number[] {
  const own = placeOfName(kind, field, columns[at]?.name ?? '');
  if (own === null) return [];
  return columns.flatMap(({ name }, other) =>
    other !== at && placeOfName(kind, field, name.replace(/ \(\d+\)$/, '')) === own ? [other] : [],
  );
}

function claimOf(
  kind: ImportKindName,
  { name, cell }: Column,
  { name: called, facts, known }: FileColumn,
  at: number,
): Claim | null {
  if (!fits(name, cell.type, facts)) return null;
  const place = placeOfName(kind, name, called);
  if (place !== null) return { at, field: name, place: place + doubt(name, facts), because: `It is called ${called}` };
  if (name === 'net_amount' && isGrossName(called))
    return { at, field: name, place: 150, because: `It is called ${called}: amounts with tax` };
  const share = known[name];
  if (share && share.of >= 3 && share.n / share.of >= 0.6) {
    return {
      at,
      field: name,
      place: 200 - (100 * share.n) / share.of,
      because: `${share.n} of ${share.of} values are your ${share.what}`,
    };
  }
  if (closest(called, [name]) !== null && called.length >= 5)
    return { at, field: name, place: 250, because: `${called} is nearly ${name}` };
  // what is known as another thing is not this one for a word in it: an order date is no date of the invoice
  const byWords = isKnownName(called) ? null : longestWithin(kind, called, name);
  return byWords === null ? null : { at, field: name, place: 300 + byWords, because: `${called} says so` };
}

/** `Tax` is a rate where few small figures repeat, else an amount. */
function doubt(field: string, facts: ColumnFacts): number {
  const isRateLike =
    facts.percents > 0 ||
    (!facts.isBelowZero && facts.different <= 6 && facts.largest <= 30 && facts.filled > facts.different);
  if (field === 'tax_rate') return isRateLike ? 0 : 60;
  if (field === 'tax_amount') return isRateLike ? 60 : 0;
  return 0;
}

/** Whether its values can be what the field takes at all. */
function fits(field: string, type: string, facts: ColumnFacts): boolean {
  if (facts.judged === 0) return true;
  if (type === 'date' || type === 'date or instant') return facts.isDays;
  if (field === 'tax_rate') return true;
  if (/units_per_/.test(field)) return true;
  if (type === 'decimal') return facts.isNumbers;
  if (type === 'integer') return facts.isNumbers && facts.fractions === 0;
  if (field === 'description' || field === 'name') return !(facts.isNumbers && facts.fractions > 0);
  if (/(?:^|_)unit$/.test(field)) return !facts.isNumbers;
  return true;
}

/** A name within a longer one: `Net amount EUR`, `Vendor name 1`. */
function longestWithin(kind: ImportKindName, called: string, field: string): number | null {
  const words = called.split(/[^\p{L}\p{N}#%]+/u).filter((word) => word !== '');
  for (let length = words.length - 1; length >= 1; length -= 1) {
    for (let from = 0; from + length <= words.length; from += 1) {
      const part = words.slice(from, from + length).join(' ');
      if (part.length >= 4 && fieldMeant(kind, part, [field]) !== null) return words.length - length;
    }
  }
  return null;
}
