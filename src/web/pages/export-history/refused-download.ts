/** A refused download says why and what to do next, decided by the code of the refusal (M31). */
import type { ExportJob } from '#contract/export-jobs.ts';
import type { OwnCompanyAccess } from '#contract/organization.ts';
import { serverNow } from '#web/api/server-clock.ts';
import type { ApiProblem } from '#web/api/problem.ts';
import type { Toast } from '#web/frame/toasts.tsx';
import { copyText } from '#web/parts/clipboard.ts';
import { shortDay } from '#web/words/days.ts';
import { counted } from '#web/words/figures.ts';
import { localDay } from '#web/words/instants.ts';
import { keptDays, processingLine } from './status-line.ts';
import type { JobVerb } from './verbs.ts';

interface Refusal {
  readonly job: ExportJob;
  readonly problem: ApiProblem;
  readonly companyName: string;
  readonly timeZone: string;
  /** Asked only when the permission is missing. */
  readonly administrator: OwnCompanyAccess['administrators'][number] | undefined;
  readonly onVerb: (verb: JobVerb, job: ExportJob) => void;
}

export function refusedDownload(refusal: Refusal): Toast {
  const { job, problem, companyName, timeZone, administrator, onVerb } = refusal;
  const link = (label: string, verb: JobVerb) => ({ label, onPress: () => onVerb(verb, job) });
  const request = problem.requestId ? ` Request ${problem.requestId}.` : '';
  switch (problem.code) {
    case 'not_ready':
      return {
        title: 'Not ready yet',
        text: `${notReadyText(job)} Download appears in the row when it is done.`,
        icon: 'clock',
        tone: 'wait',
        links: [link('Show details', 'details')],
      };
    case 'file_expired':
      return {
        title: 'The file has expired',
        text: `${expiredText(job, timeZone)} A new run uses the data of today.`,
        icon: 'expired',
        tone: 'old',
        links: [link('Run again', 'again'), link('Details', 'details')],
      };
    case 'no_file':
      return {
        title: 'There is no file',
        text: 'No file of this export is stored.',
        icon: 'fail',
        tone: 'bad',
        links: [link('See why', 'details'), link('Run again', 'again')],
      };
    case 'storage_unavailable':
      return {
        title: 'File storage does not answer',
        text: `The file is safe, only out of reach.${request}`,
        icon: 'offline',
        tone: 'bad',
        links: [link('Try again', 'download'), copyRequest(problem)],
      };
    case 'missing_capability':
    case 'company_access_denied':
      return {
        title: 'Not allowed any more',
        text: `You have no Financial viewing in ${companyName} any more. The file is still there for those who have.`,
        icon: 'lock',
        tone: 'bad',
        ...(administrator && {
          links: [
            { label: `Ask ${administrator.name}`, onPress: () => location.assign(`mailto:${administrator.email}`) },
          ],
        }),
      };
    case 'unreachable':
      return {
        title: 'The server cannot be reached',
        text: 'The file is safe. Try again when the connection is back.',
        icon: 'offline',
        tone: 'bad',
        links: [link('Try again', 'download')],
      };
    default:
      return {
        title: problem.title,
        text: `${problem.detail}${request}`,
        icon: 'fail',
        tone: 'bad',
        links: [link('Try again', 'download'), copyRequest(problem)],
      };
  }
}

function notReadyText(job: ExportJob): string {
  if (job.status === 'processing') return `${processingLine(job, serverNow(), 0).text}.`;
  return job.status === 'pending' ? 'It is waiting in the queue.' : 'This export did not come about.';
}

function expiredText(job: ExportJob, timeZone: string): string {
  const days = keptDays(job);
  if (!job.expires_at || days === null) return 'It is not kept any more.';
  const goneOn = shortDay(localDay(job.expires_at, timeZone), localDay(serverNow(), timeZone));
  return `Files are kept for ${counted(days, 'day')}; this one went on ${goneOn}.`;
}

const copyRequest = (problem: ApiProblem) => ({
  label: 'Copy request',
  onPress: () => void copyText(problem.requestId ?? problem.code, 'Request'),
});
