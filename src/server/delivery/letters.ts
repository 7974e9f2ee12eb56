/** What deliveries write to people. Facts are the file's own: period, rows, totals, checksum, and the instant it shows. */
import { dayIn } from '#contract/calendar.ts';
import type { SelectedJob } from '#server/exports/job-view.ts';
import type { Mail } from '#server/mail/mailer.ts';
import { mailOf } from '#server/mail/letters.ts';
import { nowhere } from '#server/reports/definition.ts';
import { findReport } from '#server/reports/registry.ts';

export interface LetterParts {
  readonly to: string;
  readonly company: { readonly name: string; readonly timeZone: string };
}

const titleOf = (job: Pick<SelectedJob, 'report_type' | 'saved_report_name' | 'pack_facts'>): string =>
  job.pack_facts?.name ?? job.saved_report_name ?? findReport(job.report_type)?.title ?? job.report_type;

/** On the company's own clock, with the zone's name: a reader need not know where the server stands. */
const instantIn = (instant: string, timeZone: string): string => {
  const at = new Date(instant);
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'medium', hourCycle: 'h23' }).format(at);
  return `${dayIn(timeZone, at)} ${time} (${timeZone})`;
};

const periodWords = ({ date_from, date_to }: Pick<SelectedJob, 'date_from' | 'date_to'>): string =>
  date_from === date_to ? date_from : `${date_from} to ${date_to}`;

function factsOf(job: SelectedJob, { company }: LetterParts): [string, string][] {
  const labels = new Map<string, string>();
  for (const { key, label } of findReport(job.report_type)?.columns(nowhere) ?? []) labels.set(key, label);
  const totals = (job.control_totals?.currencies ?? []).map(({ currency, sums }): [string, string] => [
    `Totals ${currency}`,
    Object.entries(sums)
      .map(([key, sum]) => `${labels.get(key) ?? key} ${sum}`)
      .join(', '),
  ]);
  return [
    ['Company', company.name],
    ['Period', periodWords(job)],
    ['Rows', Number(job.row_count ?? 0).toLocaleString('en')],
    ...totals,
    ['As of', instantIn(job.started_at ?? job.created_at, company.timeZone)],
    ['File', job.filename ?? ''],
    ['SHA-256', job.sha256 ?? ''],
  ];
}

export interface FileLetter extends LetterParts {
  readonly job: SelectedJob;
  /** Of the schedule, where one sends it. */
  readonly schedule: string | null;
  readonly occurrence: string | null;
  /** Where the file is: its page, or a guest's own link. */
  readonly url: string;
  readonly isGuest: boolean;
  readonly unsubscribeUrl: string | null;
  readonly attached: boolean;
  /** Why it is not attached, where it was to be. */
  readonly notAttached: string | null;
  /** What was missing when it went out at the latest. */
  readonly missing: readonly string[];
}

export function fileLetter(letter: FileLetter): Mail {
  const { to, job, schedule, url, isGuest, unsubscribeUrl, attached, notAttached, missing } = letter;
  const title = titleOf(job);
  const what = schedule === null ? `${title} of ${letter.company.name}` : schedule;
  return {
    ...mailOf({
      to,
      subject: `${what}: ${periodWords(job)}`,
      lines: [
        ...(missing.length > 0
          ? [`Sent at the latest day, although something is missing: ${missing.join(', ')}.`]
          : []),
        `${title} of ${letter.company.name} for ${periodWords(job)} is ready.`,
        ...(attached ? ['The file is attached.'] : []),
        ...(notAttached === null ? [] : [notAttached]),
      ],
      facts: factsOf(job, letter),
      ...(isGuest && attached ? {} : { action: { label: isGuest ? 'Download the file' : 'Open the export', url } }),
      notes: [
        ...(isGuest && !attached
          ? ['The link is for you alone and works for seven days. Each use of it is counted.']
          : isGuest
            ? []
            : ['The page asks you to sign in.']),
        ...(unsubscribeUrl === null ? [] : [`To receive no more of these: ${unsubscribeUrl}`]),
      ],
    }),
    ...(unsubscribeUrl !== null && { headers: unsubscribeHeaders(unsubscribeUrl) }),
  };
}

