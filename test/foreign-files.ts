/**
 * Files as other systems export them, with invented content: each of the same few purchases in a form of its own, what a
 * person answers to its questions, and what it must come to, worked out here in whole cents and not from the file.
 */
import type { ProfileSettings } from '#contract/import-profiles.ts';
import type { ImportKindName } from '#contract/imports.ts';
import { serialOf, type SheetCell, workbookOf, zipOf } from './small-workbook.ts';

export interface ForeignFile {
  readonly name: string;
  readonly content: Buffer;
  /** What a person says to what is asked. */
  readonly answers?: Partial<ProfileSettings>;
  /** Questions that have to be asked, and no others. */
  readonly asks?: readonly string[];
  readonly kind: ImportKindName;
  readonly rows: number;
  /** Of invoices: cents, net and tax. */
  readonly totals?: { readonly net: number; readonly tax: number };
}

export interface Line {
  readonly vendor: string;
  readonly invoice: string;
  readonly day: string;
  readonly article: string;
  readonly text: string;
  /** Hundredths. */
  readonly qty: number;
  readonly unit: string;
  /** Cents. */
  readonly price: number;
  /** Percent. */
  readonly rate: number;
}

/** Half away from zero. */
const divided = (n: number, by: number): number => Math.sign(n) * Math.floor((Math.abs(n) * 2 + by) / (by * 2));
export const netOf = ({ qty, price }: Line): number => divided(qty * price, 100);
export const taxOf = (line: Line): number => divided(netOf(line) * line.rate, 100);
export const totalsOf = (lines: readonly Line[]) => ({
  net: lines.reduce((sum, line) => sum + netOf(line), 0),
  tax: lines.reduce((sum, line) => sum + taxOf(line), 0),
});

const goods: readonly (readonly [article: string, text: string, unit: string, price: number, rate: number])[] = [
  ['004710', 'Rispentomaten, 6 kg', 'Kiste', 1410, 7],
  ['01188', 'Crème fraîche 5 l', 'Eimer', 2389, 7],
  ['90-5', 'Spülmittel "Klar"', 'Kanister', 875, 19],
  ['20077', 'Lachsfilet', 'kg', 2999, 7],
  ['0300', 'Räucheraal', 'kg', 123_456, 19],
];
const vendors = ['Nordhof Frische', 'Fischkontor Möwe', 'Kellerei am Deich'];

/** Seven lines on three invoices, other numbers and days for each file. */
export function purchases(file: number): Line[] {
  return Array.from({ length: 7 }, (_, n) => {
    const [article = '', text = '', unit = '', price = 0, rate = 0] = goods[(file + n) % goods.length] ?? [];
    const invoice = Math.floor(n / 3);
    return {
      vendor: vendors[(file + invoice) % vendors.length] ?? '',
      invoice: `F${file}-${100 + invoice}`,
      day: `2026-${String(1 + (file % 9)).padStart(2, '0')}-${String(13 + invoice * 4).padStart(2, '0')}`,
      article,
      text,
      qty: 100 + ((file * 37 + n * 61) % 900),
      unit,
      price: price + ((file * 7 + n) % 50),
      rate,
    };
  });
}

const figures = (hundredths: number): [sign: string, whole: string, rest: string] => {
  const all = String(Math.abs(hundredths)).padStart(3, '0');
  return [hundredths < 0 ? '-' : '', all.slice(0, -2), all.slice(-2)];
};
export const point = (n: number): string =>
  figures(n).reduce((text, part, at) => text + (at === 2 ? `.${part}` : part), '');
export const comma = (n: number): string => point(n).replace('.', ',');
export const grouped = (n: number, by: string, mark: string): string => {
  const [sign, whole, rest] = figures(n);
  return `${sign}${whole.replaceAll(/\B(?=(\d{3})+$)/g, by)}${mark}${rest}`;
};
const dotted = (day: string): string => day.split('-').toReversed().join('.');
const slashed = (day: string): string => day.split('-').toReversed().map(Number).join('/');
const american = (day: string): string => {
  const [year, month, date] = day.split('-').map(Number);
  return `${month}/${date}/${year}`;
};

