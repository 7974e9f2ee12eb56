/**
 * What files are called: the report, the company, the period, and what narrowed it. Two different questions have two
 * names, in any script, and every name can be unpacked on every system: fewer than 80 characters and 180 bytes.
 */
import { createHash } from 'node:crypto';
import { formats } from '#contract/formats.ts';
import type { ExportOptions, FileFormat } from '#contract/reports.ts';
import type { PartSource, ReportDefinition, ReportScope } from './definition.ts';
import { namesOf } from './id-lists.ts';

/** Of a stem; its format and extension come on top. Systems allow 255 bytes. */
const max = { characters: 79, bytes: 179 };
const tagLength = 6;

const isWithin = (text: string, { characters, bytes }: typeof max): boolean =>
  text.length <= characters && Buffer.byteLength(text) <= bytes;

/**
 * Letters, their marks and digits of any script, in lower case, joined by hyphens: safe on every system. Accents are
 * dropped from Latin letters alone, where they are ornament; in other scripts they are the letter. `otherwise`: for
 * what has none of these.
 */
export function slug(text: string, otherwise: string): string {
  return (
    text
      .toLowerCase()
      .normalize('NFD')
      .replace(/(\p{Script=Latin})\p{M}+/gu, '$1')
      .normalize('NFC')
      .replace(/ß/g, 'ss')
      // joiners only shape what stands beside them
      .replace(/[\u200c\u200d]/g, '')
      .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
      .replace(/^-+|-+$/g, '') || otherwise
  );
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Whole words as far as there is room; a single word that has none is cut between two characters as they are read. */
export function cutName(text: string, room: typeof max): string {
  if (isWithin(text, room)) return text;
  let whole = '';
  for (const word of text.split('-')) {
    const longer = whole === '' ? word : `${whole}-${word}`;
    if (!isWithin(longer, room)) break;
    whole = longer;
  }
  if (whole !== '') return whole;
  for (const { segment } of graphemes.segment(text)) {
    if (!isWithin(whole + segment, room)) break;
    whole += segment;
  }
  return whole;
}

/** What is left of `room` beside `text`. */
const beside = ({ characters, bytes }: typeof max, text: string): typeof max => ({
  characters: characters - text.length,
  bytes: bytes - Buffer.byteLength(text),
});
const half = ({ characters, bytes }: typeof max): typeof max => ({
  characters: Math.floor(characters / 2),
  bytes: Math.floor(bytes / 2),
});

/** Company and place cut to what both have room for: the shorter one keeps what it needs. */
function fitted(company: string, place: string, room: typeof max): readonly [string, string] {
  const ofPlace = cutName(place, isWithin(company, half(room)) ? beside(room, company) : half(room));
  return [cutName(company, beside(room, ofPlace)), ofPlace];
}

/** The place that was chosen, or how many; `isAll`: that says everything that narrowed the report. */
async function narrowed(
  { filters }: ReportDefinition,
  scope: ReportScope,
  source: PartSource,
): Promise<{ readonly place: string; readonly isAll: boolean }> {
  const places: string[] = [];
  let isAll = true;
  for (const { key, label, type } of filters) {
    const chosen = scope.filters[key];
    if (chosen === undefined) continue;
    if (type !== 'location_list' && type !== 'storage_unit_list') {
      isAll = false;
      continue;
    }
    const ids = chosen as string[];
    const name = ids.length === 1 ? await namesOf(source, scope.companyId, type, ids) : `${ids.length} ${label}`;
    places.push(slug(name, 'place'));
    // another name may have the same letters; with its code in brackets it also has a tag
    isAll &&= ids.length === 1 && places.at(-1) === name.toLowerCase().replaceAll(' ', '-');
  }
  return { place: places.join('_'), isAll: isAll && places.length < 2 };
}

/**
 * `purchase-orders_harbour-grill-hamburg_2026-10-01_2026-10-31_main-kitchen`, without an extension. Where the name does
 * not say all that was asked for, or was cut, it ends in a tag that is the same for the same question.
 */
export async function fileStem(definition: ReportDefinition, scope: ReportScope, source: PartSource): Promise<string> {
  const { place, isAll } = await narrowed(definition, scope, source);
  const company = slug(scope.companyName, 'company');
  const period = definition.isAsOf ? scope.to : `${scope.from}_${scope.to}`;
  const stemOf = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('_');
  const whole = stemOf(definition.slug, company, period, place);
  if (isAll && !scope.columns && isWithin(whole, max)) return whole;
  const tag = tagOf(definition, scope);
  const end = place === '' && !isAll ? `filtered-${tag}` : tag;
  const room = beside(max, `${stemOf(definition.slug, period, end)}__`);
  const [shortCompany, shortPlace] = fitted(company, place, room);
  return stemOf(definition.slug, shortCompany, period, shortPlace, end);
}

/** Of all that tells one question from another, as far as it is not a day. */
function tagOf({ type }: ReportDefinition, { companyId, filters, columns }: ReportScope): string {
  const sorted = Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([type, companyId, sorted, ...(columns ?? [])]))
    .digest('hex')
    .slice(0, tagLength);
}

/** Of the ZIP: two formats of one question are two files in a folder of downloads. */
export const zipName = (stem: string, format: FileFormat, options: ExportOptions): string =>
  `${stem}_${format}${formats[format].nameEnd(options)}.zip`;
