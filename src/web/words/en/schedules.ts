/** Words of schedules, destinations and deliveries. */
import type {
  Condition,
  DeliveryStatus,
  DestinationType,
  Recurrence,
  RunStatus,
  Weekday,
} from '#contract/schedules.ts';
import { catalogue } from '../catalogue.ts';

export const scheduleWords = catalogue('schedules', {
  title: 'Schedules',
  lead: 'What {{company}} sends by itself: once, on the right day, to those who may have it.',
  tabs: 'Schedules',
  tabSchedules: 'Schedules',
  tabDeliveries: 'Deliveries',
  tabDestinations: 'Destinations',
  tabCalendar: 'Closed days and guests',
  refused: 'schedules and deliveries',
  why: 'They send what was paid to others.',
  // schedules
  newSchedule: 'New schedule',
  noneTitle: 'Nothing is sent by itself yet',
  noneText: 'Save a report, add a destination, and choose the days.',
  noSaved: 'A schedule sends a saved report. Save one first, on the page of the report.',
  name: 'Name',
  report: 'Report',
  when: 'When',
  next: 'Next',
  last: 'Last',
  owner: 'Owner',
  nobody: 'Nobody',
  paused: 'Paused',
  never: 'Not yet',
  reportGone: 'deleted',
  edit: 'Edit',
  editOf: 'Edit {{name}}',
  runs: 'Runs',
  runsOf: 'Runs of {{name}}',
  runNow: 'Run now',
  runNowOf: 'Run {{name}} now',
  pause: 'Pause',
  resume: 'Resume',
  resumeFromNow: 'Resume from now on',
  takeOver: 'Take over',
  delete: 'Delete…',
  deleteAsk: 'Delete {{name}}?',
  deleteText: 'It sends nothing any more. What it sent stays listed under Deliveries.',
  keep: 'Keep',
  deleteYes: 'Delete',
  more: 'More about {{name}}',
  failed: 'Not done',
  running: 'It is being made',
  occurrence: 'Occurrence',
  period: 'Period',
  result: 'Result',
  noRuns: 'Nothing has been due yet.',
  openExport: 'Open the export',
  // the form
  editTitle: 'Change schedule',
  days: 'Days',
  weekday: 'Day of the week',
  dayOfMonth: 'Day of the month',
  lastDay: 'Last day',
  workingDay: 'Working day',
  after: 'After each',
  latest: 'At the latest on working day',
  at: 'Time of day',
  atHint: 'On the clocks of {{zone}}',
  condition: 'Send',
  destinations: 'To',
  noDestinations: 'Add a destination first; until then the file is in Export History.',
  save: 'Save',
  saving: 'Saving…',
  cancel: 'Cancel',
  notSaved: 'Not saved',
  enterName: 'Enter a name.',
  chooseReport: 'Choose a saved report.',
  enterTime: 'Enter a time such as 07:00.',
  chooseDays: 'Choose at least one day.',
  preview: 'The next twelve',
  previewOf: '{{due}}, for {{period}}',
  // deliveries
  noDeliveries: 'Nothing has been sent yet.',
  to: 'To',
  what: 'What',
  status: 'Status',
  attempts: 'Attempts',
  sendAgain: 'Send again',
  sendTo: 'Send to',
  sendToHint: 'What becomes of it stands in its details; you are told by mail when it does not arrive.',
  sentTo: 'Sent to',
  openDeliveries: 'All deliveries',
  send: 'Send',
  sendingTo: 'On its way: {{count}}',
  notSent: 'It was not sent',
  takeBack: 'Take link back',
  linkOpened: 'link opened {{n}} times, until {{day}}',
  linkRevoked: 'link taken back',
  tryNext: 'next try {{at}}',
  // destinations
  newDestination: 'New destination',
  noDestinationsTitle: 'No destinations yet',
  noDestinationsText: 'Mail, a webhook, an SFTP server or a bucket of the receiver.',
  type: 'Way',
  test: 'Test',
  testOf: 'Test {{name}}',
  testing: 'Testing…',
  disabled: 'Disabled: {{reason}}',
  editDestination: 'Change destination',
  recipients: 'Recipients',
  recipientsHint: 'One address a line. Members need Financial viewing, guests approval.',
  attach: 'Attach the file where it fits',
  url: 'Address',
  secret: 'Secret',
  secretHint: 'Copy it to the receiver now: it is never shown again.',
  secretStays: 'Leave empty to keep the one it has.',
  events: 'Tell also of',
  host: 'Server',
  port: 'Port',
  username: 'User',
  password: 'Password',
  hostKey: 'Host key',
  hostKeyHint: 'Compare it with what the keeper of the server says. No other server is spoken to.',
  readHostKey: 'Ask the server',
  folder: 'Folder',
  bucket: 'Bucket',
  endpoint: 'Endpoint',
  endpointHint: 'Empty for AWS',
  region: 'Region',
  prefix: 'Begin names with',
  accessKey: 'Access key id',
  secretKey: 'Secret access key',
  deleteDestinationText: 'What was sent there stays listed; its secret is forgotten.',
  // calendar and guests
  closedDays: 'Closed days',
  closedDaysLead: 'Working days are Monday to Friday, but for these.',
  addDay: 'Add day',
  day: 'Day',
  removeDay: 'Remove {{day}}',
  noClosedDays: 'None.',
  rules: 'What may go out',
  rulesLead: 'They hold for everything of this company that is sent, also for what waits.',
  rulesOnlyManager: 'Whoever manages the company changes them.',
  mayAttach: 'Files may be attached to mail',
  mayAttachHint: 'Else a letter leads to the file.',
  guestDomains: 'Domains of guests, one a line',
  guestDomainsHint: 'Empty: any, each address approved by itself.',
  ignoreAfter: 'Orders older than so many days no longer block a complete month',
  ignoreAfterHint: 'Days past the day they were expected. Empty: they all block.',
  saveRules: 'Save rules',
  rulesSaved: 'The rules are saved',
  guests: 'Guests',
  guestsLead: 'Outsiders who may receive mail. Each is approved by whoever manages the company.',
  email: 'E-mail',
  addGuest: 'Add guest',
  approve: 'Approve',
  approvedBy: 'approved by {{name}}',
  notApproved: 'not approved yet',
  remove: 'Remove',
  removeOf: 'Remove {{name}}',
  noGuests: 'None.',
});

