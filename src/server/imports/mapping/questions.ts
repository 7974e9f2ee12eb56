/** What the columns are, and what a person has to say: a suggestion of settings, and a question wherever two readings fit. */
import type { Ambiguity, ImportProfile, InspectedColumn, ProfileSettings } from '#contract/import-profiles.ts';
import { type DateOrder, dateOrders, type DecimalMark } from '#contract/import-reading.ts';
import type { ImportKindName } from '#contract/imports.ts';
import type { ImportKind } from '../kind.ts';
import { importKinds } from '../kinds.ts';
import type { ColumnFacts } from './column-facts.ts';
import { type CompanyNames, VendorsOfFile } from './company-names.ts';
import { isGrossName } from './header-words.ts';
import type { Asked, LookedAt, OpenedTable } from './inspect.ts';
import { listOfField, valueMeant } from './known-values.ts';
import { contradictionOf, orderNames } from './written-days.ts';
import { assigned, type FileColumn, kindsOf, rivals } from './suggest.ts';

export interface Answered {
  readonly kind: ImportKindName | null;
  readonly columns: readonly InspectedColumn[];
  readonly ambiguities: readonly Ambiguity[];
  readonly suggestion: ProfileSettings;
  readonly unknownVendors: readonly { name: string; like: string | null }[];
}

export interface Questioned {
  readonly file: string;
  readonly table: OpenedTable;
  readonly look: LookedAt;
  readonly columns: readonly FileColumn[];
  readonly asked: Asked;
  readonly names: CompanyNames;
  /** Of this header. */
  readonly profiles: readonly ImportProfile[];
  /** Of the company. */
  readonly today: string;
}

const valuesAskedMax = 50;

export function questionsOf(about: Questioned): Answered {
  const { table, look, columns, asked, profiles } = about;
  const [profile] = profiles.length === 1 ? profiles : [];
  const likely = kindsOf(about.file, columns);
  const kind = profile?.kind ?? asked.kind ?? likely[0]?.kind ?? null;
  const kindForMeanings = kind ?? 'invoices';
  const meant = profile
    ? meantByProfile(profile, columns)
    : kind === null
      ? columns.map(() => ({ field: null, because: '' }))
      : assigned(kind, columns);
  const columnOf = new Map(
    meant.flatMap(({ field }, at) => (field === null ? [] : [[field, columns[at] as FileColumn] as const])),
  );
  const fields: ProfileSettings['fields'] = {
    ...Object.fromEntries([...columnOf].map(([field, { name }]) => [field, { column: name }])),
    ...(!columnOf.has('line_no') &&
      ['purchase_orders', 'receipts'].includes(kindForMeanings) && { line_no: { generated: 'line_no' as const } }),
  };
  const reading = readingOf(kindForMeanings, columnOf);
  const suggestion: ProfileSettings = profile ?? {
    kind: kindForMeanings,
    encoding: table.encoding,
    delimiter: table.delimiter,
    sheet: table.sheets.length > 1 ? table.sheet : null,
    header_row: look.header.row,
    skip_last_rows: look.skipLast,
    decimal: reading.decimal.is,
    date_order: reading.order.is,
    tax: reading.tax.is,
    prices_include_tax: isGrossName(columnOf.get('net_amount')?.name ?? ''),
    fields,
    values: {},
    vendor_aliases: {},
    unknown_vendors: 'error',
  };
  const unknownVendors = vendorsNotKnown(about, columnOf.get('vendor_code'), profile);
  const ambiguities = profile
    ? ofKnownDays(profile, columnOf, about.today)
    : [
        ...ofTheFile(about),
        ...(asked.kind === undefined ? ofTheKind(likely) : []),
        ...(kind === null
          ? []
          : [
              ...ofFields(kind, meant, columns, fields),
              ...ofPlace(kind, fields, about),
              ...reading.questions,
              ...ofValues(kind, columnOf),
              ...ofPlaces(columnOf, about.names),
              ...ofVendors(unknownVendors, about.names),
            ]),
      ];
  return {
    kind,
    columns: columns.map(({ name, facts }, at) => ({
      name,
      samples: facts.samples,
      field: meant[at]?.field ?? null,
      because: meant[at]?.because ?? '',
    })),
    ambiguities,
    suggestion: settingsOf(suggestion),
    unknownVendors,
  };
}

