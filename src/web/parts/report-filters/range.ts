/** Numbers as people type them into a range, and what is wrong with one. */
import { reportWords as t } from '#web/words/en/reports.ts';

/** `1 234,5` and `1,234.5` as people type them -> `1234.5`; undefined when it is no decimal number, '' for nothing. */
export function readDecimal(typed: string): string | undefined {
  const text = typed.replace(/[\s\u00A0_']/g, '').replace('−', '-');
  const lastComma = text.lastIndexOf(',');
  const lastPoint = text.lastIndexOf('.');
  // the sign that comes last, and comes once, is the decimal one
  const isComma = lastComma > lastPoint && text.indexOf(',') === lastComma;
  const plain = isComma ? text.replaceAll('.', '').replace(',', '.') : text.replaceAll(',', '');
  return plain === '' || /^-?\d{1,14}(\.\d{1,6})?$/.test(plain) ? plain : undefined;
}

/** What is wrong with a range, for the person who typed it. */
export function rangeProblem(min: string, max: string): string | undefined {
  const [low, high] = [readDecimal(min), readDecimal(max)];
  if (low === undefined || high === undefined) return t('numberHint');
  return low !== '' && high !== '' && Number(low) > Number(high) ? t('rangeTurned') : undefined;
}
