/**
 * Companies unlike the demo's, one for each way in which files have gone wrong: a tiny first group, sums of nine digits
 * and more, four currencies, names that repeat, words without end, six scripts, one row, none. Each fills every report.
 */
import type { Pool } from 'pg';

interface Named {
  readonly code: string;
  readonly name: string;
}

export interface HostileCompany {
  readonly name: string;
  /** ISO 4217; stock is valued in it. */
  readonly currency: string;
  /** BCP 47. */
  readonly locale: string;
  /** Delivery locations, each with a storage unit of the same code and name; sorted by name, smallest first. */
  readonly places: readonly (Named & { readonly lines: number })[];
  readonly vendors: readonly Named[];
  /** Ingredients, each bought as one article of the same name. */
  readonly products: readonly (Named & { readonly category: string | null; readonly unit: string })[];
  /** Of the purchases, line by line. */
  readonly currencies: readonly string[];
  /** Of a unit, as decimal text. */
  readonly price: string;
  readonly quantity: number;
}

/** All that is booked lies in it. */
export const hostilePeriod = { date_from: '2026-06-01', date_to: '2026-06-30' };

const named = (prefix: string, ...names: string[]): Named[] =>
  names.map((name, at) => ({ code: `${prefix}${at + 1}`, name }));
const products = (category: string | null, unit: string, ...names: string[]): HostileCompany['products'] =>
  named('I', ...names).map((one) => ({ ...one, category, unit }));

const ordinary: HostileCompany = {
  name: 'Harbour Grill',
  currency: 'EUR',
  locale: 'de-DE',
  places: [
    { code: 'BA', name: 'Bar', lines: 3 },
    { code: 'MK', name: 'Main Kitchen', lines: 24 },
  ],
  vendors: named('V', 'Nordkai Foodservice', 'Elbe Fish'),
  products: products('Produce', 'kg', 'Tomatoes, vine-ripened, class I', 'Romaine lettuce', 'Basil'),
  currencies: ['EUR'],
  price: '12.4',
  quantity: 3,
};

/** Names in a script of their own: a long company, two places, two vendors, three products and their category. */
const inScript = (
  locale: string,
  currency: string,
  [company, place, otherPlace, vendor, otherVendor, category, ...goods]: readonly [
    string,
    string,
    string,
    string,
    string,
    string,
    ...string[],
  ],
): HostileCompany => ({
  ...ordinary,
  name: company,
  currency,
  locale,
  places: [
    { code: 'P1', name: place, lines: 2 },
    { code: 'P2', name: otherPlace, lines: 15 },
  ],
  vendors: named('V', vendor, otherVendor),
  products: products(category, 'kg', ...goods),
  currencies: [currency],
});

const endless = (letter: string): string => letter.repeat(80);

