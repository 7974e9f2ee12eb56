/** Numbers in words: rows, bytes, durations, money. Never more exact than known. */

const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** `1,868`. */
export const count = (n: number): string => grouped.format(n);

/** `1,868 rows`, `1 row`. */
export const counted = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

/** `640 B`, `148 KB`, `1.2 MB`, `12 MB`; thousands, as file managers other than Windows count. */
export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  const units = ['KB', 'MB', 'GB', 'TB'];
  let value = n;
  let unit = -1;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 9.95 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** `0.3 s`, `8 s`, `2 min`, `1 h 5 min`, `3 days`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 0.05) return 'under 0.1 s';
  if (seconds < 9.95) return `${seconds.toFixed(1).replace('.0', '')} s`;
  return wholeDuration(ms);
}

/** The same without fractions of a second: `4 s`. */
export function wholeDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${Math.round(hours / 24)} days`;
}

/** `a few seconds`, `about 8 s`, `about 25 s`, `about 3 min`: coarser the farther away. */
export function aboutDuration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 3) return 'a few seconds';
  if (seconds < 20) return `about ${Math.round(seconds)} s`;
  if (seconds < 90) return `about ${Math.round(seconds / 5) * 5} s`;
  return `about ${wholeDuration(Math.round(seconds / 60) * 60_000)}`;
}

/** A decimal string with its thousands apart: `84216.35` -> `84,216.35`. Never goes through a float. */
export function decimal(text: string): string {
  const [, sign = '', whole = '', rest = ''] = /^(-?)(\d+)(\.\d+)?$/.exec(text) ?? [];
  return whole ? `${sign && '−'}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${rest}` : text;
}

/** A decimal string with exactly this many places, half away from zero: `2.254575` -> `2.2546`. Never goes through a float. */
export function roundedDecimal(text: string, places: number): string {
  const [, sign = '', whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined) return text;
  const kept = BigInt(whole + fraction.padEnd(places, '0').slice(0, places));
  const digits = String(kept + (Number(fraction[places] ?? '0') >= 5 ? 1n : 0n)).padStart(places + 1, '0');
  const at = digits.length - places;
  return `${sign}${digits.slice(0, at)}${places > 0 ? '.' : ''}${digits.slice(at)}`;
}

/** `1st`, `2nd`, `11th`. */
export function ordinal(n: number): string {
  const tens = n % 100;
  const ending = tens > 10 && tens < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${count(n)}${ending}`;
}

/** `Main Kitchen`, `Main Kitchen, Bar`, `Main Kitchen, Bar and 3 more`. */
export function nameList(names: readonly string[], shownMax = 3): string {
  if (names.length <= shownMax) return names.join(', ');
  return `${names.slice(0, shownMax - 1).join(', ')} and ${names.length - shownMax + 1} more`;
}