/** The file speaks against the order that was kept: asked, as if it had come for the first time. */
function ofKnownDays(
  { name, date_order, kind }: ImportProfile,
  columnOf: ReadonlyMap<string, FileColumn>,
  today: string,
): Ambiguity[] {
  const days = (importKinds.find((one) => one.name === kind)?.columns ?? []).flatMap(({ name: field, cell }) => {
    const column = cell.type.startsWith('date') ? columnOf.get(field) : undefined;
    return column ? [{ field, days: column.facts.written }] : [];
  });
  const found = contradictionOf(days, date_order, today);
  if (found === null) return [];
  const question = `The profile ${name} reads days as ${orderNames[date_order]}, but ${found.because}. In which order are they?`;
  const column = columnOf.get(found.field)?.name ?? '';
  return [{ about: 'date_order', choices: [found.order, date_order], question, column }];
}

/** Of a profile what is no name and no time. */
const settingsOf = (from: ProfileSettings): ProfileSettings => ({
  kind: from.kind,
  encoding: from.encoding,
  delimiter: from.delimiter,
  sheet: from.sheet,
  header_row: from.header_row,
  skip_last_rows: from.skip_last_rows,
  decimal: from.decimal,
  date_order: from.date_order,
  tax: from.tax,
  prices_include_tax: from.prices_include_tax,
  fields: from.fields,
  values: from.values,
  vendor_aliases: from.vendor_aliases,
  unknown_vendors: from.unknown_vendors,
});

function meantByProfile(
  profile: ImportProfile,
  columns: readonly FileColumn[],
): { field: string | null; because: string }[] {
  return columns.map(({ name }) => {
    const field =
      Object.entries(profile.fields).find(([, source]) => 'column' in source && source.column === name)?.[0] ?? null;
    return { field, because: field === null ? '' : `The profile ${profile.name} says so` };
  });
}

const fileQuestions = {
  encoding: 'Which letters are these? Look at the names in the preview.',
  delimiter: 'By what are the columns parted?',
  sheet: 'Which sheet is it?',
  header_row: 'Which row has the names of the columns? 0 for none.',
} as const;

function ofTheFile({ table, look, profiles }: Questioned): Ambiguity[] {
  const ask = (about: keyof typeof fileQuestions, choices: readonly (string | number)[]): Ambiguity[] =>
    choices.length > 1 ? [{ about, choices: choices.map(String), question: fileQuestions[about] }] : [];
  return [
    ...ask('encoding', table.encodings),
    ...ask('delimiter', table.delimiters),
    ...ask('sheet', table.tables),
    ...ask('header_row', look.header.choices),
    ...(profiles.length > 1
      ? [
          {
            about: 'profile' as const,
            choices: profiles.map(({ id }) => id),
            question: `By which profile is it read: ${profiles.map(({ name }) => name).join(', ')}?`,
          },
        ]
      : []),
  ];
}

function ofTheKind(likely: readonly { kind: ImportKindName; score: number }[]): Ambiguity[] {
  const question = 'What is in this file?';
  if (likely.length === 0) return [{ about: 'kind', choices: importKinds.map(({ name }) => name), question }];
  const same = likely.filter(({ score }) => score === likely[0]?.score);
  return same.length > 1 ? [{ about: 'kind', choices: same.map(({ kind }) => kind), question }] : [];
}

