/** Instants as a person in the company's zone reads them: `Today`, `16 Nov 2026`, `14:32`. */
import { dayText } from './days.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

/** A row of a list says the same instant as day, as time and in full: it is worked out once. */
const known = new Map<string, string>();
const knownMax = 2000;

/** `2026-11-23 14:32:05` in the zone. */
function localText(instant: string | number, timeZone: string): string {
  const key = `${instant} ${timeZone}`;
  const text = known.get(key) ?? worked(instant, timeZone);
  if (known.size >= knownMax) known.clear();
  known.set(key, text);
  return text;
}

function worked(instant: string | number, timeZone: string): string {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  return format.format(typeof instant === 'string' ? new Date(instant) : instant);
}

export const localDay = (instant: string | number, timeZone: string): string =>
  localText(instant, timeZone).slice(0, 10);

/** `14:32`. */
export const localTime = (instant: string | number, timeZone: string): string =>
  localText(instant, timeZone).slice(11, 16);

/** `14:32:05`. */
export const localSecond = (instant: string | number, timeZone: string): string =>
  localText(instant, timeZone).slice(11, 19);

/** A step of something that began at `first`: `14:32:05`, and on another day `23 Dec 2026, 14:32:05`. */
export function secondBeside(first: string, instant: string, timeZone: string): string {
  const day = localDay(instant, timeZone);
  const second = localText(instant, timeZone).slice(11, 19);
  return day === localDay(first, timeZone) ? second : `${dayText(day)}, ${second}`;
}

/** `Today` or `16 Nov 2026`. */
export function dayName(instant: string | number, timeZone: string, today: string): string {
  const day = localDay(instant, timeZone);
  return day === today ? 'Today' : dayText(day);
}

/** `Today 14:32`, `16 Nov 2026 18:40`. */
export const dayAndTime = (instant: string | number, timeZone: string, today: string): string =>
  `${dayName(instant, timeZone, today)} ${localTime(instant, timeZone)}`;

/** Everything there is to know, for a title: `23 Nov 2026, 14:32:05, Europe/Berlin`. */
export function fullInstant(instant: string | number, timeZone: string): string {
  const text = localText(instant, timeZone);
  return `${dayText(text.slice(0, 10))}, ${text.slice(11, 19)}, ${timeZone}`;
}
