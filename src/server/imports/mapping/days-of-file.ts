/**
 * The days of one file that is read by a profile: the order of the profile holds unless the file itself speaks against it.
 * Then it is refused with one error, and somebody says which it is. Nothing is misread in silence.
 */
import type { ImportProfile } from '#contract/import-profiles.ts';
import type { DateOrder } from '#contract/import-reading.ts';
import { findingsMax, type ReadByProfile } from '#contract/imports.ts';
import type { DaysOfTable, ReportError } from '../table-layout.ts';
import { contradictionOf, type DayColumn, openDay, orderNames, WrittenDays } from './written-days.ts';

/** `profile`: as the profile says, whatever the days look like. */
export type SaidOrder = DateOrder | 'profile';

interface Held {
  readonly row: number;
  readonly field: string;
  readonly value: string;
  readonly reason: string;
}

export class DaysOfFile implements DaysOfTable {
  readonly #columns: DayColumn[] = [];
  readonly #held: Held[] = [];
  #more = 0;
  readonly #profile: Pick<ImportProfile, 'name' | 'date_order'>;
  readonly #today: string;
  readonly #isSaid: boolean;

  /** @param isSaid somebody said for this import in which order they are */
  constructor(profile: Pick<ImportProfile, 'name' | 'date_order'>, today: string, isSaid: boolean) {
    this.#profile = profile;
    this.#today = today;
    this.#isSaid = isSaid;
  }

  column(field: string): WrittenDays {
    const days = new WrittenDays();
    this.#columns.push({ field, days });
    return days;
  }

  refused(row: number, field: string, value: string, reason: string): void {
    if (this.#held.length < findingsMax) this.#held.push({ row, field, value, reason });
    else this.#more += 1;
  }

  judge(error: ReportError): void {
    const { name, date_order } = this.#profile;
    const found = this.#isSaid ? null : contradictionOf(this.#columns, date_order, this.#today);
    if (found === null) {
      for (const { row, field, value, reason } of this.#held) error(row, field, value, reason);
      if (this.#more > 0) error(null, null, null, `${this.#more} more days are none`);
      return;
    }
    const reason = `The profile ${name} reads days as ${orderNames[date_order]}, and this file speaks against it: ${found.because}. Say how its days are to be read`;
    error(null, found.field, found.value, reason, `date_order=${found.order}`);
  }

  /** What a person is told who did not see the file. */
  told(file: string): ReadByProfile {
    const { name, date_order } = this.#profile;
    return {
      file,
      profile: name,
      date_order,
      date_order_of: this.#isSaid ? 'request' : 'profile',
      example: openDay(this.#columns, date_order),
    };
  }
}