const cell = (text: string, separator: string): string =>
  text.includes(separator) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
export const table = (rows: readonly (readonly string[])[], separator: string, end = '\r\n'): string =>
  rows.map((row) => row.map((one) => cell(one, separator)).join(separator) + end).join('');

const german = [
  'Lieferant',
  'Rechnungsnummer',
  'Rechnungsdatum',
  'Artikelnummer',
  'Bezeichnung',
  'Menge',
  'Einheit',
  'Einzelpreis',
  'Nettobetrag',
  'MwSt-Satz',
];
const germanRow = (line: Line): string[] => [
  line.vendor, line.invoice, dotted(line.day), line.article, line.text, comma(line.qty), line.unit, comma(line.price), grouped(netOf(line), '.', ','), `${line.rate}`,
]; // prettier-ignore
const germanTable = (lines: readonly Line[], separator = ';', end = '\r\n'): string =>
  table([german, ...lines.map(germanRow)], separator, end);

const english = [
  'Vendor',
  'Invoice #',
  'Invoice Date',
  'Item #',
  'Description',
  'Qty',
  'UOM',
  'Unit Price',
  'Ext. Price',
  'Tax %',
];
const englishRow = (line: Line, day: string, money = point): string[] => [
  line.vendor, line.invoice, day, line.article, line.text, point(line.qty), line.unit, money(line.price), money(netOf(line)), `${line.rate}%`,
]; // prettier-ignore

const create = { unknown_vendors: 'create' } as const;
const invoices = (
  n: number,
  name: string,
  content: (lines: readonly Line[]) => string | Buffer,
  more: Partial<ForeignFile> = {},
): ForeignFile => {
  const lines = purchases(n);
  return {
    name,
    content: Buffer.from(content(lines)),
    kind: 'invoices',
    rows: lines.length,
    totals: totalsOf(lines),
    ...more,
    answers: { ...create, ...more.answers },
  };
};

/** The upper half as Windows-1252, or another table of one byte a letter. */
const inTable = (text: string, letters: Readonly<Record<string, number>>): Buffer =>
  Buffer.from(Array.from(text, (letter) => letters[letter] ?? letter.charCodeAt(0)));

const sapRow = (line: Line): string[] => [
  line.vendor, line.invoice, line.day.replaceAll('-', ''), line.article, line.text, comma(line.qty), line.unit, comma(line.price),
  comma(netOf(line)).replace(/^-(.*)$/, '$1-'), line.rate === 7 ? 'V7' : 'V1',
]; // prettier-ignore
const negative = (lines: readonly Line[]): Line[] =>
  lines.map((line, at) => (at < 3 ? { ...line, qty: -line.qty } : line));