function ofFields(
  kind: ImportKindName,
  meant: readonly { field: string | null }[],
  columns: readonly FileColumn[],
  fields: ProfileSettings['fields'],
): Ambiguity[] {
  const definition = importKinds.find(({ name }) => name === kind) as ImportKind;
  const free = columns.filter((_, at) => meant[at]?.field === null).map(({ name }) => name);
  const missing = definition.columns
    .filter(({ name, required }) => required && fields[name] === undefined)
    .map(({ name, about }): Ambiguity => ({
      about: 'field',
      field: name,
      choices: free,
      question: `Where is ${name}? ${about}`,
    }));
  const twice = meant.flatMap(({ field }, at) => {
    const others = field === null ? [] : rivals(kind, columns, at, field);
    if (field === null || others.length === 0) return [];
    const choices = [at, ...others].map((one) => columns[one]?.name ?? '');
    return [{ about: 'field' as const, field, choices, question: `Which of these is ${field}?` }];
  });
  return [...missing, ...twice];
}

/** Where invoices were delivered, when neither an order nor the only place there is says so. */
function ofPlace(kind: ImportKindName, fields: ProfileSettings['fields'], { names, columns }: Questioned): Ambiguity[] {
  const field = 'delivery_location_code';
  const isTold = fields[field] !== undefined || fields['po_number'] !== undefined;
  if (kind !== 'invoices' || isTold || names.delivery_locations.codes.length < 2) return [];
  const used = new Set(Object.values(fields).flatMap((source) => ('column' in source ? [source.column] : [])));
  const choices = columns.map(({ name }) => name).filter((name) => !used.has(name));
  const places = names.delivery_locations.codes.slice(0, 10).join(', ');
  return [
    { about: 'field', field, choices, question: `Where was it delivered? A column, or one of ${places} for all rows` },
  ];
}

interface Reading<T> {
  readonly is: T;
}

function readingOf(kind: ImportKindName, columnOf: ReadonlyMap<string, FileColumn>) {
  const definition = importKinds.find(({ name }) => name === kind) as ImportKind;
  const ofType = (...types: string[]): FileColumn[] =>
    definition.columns.flatMap(({ name, cell }) =>
      types.includes(cell.type) && name !== 'tax_rate' && !/units_per_/.test(name) ? (columnOf.get(name) ?? []) : [],
    );
  const decimal = decimalOf(ofType('decimal'));
  const order = orderOf(ofType('date', 'date or instant'));
  const tax = taxOf(columnOf.get('tax_rate'));
  return { decimal, order, tax, questions: [...decimal.questions, ...order.questions, ...tax.questions] };
}

type Read<T> = Reading<T> & { readonly questions: readonly Ambiguity[] };

function decimalOf(columns: readonly FileColumn[]): Read<DecimalMark> {
  const sum = (mark: keyof ColumnFacts['marks']): number =>
    columns.reduce((total, { facts }) => total + facts.marks[mark], 0);
  const [point, comma, either] = [sum('point'), sum('comma'), sum('either')];
  const is = comma > point ? ',' : '.';
  const [more, less] = [Math.max(point, comma), Math.min(point, comma)];
  const isSure = more === 0 ? either === 0 : more > less * 9;
  if (isSure) return { is, questions: [] };
  const open =
    columns.find(({ facts }) => facts.marks.either > 0 || (facts.marks.point > 0 && facts.marks.comma > 0)) ??
    columns[0];
  const sample = open?.facts.samples.find((one) => /[.,]/.test(one)) ?? '';
  return {
    is,
    questions: [
      {
        about: 'decimal',
        choices: ['.', ','],
        question: `What parts the decimals, as in ${sample} of ${open?.name}?`,
        column: open?.name ?? '',
      },
    ],
  };
}

function orderOf(columns: readonly FileColumn[]): Read<DateOrder> {
  const days = columns.filter(({ facts }) => facts.isDays);
  const common = dateOrders.filter((order) => days.every(({ facts }) => facts.orders.includes(order)));
  // no order reads all of them, or several do, and differently
  const isOpen = days.some(
    ({ facts }) => facts.isOrderOpen || facts.days[facts.orders[0] ?? 'ymd'] < facts.dayish * 0.9,
  );
  const is = common[0] ?? days[0]?.facts.orders[0] ?? 'ymd';
  if (!isOpen || common.length === 1) return { is, questions: [] };
  const choices =
    common.length > 1 ? common : dateOrders.filter((order) => days.some(({ facts }) => facts.orders.includes(order)));
  const open = days.find(({ facts }) => facts.isOrderOpen) ?? days[0];
  return {
    is,
    questions: [
      {
        about: 'date_order',
        choices,
        question: `In which order are day, month and year, as in ${open?.facts.samples[0]} of ${open?.name}?`,
        column: open?.name ?? '',
      },
    ],
  };
}

