/** Document numbers of one company: ours without gaps, year by year; the vendors' with the gaps of a busy office. */
import type { MovementKind } from './stock.ts';
import { dayText, yearOf } from './local-days.ts';
import type { Random } from './random.ts';
import type { VendorProfile } from './vendors.ts';

const movementLetters: Readonly<Record<MovementKind, string>> = {
  RECEIPT: 'REC',
  ISSUE: 'ISS',
  WASTE: 'WST',
  ADJUSTMENT: 'ADJ',
  TRANSFER_IN: 'TRI',
  TRANSFER_OUT: 'TRO',
};

export class Numbers {
  private readonly counters = new Map<string, number>();
  private readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  /** `PO-26-000123`, `GR-26-000045`: one row of numbers a prefix and year. */
  document(prefix: 'PO' | 'GR' | 'RT' | 'CR' | 'TR', day: number): string {
    const year = String(yearOf(day)).slice(2);
    return `${prefix}-${year}-${String(this.step(`${prefix}${year}`, 1)).padStart(6, '0')}`;
  }

  /** What the vendor's delivery note or invoice says. */
  paper(vendor: VendorProfile, day: number): string {
    const key = `paper${vendor.key}`;
    if (!this.counters.has(key)) this.counters.set(key, this.random.integer(10_000, 70_000));
    const number = this.step(key, this.random.integer(3, 60));
    return vendor.paper.replace('#', String(number).padStart(6, '0')).replace('@', dayText(day).slice(2, 4));
  }

  /** `ISS-261122-0041`. */
  movement = (kind: MovementKind, day: number): string => {
    const date = dayText(day).replaceAll('-', '').slice(2);
    const letters = movementLetters[kind];
    const key = `movement${letters}`;
    // counted by day; the day before is forgotten
    const last = this.movementDays.get(letters);
    if (last !== date) {
      this.movementDays.set(letters, date);
      this.counters.set(key, 0);
    }
    return `${letters}-${date}-${String(this.step(key, 1)).padStart(4, '0')}`;
  };
  private readonly movementDays = new Map<string, string>();

  private step(key: string, by: number): number {
    const next = (this.counters.get(key) ?? 0) + by;
    this.counters.set(key, next);
    return next;
  }
}
