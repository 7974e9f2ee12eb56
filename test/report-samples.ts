/**
 * Reports for renderer tests and benches: real-shaped purchase lines from a seeded generator, with totals summed in
 * whole minor units, and the corpus of cells that files have been known to mangle.
 */
import type { Column, ControlTotals, CurrencyTotals, GroupTotals, ReportDocument, Row } from '#contract/reports.ts';
import type { RowBatch } from '#server/renderers/renderer.ts';

const column = (label: string, type: Column['type']): Column => ({
  key: label
    .toLowerCase()
    .replaceAll(/[^a-z]+/g, '_')
    .replace(/_$/, ''),
  label,
  type,
});

/** The default report's columns, as domain section 4 names them. */
export const purchaseColumns: readonly Column[] = [
  column('Delivery location', 'text'),
  column('Delivery date', 'date'),
  column('Vendor', 'text'),
  column('Order number', 'text'),
  column('Article number', 'text'),
  column('Product', 'text'),
  column('Category', 'text'),
  column('Unit', 'text'),
  column('Ordered quantity', 'quantity'),
  column('Received quantity', 'quantity'),
  column('Refused quantity', 'quantity'),
  column('Unit price', 'price'),
  column('Total price', 'money'),
  column('Tax', 'money'),
  column('Total incl. tax', 'money'),
  column('Currency', 'text'),
];
const sumKeys = ['total_price', 'tax', 'total_incl_tax'] as const;

/** Vendors, products with category, unit and a base price in minor units. */
const vendors = [
  'Nordkai Foodservice',
  'Grünmarkt Produce',
  'Elbe Fish',
  'Weidehof Meats',
  'Morgenrot Bakery',
  'Molkerei Auental',
  'Lighthouse Drinks',
  'Kaffeerösterei Anker',
  'Clean & Paper',
  'Łódzkie Wędliny Sp. z o.o.',
];
const products: readonly (readonly [name: string, category: string, unit: string, price: number])[] = [
  ['Tomatoes, vine-ripened, class I', 'Produce', 'box 6 kg', 1440],
  ['Onions, yellow', 'Produce', 'bag 10 kg', 950],
  ['Potatoes, waxy', 'Produce', 'bag 25 kg', 2000],
  ['Romaine lettuce', 'Produce', 'piece', 160],
  ['Basil, fresh', 'Produce', 'bunch', 180],
  ['Olive oil, extra virgin, cold extracted, canister', 'Dry goods', 'can 5 L', 4450],
  ['Pasta, penne rigate', 'Dry goods', 'case 6 × 1 kg', 1140],
  ['Butter, unsalted', 'Dairy', 'kg', 780],
  ['Mozzarella, buffalo', 'Dairy', 'tub 8 × 125 g', 1290],
  ['Beef ribeye, dry-aged', 'Meat', 'kg', 3190],
  ['Salmon fillet, skin on', 'Fish', 'kg', 1780],
  ['Espresso beans', 'Coffee', 'bag 1 kg', 1790],
  ['House lager, keg', 'Drinks', 'keg 30 L', 6150],
  ['Napkins, white, 2-ply', 'Non-food', 'case 2,000', 6000],
  ['醤油 (こいくち)', 'Dry goods', 'can 18 L', 5200],
  ['زيت زيتون بكر ممتاز', 'Dry goods', 'can 5 L', 4700],
];

