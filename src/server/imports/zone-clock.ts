/**
 * The clocks of one zone, asked whether a local time without an offset means exactly one instant. On the nights when
 * clocks change it may mean none or two: it is then read by the offset before the change, as clocks that were not set yet
 * show it, and a warning says so.
 */

interface DayOffsets {
  readonly before: number;
  readonly after: number;
}

export class ZoneClock {
  readonly timeZone: string;
  readonly #format: Intl.DateTimeFormat;
  /** By day; null for the many on which nothing changes. */
  readonly #changes = new Map<string, DayOffsets | null>();

  constructor(timeZone: string) {
    this.timeZone = timeZone;
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /**
   * Why `time` (hh:mm:ss) on `day` is not one instant and the offset it is read by, or null if it is one.
   * @param day a day that exists
   */
  unclear(day: string, time: string): { reason: string; offset: string } | null {
    const change = this.#changeAround(day);
    if (!change) return null;
    const local = Date.parse(`${day}T${time}Z`);
    const fits = (offset: number): boolean => this.#offset(local - offset) === offset;
    const [before, after] = [fits(change.before), fits(change.after)];
    const offset = offsetText(change.before);
    if (before && after) {
      const ways = `taken as ${offset}; write ${offsetText(change.after)} if it was the later one`;
      return { reason: `This time came twice in ${this.timeZone} that night: ${ways}`, offset };
    }
    if (before || after) return null;
    const reason = `This time did not exist in ${this.timeZone}, the clocks were put forward: taken as ${offset}`;
    return { reason, offset };
  }

  #changeAround(day: string): DayOffsets | null {
    const known = this.#changes.get(day);
    if (known !== undefined) return known;
    const midnight = Date.parse(`${day}T00:00:00Z`);
    const [before, after] = [this.#offset(midnight - 24 * 3_600_000), this.#offset(midnight + 48 * 3_600_000)];
    const change = before === after ? null : { before, after };
    this.#changes.set(day, change);
    return change;
  }

  /** Milliseconds ahead of UTC. */
  #offset(instant: number): number {
    const parts = new Map(this.#format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    const date = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
    return date - instant;
  }
}

function offsetText(milliseconds: number): string {
  const minutes = Math.abs(milliseconds) / 60_000;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${milliseconds < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}
