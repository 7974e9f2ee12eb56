/**
 * How the past exports of the demo company ended. Most completed; on the first page of the first company every other
 * ending can be seen as well: each reason of a failure with its next step, a cancelation, a day without deliveries.
 */
import { addDays, daysIn } from '#contract/calendar.ts';
import type { ErrorCode } from '#contract/errors.ts';
import type { Planned } from './past-exports.ts';
import type { Random } from './random.ts';

export type Ending =
  | { readonly status: 'completed' }
  | { readonly status: 'canceled'; readonly rowsDone: number; readonly rowsTotal: number }
  | {
      readonly status: 'failed';
      readonly code: ErrorCode;
      readonly message: string;
      /** How many times the engine ran it. */
      readonly attempts: number;
      /** How long the last run lasted. */
      readonly minutes: number;
    };

const storageFailed: Ending = {
  status: 'failed',
  code: 'storage_unavailable',
  message: 'File storage did not answer in 3 attempts. Nothing is wrong with the report: run it again.',
  attempts: 3,
  minutes: 2,
};
const timedOut: Ending = {
  status: 'failed',
  code: 'timed_out',
  message:
    'The report took longer than is allowed and was stopped. Choose a shorter period or fewer locations and run it again.',
  attempts: 1,
  minutes: 30,
};
const rowCheckFailed: Ending = {
  status: 'failed',
  code: 'row_check_failed',
  message: 'The row check failed: 402 rows were counted, 401 written. The file was thrown away. Run the export again.',
  attempts: 1,
  minutes: 0.01,
};

/** Receipt lines of a day in one company, about. */
const linesADay = 28;
const canceledShare = 0.04;

function canceled(planned: Planned, random: Random): Ending {
  const rowsTotal = Math.round(daysIn(planned.from, planned.to) * linesADay * (0.8 + 0.4 * random.next()));
  return { status: 'canceled', rowsTotal, rowsDone: Math.floor(rowsTotal * (0.1 + 0.8 * random.next())) };
}

/** From the day of the request a year back: what somebody cancels, or what takes too long. */
const aYear = (planned: Planned): Planned => ({ ...planned, from: addDays(planned.to, -364), locationIds: [] });

/** By rank among the newest exports of the first company. */
const staged: Readonly<Record<number, (planned: Planned, random: Random) => Planned>> = {
  1: (planned) => ({ ...planned, ending: storageFailed }),
  4: (planned) => {
    const long = aYear({ ...planned, reportType: 'order_lines', format: 'xlsx' });
    return { ...long, ending: timedOut };
  },
  6: (planned, random) => {
    const long = aYear({ ...planned, reportType: 'delivery_location', format: 'pdf' });
    return { ...long, ending: canceled(long, random) };
  },
  9: (planned) => {
    const christmas = `${Number(planned.to.slice(0, 4)) - 1}-12-25`;
    return { ...planned, reportType: 'delivery_location', from: christmas, to: christmas };
  },
  13: (planned) => ({ ...planned, ending: rowCheckFailed }),
};

/** @param planned oldest first, all completed; answers them in the same order */
export function withEndings(
  planned: readonly Planned[],
  firstCompanyId: string | undefined,
  random: Random,
): Planned[] {
  const newest = planned.filter(({ company }) => company.id === firstCompanyId).toReversed();
  return planned.map((each) => {
    const stage = staged[newest.indexOf(each)];
    if (stage) return stage(each, random);
    return random.next() < canceledShare && each.from !== each.to ? { ...each, ending: canceled(each, random) } : each;
  });
}