export const hostileCompanies = {
  /** One short row first, then a hundred ordinary ones: what is fitted to the first part does not fit the rest. */
  tinyFirst: {
    ...ordinary,
    places: [
      { code: 'BA', name: 'Bar', lines: 1 },
      { code: 'MK', name: 'Main Kitchen', lines: 120 },
    ],
    vendors: named('V', 'A', 'Nordkai Foodservice GmbH & Co. KG', 'Łódzkie Wędliny Sp. z o.o.', 'Kaffeerösterei Anker'),
    products: products('Dry goods', 'kg', 'Ice', 'Olive oil, extra virgin, cold extracted', 'Tomatoes, vine-ripened'),
    price: '99.123456',
  },
  /** Every line nine digits, every sum eleven. */
  nineDigits: { ...ordinary, price: '987654.321', quantity: 999.9999 },
  /** Numbers of 17 digits: more than a spreadsheet's numbers keep. */
  beyondDoubles: { ...ordinary, price: '98765432.123456', quantity: 999_999.9999, places: ordinary.places.slice(1) },
  fourCurrencies: {
    ...ordinary,
    currency: 'JPY',
    locale: 'ja-JP',
    currencies: ['EUR', 'USD', 'JPY', 'KWD'],
    vendors: named('V', 'Nordkai', '東京青果', 'Gulf Trading', 'Elbe Fish'),
    price: '1234.5678',
  },
  /** Two places, storage units, vendors and ingredients of one name; and one that is called as another is shown. */
  sameNames: {
    ...ordinary,
    places: [
      { code: 'L1', name: 'Kitchen', lines: 4 },
      { code: 'L2', name: 'Kitchen', lines: 5 },
      { code: 'X', name: 'Kitchen (L1)', lines: 2 },
    ],
    vendors: named('V', 'Metro', 'Metro'),
    products: products('Produce', 'kg', 'Tomatoes', 'Tomatoes', 'Delivery'),
  },
  longWords: {
    ...ordinary,
    name: endless('ä'),
    places: [
      { code: endless('P'), name: endless('k'), lines: 4 },
      { code: endless('Q'), name: `${endless('k')} ${endless('l')}`, lines: 12 },
    ],
    vendors: [{ code: endless('V'), name: endless('W') }],
    products: [
      { code: endless('I'), name: endless('x'), category: endless('c'), unit: endless('u') },
      { code: 'I2', name: endless('ß'), category: null, unit: 'kg' },
    ],
  },
  cyrillic: inScript('ru-RU', 'RUB', [
    'Общество с ограниченной ответственностью «Чайка на Большой Морской набережной»',
    'Йогуртовый цех',
    'Главная кухня ресторана на набережной',
    'Мясокомбинат «Ёлочка»',
    'Рыба и морепродукты Северного моря',
    'Молочные продукты',
    'Чёрный хлеб',
    'Кефир, 2,5 %',
    'Творог зернёный домашний',
  ]),
  thai: inScript('th-TH', 'THB', [
    'บริษัท ครัวริมแม่น้ำเจ้าพระยาและร้านอาหารทะเลสดใหม่ จำกัด (มหาชน)',
    'ครัวกลาง',
    'ห้องครัวใหญ่ชั้นสองริมน้ำ',
    'ผู้จำหน่ายผักสด',
    'ปลาทะเลน้ำลึก',
    'ผักและสมุนไพร',
    'น้ำปลา',
    'มะเขือเทศสุก',
    'ใบโหระพา',
  ]),
  korean: inScript('ko-KR', 'KRW', [
    '주식회사 한강변 바다 요리 전문 식당',
    '바',
    '중앙 주방',
    '서울 청과',
    '부산 수산물 도매',
    '채소',
    '얼음',
    '방울토마토 (국내산)',
    '간장',
  ]),
  arabic: inScript('ar-EG', 'EGP', [
    'شركة مطاعم الميناء الكبير للأغذية والمشروبات ذات المسؤولية المحدودة',
    'بار',
    'المطبخ الرئيسي 24',
    'شركة الخضار الطازجة',
    'أسماك البحر الأبيض',
    'خضروات',
    'ثلج',
    'طماطم كرزية، درجة أولى',
    'زيت زيتون بكر ممتاز',
  ]),
  devanagari: inScript('hi-IN', 'INR', [
    'समुद्र किनारे भोजनालय प्राइवेट लिमिटेड',
    'बार',
    'मुख्य रसोई',
    'सब्ज़ी मंडी',
    'मछली बाज़ार',
    'सब्ज़ियाँ',
    'बर्फ़',
    'टमाटर, पहली श्रेणी',
    'हिन्दी मसाला',
  ]),
  chinese: inScript('zh-CN', 'CNY', [
    '上海港口海鲜餐饮管理有限公司',
    '吧',
    '中央厨房',
    '新鲜蔬菜供应商',
    '北海海鲜批发',
    '蔬菜',
    '冰',
    '樱桃番茄（一级）',
    '特级初榨橄榄油',
  ]),
  oneRow: { ...ordinary, places: [{ code: 'BA', name: 'Bar', lines: 1 }], products: ordinary.products.slice(0, 1) },
  empty: { ...ordinary, places: ordinary.places.map((place) => ({ ...place, lines: 0 })), products: [] },
} as const satisfies Readonly<Record<string, HostileCompany>>;

export type HostileCompanyKey = keyof typeof hostileCompanies;