export const readyLetter = (letter: LetterParts & { job: SelectedJob; url: string }): Mail =>
  mailOf({
    to: letter.to,
    subject: `Ready: ${titleOf(letter.job)}, ${periodWords(letter.job)}`,
    lines: [`The export you asked for is ready: ${titleOf(letter.job)} of ${letter.company.name}.`],
    facts: factsOf(letter.job, letter),
    action: { label: 'Open the export', url: letter.url },
    notes: ['The page asks you to sign in.'],
  });

/** Nobody asked for it: it took long, and its page was left. */
export const slowLetter = (letter: LetterParts & { job: SelectedJob; url: string; unsubscribeUrl: string }): Mail => ({
  ...mailOf({
    to: letter.to,
    subject: `Ready: ${titleOf(letter.job)}, ${periodWords(letter.job)}`,
    lines: [
      `${titleOf(letter.job)} of ${letter.company.name} is ready. It took longer than a minute, and you had left the page meanwhile.`,
    ],
    facts: factsOf(letter.job, letter),
    action: { label: 'Open the export', url: letter.url },
    notes: ['The page asks you to sign in.', `To receive no more of these: ${letter.unsubscribeUrl}`],
  }),
  headers: unsubscribeHeaders(letter.unsubscribeUrl),
});

const unsubscribeHeaders = (url: string) => ({
  'List-Unsubscribe': `<${url}>`,
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
});

export const failedLetter = (letter: LetterParts & { job: SelectedJob; url: string }): Mail =>
  mailOf({
    to: letter.to,
    subject: `Not made: ${titleOf(letter.job)}, ${periodWords(letter.job)}`,
    lines: [
      `The export of ${titleOf(letter.job)} of ${letter.company.name} for ${periodWords(letter.job)} could not be made.`,
      letter.job.error_message ?? '',
    ],
    action: { label: 'Open the export', url: letter.url },
    notes: [],
  });

export const canceledLetter = (letter: LetterParts & { job: SelectedJob; by: string; url: string }): Mail =>
  mailOf({
    to: letter.to,
    subject: `Canceled: ${titleOf(letter.job)}, ${periodWords(letter.job)}`,
    lines: [
      `${letter.by} canceled the export of ${titleOf(letter.job)} of ${letter.company.name} for ${periodWords(letter.job)}.`,
    ],
    action: { label: 'Open the export', url: letter.url },
    notes: ['It can be run again from there.'],
  });

interface ScheduleNews extends LetterParts {
  readonly schedule: string;
  readonly reason: string;
  readonly url: string;
}

export const scheduleFailedLetter = (letter: ScheduleNews & { occurrence: string }): Mail =>
  mailOf({
    to: letter.to,
    subject: `Failed: ${letter.schedule}, ${letter.occurrence}`,
    lines: [
      `The schedule ${letter.schedule} of ${letter.company.name} failed for ${letter.occurrence}.`,
      letter.reason,
      'Receivers were told nothing.',
    ],
    action: { label: 'Open the schedule', url: letter.url },
    notes: [],
  });

export const schedulePausedLetter = (letter: ScheduleNews): Mail =>
  mailOf({
    to: letter.to,
    subject: `Paused: ${letter.schedule}`,
    lines: [`The schedule ${letter.schedule} of ${letter.company.name} is paused.`, letter.reason],
    action: { label: 'Open the schedule', url: letter.url },
    notes: ['When it is resumed, what it missed is made.'],
  });

export const notDeliveredLetter = (letter: LetterParts & { destination: string; reason: string; url: string }): Mail =>
  mailOf({
    to: letter.to,
    subject: `Not delivered: ${letter.destination}`,
    lines: [`A file of ${letter.company.name} did not go to ${letter.destination}.`, letter.reason],
    action: { label: 'Open the deliveries', url: letter.url },
    notes: [],
  });