export const weekdayNames: Readonly<Record<Weekday, string>> = {
  monday: 'Monday',
  tuesday: 'Tuesday',
  wednesday: 'Wednesday',
  thursday: 'Thursday',
  friday: 'Friday',
  saturday: 'Saturday',
  sunday: 'Sunday',
};

export const recurrenceNames: Readonly<Record<Recurrence['kind'], string>> = {
  daily: 'Daily',
  weekly: 'Weekly',
  monthly: 'Monthly',
  working_day: 'On a working day after the month or quarter',
  when_complete: 'When the month is complete',
};

export const conditionNames: Readonly<Record<Condition, string>> = {
  always: 'Always',
  with_rows: 'Only with rows',
  without_rows: 'Only when it has no rows',
  when_changed: 'Only when something has changed',
};

export const runStatusNames: Readonly<Record<RunStatus, string>> = {
  waiting: 'Waiting',
  running: 'Running',
  sent: 'Sent',
  partly_sent: 'Partly sent',
  skipped: 'Not sent',
  failed: 'Failed',
};

export const deliveryStatusNames: Readonly<Record<DeliveryStatus, string>> = {
  waiting: 'Waiting',
  sending: 'Sending',
  sent: 'Sent',
  failed: 'Failed',
  refused: 'Refused',
};

export const destinationNames: Readonly<Record<DestinationType, string>> = {
  mail: 'Mail',
  webhook: 'Webhook',
  sftp: 'SFTP',
  s3: 'Bucket (S3)',
};

export const eventNames = {
  'export.completed': 'completed exports',
  'export.failed': 'failed exports',
  'export.changed': 'exports that are no longer as sent',
  'schedule.failed': 'failed schedules',
} as const;

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];
const ordinal = (n: number): string =>
  ordinals[n - 1] ?? `${n}${['th', 'st', 'nd', 'rd'][n % 10 < 4 && (n < 11 || n > 13) ? n % 10 : 0]}`;

/** `Europe/Berlin` as its people call it: `Berlin`. */
const placeOf = (timeZone: string): string => timeZone.slice(timeZone.lastIndexOf('/') + 1).replaceAll('_', ' ');

function daysText(recurrence: Recurrence): string {
  switch (recurrence.kind) {
    case 'daily':
      return recurrence.weekdays && recurrence.weekdays.length < 7
        ? `every ${recurrence.weekdays.map((day) => weekdayNames[day]).join(', ')}`
        : 'every day';
    case 'weekly':
      return `every ${weekdayNames[recurrence.weekday]}`;
    case 'monthly':
      return recurrence.day === 'last'
        ? 'on the last day of each month'
        : `on the ${ordinal(recurrence.day)} of each month`;
    case 'working_day':
      return `on the ${ordinal(recurrence.nth)} working day after each ${recurrence.of}`;
    case 'when_complete':
      return `when each month is complete, at the latest on the ${ordinal(recurrence.latest_working_day)} working day after it`;
  }
}

/** `On the third working day after each month, 07:00 Berlin time`. */
export function recurrenceText(recurrence: Recurrence, at: string, timeZone: string): string {
  const text = `${daysText(recurrence)}, ${at} ${placeOf(timeZone)} time`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `Thu 3 Dec 2026, 07:00`, on the company's clocks. */
export function dueText(instant: string, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(instant));
}