/** A company of the organization that `beside` belongs to, with the same members and roles, and all its books. */
export async function addHostileCompany(pool: Pool, beside: string, key: HostileCompanyKey): Promise<string> {
  const company: HostileCompany = hostileCompanies[key];
  const { rows } = await pool.query<{ id: string }>(
    `INSERT INTO companies (organization_id, name, currency, time_zone, locale)
     SELECT organization_id, $2, $3, 'Europe/Berlin', $4 FROM companies WHERE id = $1 RETURNING id::text`,
    // three of them are called alike
    [
      beside,
      company.name === ordinary.name ? `${company.name} ${key}` : company.name,
      company.currency,
      company.locale,
    ],
  );
  const id = rows[0]?.id ?? '';
  await pool.query(
    `INSERT INTO company_members (company_id, user_id, role) SELECT $2, user_id, role FROM company_members WHERE company_id = $1`,
    [beside, id],
  );
  await fill(pool, id, company);
  return id;
}

/**
 * Each line an order of its own, received two days later: every seventh short, every fifth with something refused, with
 * a return or a credit after some. Each unit of storage gets and uses every product; the last day it is counted.
 */
async function fill(pool: Pool, companyId: string, company: HostileCompany): Promise<void> {
  const run = (statement: string): Promise<unknown> => pool.query(statement, [companyId, JSON.stringify(company)]);
  const lists = `(SELECT $1::bigint AS id, $2::jsonb AS c) k`;
  const members = (what: string, columns: string): string =>
    `jsonb_to_recordset(k.c -> '${what}') AS m (code text, name text${columns})`;
  await run(
    `INSERT INTO storage_units (company_id, code, name) SELECT k.id, m.code, m.name FROM ${lists}, ${members('places', '')}`,
  );
  await run(
    `INSERT INTO delivery_locations (company_id, code, name, storage_unit_id) SELECT k.id, m.code, m.name, u.id
     FROM ${lists}, ${members('places', '')} JOIN storage_units u ON u.company_id = $1 AND u.code = m.code`,
  );
  await run(
    `INSERT INTO vendors (company_id, code, name) SELECT k.id, m.code, m.name FROM ${lists}, ${members('vendors', '')}`,
  );
  await run(
    `INSERT INTO items (company_id, code, name, category, base_unit) SELECT k.id, m.code, m.name, m.category, m.unit
     FROM ${lists}, ${members('products', ', category text, unit text')}`,
  );
  await run(
    `INSERT INTO purchase_orders (company_id, po_number, vendor_id, delivery_location_id, status, ordered_on, expected_on, currency)
     SELECT k.id, 'PO-26-' || m.code || '-' || n, (SELECT id FROM vendors WHERE company_id = k.id ORDER BY id
         OFFSET (n - 1) % (SELECT count(*) FROM vendors WHERE company_id = k.id) LIMIT 1),
       l.id, CASE WHEN n % 11 = 10 THEN 'sent' ELSE 'received' END, date '2026-06-01' + n % 20, date '2026-06-02' + n % 20,
       k.c -> 'currencies' ->> (n - 1) % jsonb_array_length(k.c -> 'currencies')
     FROM ${lists}, ${members('places', ', lines int')} JOIN delivery_locations l ON l.company_id = $1 AND l.code = m.code,
       generate_series(1, m.lines) n`,
  );
  await run(
    `INSERT INTO purchase_order_lines (purchase_order_id, line_no, line_type, item_id, article_number, description, order_unit,
       units_per_order_unit, ordered_qty, unit_price, tax_rate)
     SELECT o.id, 1, CASE WHEN n % 9 = 8 THEN 'freight' ELSE 'item' END, CASE WHEN n % 8 < 6 THEN i.id END, '00' || i.code, i.name, i.base_unit, 1.5,
       (k.c ->> 'quantity')::numeric, (k.c ->> 'price')::numeric * (1 + (n + o.delivery_location_id) % 5 * 0.05), (ARRAY[0.07, 0.08875, 0.19])[1 + n % 3]
     FROM ${lists}, (SELECT o.*, row_number() OVER (PARTITION BY delivery_location_id ORDER BY id)::int AS n
         FROM purchase_orders o WHERE company_id = $1) o,
       LATERAL (SELECT * FROM items WHERE company_id = $1 ORDER BY id
         OFFSET (o.n - 1) % (SELECT count(*) FROM items WHERE company_id = $1) LIMIT 1) i`,
  );
  for (const [kind, quantity, net, some] of [
    [
      'receipt',
      'p.ordered_qty - (n % 7 = 6)::int',
      '(p.ordered_qty - (n % 7 = 6)::int - (n % 5 = 4)::int) * p.unit_price',
      'true',
    ],
    ['return', '-1', '-p.unit_price', 'n % 6 = 5'],
    ['credit', '0', '-0.1 * p.unit_price', 'n % 10 = 9'],
  ] as const) {
    await run(
      `WITH lines AS (
         SELECT p.id, p.line_type, p.item_id, p.article_number, p.description, p.order_unit, p.units_per_order_unit, p.ordered_qty,
           p.unit_price, p.tax_rate, o.company_id, o.po_number, o.vendor_id, o.delivery_location_id, o.currency, o.expected_on, i.category,
           row_number() OVER (PARTITION BY o.delivery_location_id ORDER BY o.id) AS n
         FROM purchase_orders o JOIN purchase_order_lines p ON p.purchase_order_id = o.id LEFT JOIN items i ON i.id = p.item_id
         WHERE o.company_id = $1 AND o.status = 'received' AND $2::jsonb IS NOT NULL),
       made AS (
         INSERT INTO receipts (company_id, receipt_number, kind, vendor_id, delivery_location_id, received_on, posted_on, document_number)
         SELECT company_id, 'R' || po_number, '${kind}', vendor_id, delivery_location_id, expected_on + 1, expected_on + 3, 'INV ' || n
         FROM lines WHERE ${some} RETURNING *)
       INSERT INTO receipt_lines (company_id, received_on, delivery_location_id, vendor_id, item_id, receipt_id, po_line_id, po_number,
         line_no, line_type, kind, article_number, description, category, order_unit, units_per_order_unit, ordered_qty, received_qty,
         rejected_qty, unit_price, tax_rate, net_amount, tax_amount, currency, note)
       SELECT p.company_id, made.received_on, p.delivery_location_id, p.vendor_id, p.item_id, made.id, p.id, p.po_number, 1, p.line_type,
         '${kind}', p.article_number, p.description, p.category, p.order_unit, p.units_per_order_unit, p.ordered_qty, ${quantity},
         ${kind === 'receipt' ? '(n % 5 = 4)::int' : '0'}, p.unit_price, p.tax_rate, round(${net}, minor_digits(p.currency)),
         round(${net} * p.tax_rate, minor_digits(p.currency)), p.currency, CASE WHEN n % 5 = 4 THEN p.description END
       FROM lines p JOIN made ON made.receipt_number = 'R' || p.po_number`,
    );
  }
  await run(
    `INSERT INTO stock_movements (company_id, movement_ref, storage_unit_id, item_id, kind, occurred_on, qty, unit_cost, value, source_type, note)
     SELECT k.id, u.id || ' ' || i.id || ' ' || x.n, u.id, i.id, x.kind, date '2026-06-01' + 3 * x.n::int, x.part * q.quantity, q.price,
       round(x.part * q.quantity * q.price, minor_digits(k.c ->> 'currency')), 'recipe', i.name
     FROM ${lists}, LATERAL (SELECT (k.c ->> 'quantity')::numeric AS quantity, (k.c ->> 'price')::numeric AS price) q,
       storage_units u, items i, unnest(ARRAY['RECEIPT', 'ISSUE', 'WASTE', 'ADJUSTMENT', 'TRANSFER_IN', 'TRANSFER_OUT'],
         ARRAY[10, -2.5, -0.25, 0.125, 2, -1]) WITH ORDINALITY AS x (kind, part, n)
     WHERE u.company_id = $1 AND i.company_id = $1 AND EXISTS (SELECT FROM receipt_lines r WHERE r.company_id = $1)`,
  );
  await run(
    `INSERT INTO stock_counts (company_id, count_ref, storage_unit_id, item_id, counted_on, counted_qty, book_qty, unit_cost)
     SELECT m.company_id, 'C', m.storage_unit_id, m.item_id, '2026-06-30', sum(m.qty), sum(m.qty), 1
     FROM stock_movements m WHERE m.company_id = $1 AND $2::jsonb IS NOT NULL GROUP BY 1, 3, 4`,
  );
}