export async function foreignFiles(): Promise<ForeignFile[]> {
  const day = (line: Line): SheetCell => ({ v: serialOf(line.day), style: 1 });
  const sheetRow = (line: Line): SheetCell[] => [
    line.vendor, line.invoice, day(line), line.article, line.text, { v: point(line.qty) }, line.unit, { v: point(line.price) },
    { v: String(netOf(line) / 100), formula: 'F5*H5' }, { v: String(line.rate / 100), style: 2 },
  ]; // prettier-ignore
  const book = await workbookOf([
    {
      name: 'Bills',
      rows: [
        ['Bills received'],
        ['Harbour Tavern', null, 'printed'],
        [],
        english,
        ...purchases(21).map(sheetRow),
        ['Total', null, null, null, null, null, null, null, { v: '1', formula: 'SUM(I5:I11)' }],
      ],
    },
    { name: 'Notes', rows: [['Nothing here']] },
  ]);
  const germanBook = await workbookOf([
    { name: 'Rechnungen', rows: [german.map((name) => ({ inline: name })), ...purchases(22).map((line): SheetCell[] => [
      { inline: line.vendor }, { inline: line.invoice }, { v: serialOf(line.day), style: 4 }, { v: String(Number(line.article.replace(/\D/g, ''))), style: 3 }, { inline: line.text },
      { v: String(line.qty / 100) }, { inline: line.unit }, { v: String(line.price / 100) }, { v: String(netOf(line) / 100) }, { v: String(line.rate / 100), style: 2 },
    ])] },
  ]); // prettier-ignore
  const zipped = await zipOf({
    'export/rechnungen märz.csv': germanTable(purchases(23)),
    '__MACOSX/export/._x': 'x',
  });
  const gross = (line: Line): number => netOf(line) + taxOf(line);
  const polish = purchases(29).map((line) => ({ ...line, text: 'Wołowina mięsna', vendor: 'Rzeźnia Północ' }));
  const received = ['Lieferschein', 'Bestellnummer', 'Pos', 'Lieferdatum', 'Gelieferte Menge', 'Charge'];
  return [
    invoices(0, 'einkauf.csv', (lines) => `\ufeff${germanTable(lines)}`),
    invoices(1, 'einkauf alt.txt', (lines) => Buffer.from(germanTable(lines), 'latin1'), { asks: ['encoding'] }),
    invoices(2, 'Unicode Text.txt', (lines) => Buffer.from(`\ufeff${germanTable(lines, '\t')}`, 'utf16le')),
    invoices(3, 'mac.csv', (lines) => table([english, ...lines.map((line) => englishRow(line, american(line.day)))], ',', '\r')),
    invoices(4, 'purchase journal.csv', (lines) =>
      table([['Purchase Journal'], ['Harbour Tavern LLC'], ['From 1/1/2026 to 12/31/2026'], [], english, ...lines.map((line) => englishRow(line, american(line.day), (n) => `$${grouped(n, ',', '.')}`)), [], ['Grand Total', '', '', '', '', '', '', '', '$9,999.00', '']], ',')),
    invoices(5, 'uk.csv', (lines) => table([english, ...lines.map((line) => englishRow(line, slashed(line.day), (n) => `£${point(n)}`))], ','), {}),
    invoices(6, 'feed.txt', (lines) => table([english, ...lines.map((line) => englishRow(line, line.day))], '|', '\n')),
    invoices(7, 'excel.csv', (lines) => `sep=;\r\n${germanTable(lines)}`),
    { ...invoices(8, 'bills and credits.csv', (lines) => table([['Type', ...english], ...negative(lines).map((line) => [line.qty < 0 ? 'Credit Memo' : 'Bill', ...englishRow(line, american(line.day), (n) => (n < 0 ? `(${point(-n)})` : point(n)))])], ',')), totals: totalsOf(negative(purchases(8))) },
    { ...invoices(9, 'EKKO.txt', (lines) => Buffer.from(table([['NAME1', 'XBLNR', 'BLDAT', 'MATNR', 'MAKTX', 'MENGE', 'MEINS', 'NETPR', 'NETWR', 'MWSKZ'], ...negative(lines).map(sapRow)], '\t'), 'latin1'), { asks: ['encoding', 'values', 'values'], answers: { values: { tax_rate: { V7: '0.07', V1: '0.19' } } } }), totals: totalsOf(negative(purchases(9))) },
    invoices(10, 'SalesInvoiceTemplate.csv', (lines) => table([['*ContactName', '*InvoiceNumber', '*InvoiceDate', 'InventoryItemCode', '*Description', '*Quantity', '*UnitAmount', '*TaxType'], ...lines.map((line) => [line.vendor, line.invoice, line.day, line.article, line.text, point(line.qty), point(line.price), `${line.rate}% (VAT on Expenses)`])], ','), { asks: ['field'], answers: { fields: { unit: { constant: 'each' } } } }),
    invoices(11, 'transaction detail.csv', (lines) => table([['Date', 'Num', 'Vendor', 'Item', 'Memo', 'Qty', 'U/M', 'Cost Price', 'Amount', 'Tax Amount'], ...lines.map((line) => [american(line.day), line.invoice, line.vendor, line.text, 'weekly', point(line.qty), line.unit, point(line.price), point(netOf(line)), point(taxOf(line))])], ',')),
    invoices(12, 'fractions.csv', (lines) => table([english, ...lines.map((line) => [...englishRow(line, line.day).slice(0, 9), point(line.rate)])], ',')),
    invoices(13, 'amounts.csv', (lines) => table([[...english.slice(0, 9), 'Sales Tax'], ...lines.map((line) => [...englishRow(line, line.day).slice(0, 9), point(taxOf(line))])], ';')),
    invoices(14, 'brutto.csv', (lines) => table([['Firma', 'Beleg-Nr.', 'Datum', 'Artikel', 'Menge', 'ME', 'Bruttobetrag', 'MwSt', 'Steuerbetrag'], ...lines.map((line) => [line.vendor, line.invoice, dotted(line.day), line.text, comma(line.qty), line.unit, comma(gross(line)), `${line.rate} %`, comma(taxOf(line))])], ';')),
    invoices(15, 'names only.csv', (lines) => table([english, ...lines.map((line) => [line.vendor.toUpperCase(), ...englishRow(line, line.day).slice(1)])], ',')),
    invoices(16, 'heads.csv', (lines) => table([['Supplier name', 'Bill No', 'Bill Date', 'Net', 'VAT amount'], ...lines.map((line, at) => [line.vendor, `${line.invoice}-${at}`, line.day, point(netOf(line)), point(taxOf(line))])], ','), { asks: ['field', 'field'], answers: { fields: { quantity: { constant: '1' }, unit: { constant: 'invoice' }, description: { constant: 'Whole invoice' } } } }),
    invoices(17, 'catch weight.csv', (lines) => table([['Distributor', 'Invoice No.', 'Ship Date', 'Invoice Date', 'SUPC', 'Item Description', 'Pack', 'Net Weight', 'Price/lb', 'Extended Cost', 'Tax Rate'], ...lines.map((line) => [line.vendor, line.invoice, american(line.day), american(line.day), line.article, line.text, '1/40 LB', point(line.qty), point(line.price), point(netOf(line)), `${line.rate}`])], ','), { asks: ['field'], answers: { fields: { quantity: { column: 'Net Weight' }, unit_price: { column: 'Price/lb' } } } }),
    { name: 'wareneingang.csv', content: Buffer.from(table([received, ['LS-7', 'B-900', '1', '02.09.2026', '2,5', 'A17'], ['LS-7', 'B-900', '1', '02.09.2026', '1,5', 'A18'], ['LS-8', 'B-900', '2', '14.09.2026', '4', '']], ';')), kind: 'receipts', rows: 3, asks: ['field'], answers: { fields: { kind: { constant: 'receipt' } } } },
    { name: 'bestellungen.csv', content: Buffer.from(table([['Bestell-Nr.', 'Lieferant', 'Lieferort', 'Status', 'Bestelldatum', 'Pos.', 'Art.-Nr.', 'Artikelbezeichnung', 'Einheit', 'Bestellmenge', 'Einzelpreis', 'MwSt %'], ['B-1', 'Hafenhandel', 'Hauptküche', 'Geliefert', '13.04.2026', '10', '07', 'Mehl 25 kg', 'Sack', '4', '18,90', '7'], ['B-1', 'Hafenhandel', 'Hauptküche', 'Geliefert', '13.04.2026', '20', '08', 'Zucker', 'Sack', '2', '1.021,50', '7'], ['B-2', 'Hafenhandel', 'Hauptküche', 'Unterwegs', '14.04.2026', '10', '07', 'Mehl 25 kg', 'Sack', '1', '18,90', '7']], ';')), kind: 'purchase_orders', rows: 3, asks: ['values', 'values'], answers: { values: { status: { Unterwegs: 'sent' }, delivery_location_code: { Hauptküche: 'MAIN' } } } },
    { name: 'po export.csv', content: Buffer.from(table([['PO #', 'Supplier', 'Ship To', 'PO Status', 'Order Date', 'SKU', 'Product', 'Unit', 'Qty Ordered', 'Unit Cost'], ['7001', 'Hafenhandel', 'Main Kitchen', 'Fully Received', '4/13/2026', '07', 'Flour', 'bag', '4', '18.90'], ['7001', 'Hafenhandel', 'Main Kitchen', 'Fully Received', '4/13/2026', '08', 'Sugar', 'bag', '2', '1021.50']], ',')), kind: 'purchase_orders', rows: 2 },
    { ...invoices(21, 'bills.xlsx', () => book) },
    { ...invoices(22, 'Rechnungen.xlsx', () => germanBook) },
    { ...invoices(23, 'export.zip', () => zipped) },
    { name: 'price list.csv', content: Buffer.from(table([['Vendor', 'Item Code', 'Product Name', 'Unit', 'Pack/Size', 'Case Price'], ['Hafenhandel', '411', 'Butter', 'case', '4/5 LB', '$48.20'], ['Hafenhandel', '412', 'Cream', 'case', '12 x 0.75 l', '$1,031.00']], ',')), kind: 'vendor_items', rows: 2 },
    { name: 'lagerbewegungen.csv', content: Buffer.from(table([['Bewegungsnummer', 'Datum', 'Lager', 'Zutat', 'Bewegungsart', 'Menge', 'ME', 'EK'], ['4711', '13.05.2026', 'Kühlhaus', 'Tomaten', 'Zugang', '12,5', 'kg', '2,40'], ['4712', '14.05.2026', 'Kühlhaus', 'Tomaten', 'Verbrauch', '-3,25', 'kg', ''], ['4713', '15.05.2026', 'Kühlhaus', 'Tomaten', 'Schwund', '-0,5', 'kg', '']], ';')), kind: 'stock_movements', rows: 3 },
    { name: 'count sheet.xlsx', content: await workbookOf([{ name: 'Count', rows: [['Count', 'Count Date', 'Storage Location', 'Ingredient', 'Physical Count', 'Unit'], ['C-1', { v: serialOf('2026-05-31'), style: 1 }, 'Kühlhaus', 'Tomaten', { v: '8.1000000000000005' }, 'kg']] }]), kind: 'stock_counts', rows: 1 },
    { name: 'kreditoren.csv', content: Buffer.from(table([['Kreditor', 'Name 1', 'E-Mail', 'Telefon', 'Zahlungsziel Tage', 'USt-ID'], ['70010', 'Mühlenwerk', 'kontor@muehlenwerk.example', '+49 40 1', '14', 'DE1'], ['70011', 'Salzlager', '', '', '30', 'DE2']], ';'), 'latin1'), kind: 'vendors', rows: 2 },
    invoices(28, 'pages.csv', (lines) => table([['Einkaufsliste', '', '', '', '', '', '', '', '', '', ''], [...german, ''], ...lines.slice(0, 4).map((line) => [...germanRow(line), '']), ['', '', '', '', '', '', '', '', '', '', ''], [...german, ''], ...lines.slice(4).map((line) => [...germanRow(line), '']), ['Gesamt', '', '', '', '', '', '', '', '9.999,00', '', '']], ';')),
    { ...invoices(29, 'faktury.csv', () => inTable(table([german, ...polish.map((line) => [...germanRow(line).slice(0, 7), grouped(line.price, '\u00a0', ','), grouped(netOf(line), '\u00a0', ','), `${line.rate}%`])], ';'), { ł: 0xb3, ę: 0xea, ź: 0x9f, ó: 0xf3 })), },
  ]; // prettier-ignore
}