/** mulberry32: the same seed, the same rows. */
const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** Minor units (hundredths) as a decimal string. */
export const minorText = (minor: number): string => {
  const digits = String(Math.abs(minor)).padStart(3, '0');
  return `${minor < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

export interface SampleOptions {
  readonly rows: number;
  /** Delivery locations; the rows are spread evenly over them. */
  readonly groups?: number;
  /** One vendor currency, or several mixed in every location. */
  readonly currencies?: readonly string[];
  readonly locale?: string;
  readonly seed?: number;
}

export interface SampleReport {
  readonly document: ReportDocument;
  /** The same rows at every call, in batches. */
  batches(size?: number): Generator<RowBatch, void, undefined>;
}

export const batchOf = (rows: readonly Row[]): RowBatch => ({
  count: rows.length,
  csv: Buffer.alloc(0),
  cells: () => [...rows],
});

const pick = <T>(values: readonly T[], random: () => number): T => values[Math.floor(random() * values.length)] as T;

const locationName = (group: number): string =>
  ['Main Kitchen', 'Bar', 'Cold Store'][group] ?? `Location ${String(group + 1).padStart(3, '0')}`;

function* purchaseRows(options: Required<SampleOptions>): Generator<Row, void, undefined> {
  const random = randomFrom(options.seed);
  for (let index = 0; index < options.rows; index += 1) {
    const group = Math.floor((index * options.groups) / options.rows);
    const [name, category, unit, base] = pick(products, random);
    const ordered = 1 + Math.floor(random() * 24);
    const refused = random() < 0.03 ? 1 : 0;
    const price = Math.round(base * (0.9 + random() * 0.2));
    const sign = random() < 0.012 ? -1 : 1;
    const net = sign * (ordered - refused) * price;
    const tax = Math.round(net * 0.07);
    const day = new Date(Date.UTC(2026, 9, 1 + Math.floor(random() * 31))).toISOString().slice(0, 10);
    yield [
      locationName(group),
      day,
      pick(vendors, random),
      `PO-26-${String(1000 + Math.floor(index / 8)).padStart(6, '0')}`,
      String(Math.floor(random() * 99_999)).padStart(6, '0'),
      name,
      category,
      unit,
      String(ordered),
      String(sign * (ordered - refused)),
      String(refused),
      minorText(price),
      minorText(net),
      minorText(tax),
      minorText(net + tax),
      pick(options.currencies, random),
    ];
  }
}

/** Totals as an exact sum in hundredths, per currency and per (group, currency) in order of appearance. */
export const totalsOf = (rows: Iterable<Row>): ControlTotals => {
  interface Sum {
    group: string;
    currency: string;
    rows: number;
    sums: number[];
  }
  const groups = new Map<string, Sum>();
  const currencies = new Map<string, Sum>();
  const add = (into: Map<string, Sum>, key: string, group: string, row: Row): void => {
    const sum = into.get(key) ?? { group, currency: row[15] ?? '', rows: 0, sums: [0, 0, 0] };
    into.set(key, sum);
    sum.rows += 1;
    for (let at = 0; at < 3; at += 1) sum.sums[at]! += Math.round(Number(row[12 + at]) * 100);
  };
  let count = 0;
  for (const row of rows) {
    count += 1;
    add(groups, `${row[0]}\n${row[15]}`, row[0] ?? '', row);
    add(currencies, row[15] ?? '', '', row);
  }
  const totals = (sum: Sum): CurrencyTotals => ({
    currency: sum.currency,
    rows: sum.rows,
    sums: Object.fromEntries(sumKeys.map((key, at) => [key, minorText(sum.sums[at] ?? 0)])),
  });
  // Entries of one group stand together, whatever order its currencies appeared in.
  const names = [...new Set([...groups.values()].map((sum) => sum.group))];
  return {
    rows: count,
    currencies: [...currencies.values()].map(totals).toSorted((a, b) => a.currency.localeCompare(b.currency)),
    groups: names.flatMap((name) =>
      [...groups.values()]
        .filter((sum) => sum.group === name)
        .map((sum): GroupTotals => ({ ...totals(sum), group: sum.group }))
        .toSorted((a, b) => a.currency.localeCompare(b.currency)),
    ),
  };
};

/** What surrounds the rows: a company in Hamburg, October 2026. */
export const documentOf = (totals: ControlTotals, changes: Partial<ReportDocument> = {}): ReportDocument => ({
  reportType: 'delivery_location',
  title: 'Purchase Orders Report',
  columns: purchaseColumns,
  groupColumns: [0],
  sumColumns: [...sumKeys],
  company: {
    id: '1',
    name: 'Harbour Grill Hamburg',
    timeZone: 'Europe/Berlin',
    currency: 'EUR',
    locale: 'de-DE',
  },
  period: { from: '2026-10-01', to: '2026-10-31' },
  dateBasis: 'Delivery date',
  contract: { major: 1, minor: 0 },
  filters: [{ label: 'Delivery locations', value: 'All' }],
  requestedBy: 'Fiona Finance <finance@harbour-hearth.example>',
  snapshotAt: '2026-11-02T08:15:30.123Z',
  totals,
  options: {},
  ...changes,
});

/** A purchase report of the wanted size. Rows are made anew at each pass, so a million need no memory. */
export const sampleReport = (options: SampleOptions): SampleReport => {
  const all: Required<SampleOptions> = { groups: 3, currencies: ['EUR'], locale: 'de-DE', seed: 7, ...options };
  const base = documentOf(totalsOf(purchaseRows(all)));
  return {
    document: { ...base, company: { ...base.company, locale: all.locale } },
    *batches(size = 2_000) {
      let rows: Row[] = [];
      for (const row of purchaseRows(all)) {
        rows.push(row);
        if (rows.length === size) {
          yield batchOf(rows);
          rows = [];
        }
      }
      if (rows.length > 0) yield batchOf(rows);
    },
  };
};

/** Cells that files mangle: formulas, quotes, breaks, numbers that are names, right-to-left, beyond the BMP, very long. */
export const hostileTexts: readonly string[] = [
  '=1+1',
  '=HYPERLINK("http://example.com","x")',
  '+49 30 123456',
  '-5',
  '@SUM(A1)',
  '\tafter a tab',
  '\rafter a return',
  'two\nlines',
  'two\r\nlines',
  'old\rmac',
  'tab\there',
  'say "cheese"',
  "'quoted",
  'a,b;c|d',
  '007',
  '00012345',
  '1e5',
  '1E400',
  '0x1F',
  '1,234.50',
  'TRUE',
  'null',
  'NaN',
  '#REF!',
  '2026-02-30',
  '31/12/2026',
  'MARCH1',
  '1/2',
  '',
  ' ',
  ' outer space ',
  'no\u00a0break',
  'zero\u200bwidth',
  'bell\u0007 and escape\u001b',
  '_x000D_ is text',
  '_x0041__x0042_',
  '<b>&amp;</b> ]]>',
  'Łódź, Kraków, Gdańsk',
  'Ελληνικά ταβέρνα',
  'Чёрный хлеб',
  '中文 标签 with Latin',
  '日本語のラベル',
  'مطبخ رئيسي 24 قطعة',
  'עברית (תפריט)',
  'हिन्दी रसोई',
  'ภาษาไทย',
  '한국어',
  '🍅🧀 tomato & cheese',
  '👩‍🍳 cook',
  'e\u0301 composed, é precomposed',
  '\u202eoverride',
  'x'.repeat(32_000),
  'x'.repeat(1_000),
];
