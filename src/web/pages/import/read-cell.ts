/** A cell as it is read by the settings that are on the page: shown beside what the file has, before anything is sent. */
import type { ProfileSettings } from '#contract/import-profiles.ts';
import { readDay, readDecimal, readInstant, readPack, readTax } from '#contract/import-reading.ts';

export interface ReadCell {
  readonly text: string;
  /** It cannot be read so. */
  readonly isWrong: boolean;
}

const readOr = (given: string, read: string | null): ReadCell => ({ text: read ?? given, isWrong: read === null });

/** Null where the text stays as it is. @param type of the field: `decimal`, `date`, … */
export function readCell(given: string, field: string, type: string, settings: ProfileSettings): ReadCell | null {
  const raw = given.trim().replace(/^'(?=[=+\-@])/, '');
  if (raw === '') return null;
  const own = settings.values[field]?.[raw];
  if (own !== undefined) return { text: own, isWrong: false };
  const { decimal, date_order, tax } = settings;
  if (field === 'tax_rate') return readOr(raw, readTax(raw, tax, decimal));
  if (/units_per_/.test(field)) return readOr(raw, readDecimal(raw, decimal) ?? readPack(raw)?.quantity ?? null);
  if (type === 'decimal') return readOr(raw, readDecimal(raw, decimal));
  if (type === 'date') return readOr(raw, readDay(raw, date_order));
  if (type === 'date or instant') return readOr(raw, readInstant(raw, date_order)?.replace('T', ' ') ?? null);
  return null;
}