function taxOf(column: FileColumn | undefined): Read<'fraction' | 'percent'> {
  if (!column) return { is: 'fraction', questions: [] };
  const { facts, name } = column;
  if (facts.percents > 0 || facts.largest > 1) return { is: 'percent', questions: [] };
  if (facts.largest !== 1) return { is: 'fraction', questions: [] };
  return {
    is: 'fraction',
    questions: [
      {
        about: 'tax',
        choices: ['fraction', 'percent'],
        question: `Is 1 in ${name} one percent, or the whole?`,
        column: name,
      },
    ],
  };
}

/** Words of lists of ours that we do not know, and codes of tax. */
function ofValues(kind: ImportKindName, columnOf: ReadonlyMap<string, FileColumn>): Ambiguity[] {
  const definition = importKinds.find(({ name }) => name === kind) as ImportKind;
  return definition.columns.flatMap(({ name, cell }) => {
    const column = columnOf.get(name);
    if (!column) return [];
    const values = [...column.facts.values.keys()];
    const list = listOfField(kind, name, cell.type);
    const choices = cell.type === 'boolean' ? ['true', 'false'] : cell.type.split(' | ');
    const unknown =
      name === 'tax_rate'
        ? values.filter((value) => !/\d\s*%/.test(value) && !/^[\d.,\s]+$/.test(value))
        : list === null
          ? []
          : values.filter((value) => !choices.includes(value) && valueMeant(list, value) === null);
    return unknown.slice(0, valuesAskedMax).map((value): Ambiguity => ({
      about: 'values',
      field: name,
      column: column.name,
      value,
      choices: name === 'tax_rate' ? [] : choices,
      question:
        name === 'tax_rate'
          ? `Which rate is the tax code ${value}? As a fraction: 0.19`
          : `What is ${value} in ${column.name}?`,
    }));
  });
}

/** Places that the company does not have, by code or by name. */
function ofPlaces(columnOf: ReadonlyMap<string, FileColumn>, names: CompanyNames): Ambiguity[] {
  const known = { delivery_location_code: names.delivery_locations, storage_unit_code: names.storage_units };
  return Object.entries(known).flatMap(([field, places]) => {
    const column = columnOf.get(field);
    const unknown = [...(column?.facts.values.keys() ?? [])].filter((value) => places.find(value) === null);
    return unknown.slice(0, valuesAskedMax).map((value) => ({
      about: 'values' as const,
      field,
      column: column?.name ?? '',
      value,
      choices: places.codes.slice(0, 200),
      question: `Which of yours is ${value} in ${column?.name}?`,
    }));
  });
}

function vendorsNotKnown(
  { names }: Questioned,
  column: FileColumn | undefined,
  profile: ImportProfile | undefined,
): { name: string; like: string | null }[] {
  if (!column) return [];
  const known = new VendorsOfFile(names.vendors, profile?.vendor_aliases ?? {}, false);
  const unknown = [...column.facts.values.keys()].filter((name) => known.codeOf(name) === null);
  // two of the file may be one as well: each looks at those before it
  const file = new VendorsOfFile(names.vendors.copy(), profile?.vendor_aliases ?? {}, true);
  return unknown.map((name) => {
    const like = file.like(name);
    file.codeOf(name);
    return { name, like };
  });
}

const ofVendors = (unknown: readonly { name: string; like: string | null }[], names: CompanyNames): Ambiguity[] =>
  unknown
    .filter(({ like }) => like !== null)
    .slice(0, valuesAskedMax)
    .map(({ name, like }) => ({
      about: 'vendor',
      field: 'vendor_code',
      value: name,
      choices: [names.vendors.find(like ?? '') ?? like ?? '', 'create'],
      question: `Is ${name} the vendor ${like}, or another?`,
    }));
