/**
 * The workbook's one style sheet. A number is shown with as many decimals as its text has: money at its currency's
 * minor unit, quantities trimmed, without a format per currency. Prices share one format that lines up their points.
 */

const decimalsMax = 9;
/** Of a price; it has two at least. */
export const priceDecimalsMax = 6;

interface CellFormat {
  readonly name: string;
  /** A number format code, or nothing for the general one. */
  readonly code?: string;
  readonly font?: 'bold' | 'title' | 'grey';
  /** `left`: a little in from the edge, or it would touch a figure before it. */
  readonly align?: 'left' | 'right';
  readonly line?: 'below';
}

const grouped = (decimals: number): string => (decimals === 0 ? '#,##0' : `#,##0.${'0'.repeat(decimals)}`);
const scales = Array.from({ length: decimalsMax + 1 }, (_, decimals) => decimals);

const formats: readonly CellFormat[] = [
  { name: 'general' },
  { name: 'header', font: 'bold', align: 'left', line: 'below' },
  { name: 'headerRight', font: 'bold', align: 'right', line: 'below' },
  { name: 'text', code: '@', align: 'left' },
  { name: 'longText', align: 'left' },
  { name: 'exactNumber', code: '@', align: 'right' },
  // under its heading, which a date is to the right of otherwise
  { name: 'date', code: 'yyyy\\-mm\\-dd', align: 'left' },
  { name: 'price', code: `#,##0.00${'?'.repeat(priceDecimalsMax - 2)}` },
  { name: 'title', font: 'title', align: 'left' },
  { name: 'label', font: 'grey', align: 'left' },
  { name: 'strong', font: 'bold', code: '@', align: 'left' },
  ...scales.map((decimals) => ({ name: `decimals${decimals}`, code: grouped(decimals) })),
  ...scales.map((decimals) => ({ name: `percents${decimals}`, code: `${grouped(decimals)}%` })),
];

const indexOf = (name: string): number => formats.findIndex((format) => format.name === name);

/** Indexes into the style sheet (`s="…"`). `decimals[n]` and `percents[n]` show n decimals. */
export const styleOf = {
  header: indexOf('header'),
  headerRight: indexOf('headerRight'),
  text: indexOf('text'),
  longText: indexOf('longText'),
  exactNumber: indexOf('exactNumber'),
  date: indexOf('date'),
  price: indexOf('price'),
  title: indexOf('title'),
  label: indexOf('label'),
  strong: indexOf('strong'),
  decimals: scales.map((decimals) => indexOf(`decimals${decimals}`)) as readonly number[],
  percents: scales.map((decimals) => indexOf(`percents${decimals}`)) as readonly number[],
} as const;

/** Custom number formats start at 164; everything below belongs to the application. */
const firstCustomFormat = 164;
const codes = [...new Set(formats.flatMap((format) => format.code ?? []))];
const fonts = ['plain', 'bold', 'title', 'grey'];

const cellXf = (format: CellFormat): string => {
  const numberFormat = format.code === undefined ? 0 : firstCustomFormat + codes.indexOf(format.code);
  const alignment = format.align
    ? `<alignment horizontal="${format.align}"${format.align === 'left' ? ' indent="1"' : ''}/>`
    : '';
  const attributes = [
    `numFmtId="${numberFormat}"`,
    `fontId="${fonts.indexOf(format.font ?? 'plain')}"`,
    'fillId="0"',
    `borderId="${format.line === 'below' ? 1 : 0}"`,
    'xfId="0"',
    'applyNumberFormat="1"',
    'applyFont="1"',
    'applyBorder="1"',
    alignment ? 'applyAlignment="1"' : '',
  ];
  return `<xf ${attributes.join(' ').trim()}>${alignment}</xf>`;
};

const font = (size: number, extra: string): string =>
  `<font>${extra}<sz val="${size}"/><color rgb="FF141821"/><name val="Calibri"/><family val="2"/></font>`;
const edges = (below: boolean): string =>
  `<border><left/><right/><top/>${below ? '<bottom style="thin"><color rgb="FF868E9C"/></bottom>' : '<bottom/>'}<diagonal/></border>`;

export const stylesXml = [
  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n',
  '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">',
  `<numFmts count="${codes.length}">`,
  ...codes.map((code, index) => `<numFmt numFmtId="${firstCustomFormat + index}" formatCode="${code}"/>`),
  '</numFmts>',
  '<fonts count="4">',
  font(11, ''),
  font(11, '<b/>'),
  font(16, '<b/>'),
  font(11, '').replace('FF141821', 'FF5F687A'),
  '</fonts>',
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>',
  `<borders count="2">${edges(false)}${edges(true)}</borders>`,
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>',
  `<cellXfs count="${formats.length}">`,
  ...formats.map(cellXf),
  '</cellXfs>',
  '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>',
  '</styleSheet>',
].join('');
