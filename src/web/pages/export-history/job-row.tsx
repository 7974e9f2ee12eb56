/**
 * One export: a row, or a card on a phone. Two lines a cell, a fact and what follows from it. Drawn again only when
 * something about this export, or the time it depends on, has changed.
 */
import { lazy, memo, type MouseEvent, Suspense, useState } from 'react';
import type { ExportJob } from '#contract/export-jobs.ts';
import { Avatar } from '#web/parts/avatar.tsx';
import { FormatBadge } from '#web/parts/badges.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { bytes, counted } from '#web/words/figures.ts';
import { dayName, fullInstant, localTime } from '#web/words/instants.ts';
import { jobDays, jobLength, jobName, jobTitle, scopeText, shownStatus } from '#web/words/jobs.ts';
import { packWords as p } from '#web/words/en/packs.ts';
import { JobStatus } from './job-status.tsx';
import { LastNote } from './last-note.tsx';
import { SelectBox } from './select-box.tsx';
import type { Selection } from './use-selection.ts';
import { mainAction, type JobVerb } from './verbs.ts';

const PackMembers = lazy(() =>
  import('#web/parts/packs/pack-members.tsx').then(({ PackMembers: shown }) => ({ default: shown })),
);

export interface JobRowProps {
  readonly job: ExportJob;
  readonly isFresh: boolean;
  /** 0 for finished jobs: nothing about them depends on the time of day. */
  readonly now: number;
  readonly timeZone: string;
  /** Where exports of several companies stand together. */
  readonly companyName: string | null;
  readonly today: string;
  readonly locationNames: ReadonlyMap<string, string>;
  /** The address of the list, with at least the company in it. */
  readonly listHref: string;
  readonly isBusy: boolean;
  readonly isSelected: boolean;
  readonly onSelect: Selection['toggle'];
  readonly onVerb: (verb: JobVerb, job: ExportJob) => void;
  readonly onMenu: (job: ExportJob, button: HTMLElement) => void;
}

export const JobRow = memo(function JobRow(props: JobRowProps) {
  const { job, isFresh, now, timeZone, today, locationNames, companyName, listHref, isBusy, onVerb, onMenu } = props;
  const { isSelected, onSelect } = props;
  const name = jobName(job);
  const [isOpen, setOpen] = useState(false);
  const openDetails = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    onVerb('details', job);
  };
  return (
    <>
      {/* the whole row opens what its name opens; the name is the way for the keyboard */}
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events */}
      <tr
        role="row"
        onClick={(event) => {
          const isText = (getSelection()?.toString() ?? '') !== '';
          if (!isText && !(event.target as Element).closest('a, button, label')) onVerb('details', job);
        }}
        data-job={job.id}
        data-status={shownStatus(job)}
        className={isFresh ? 'fresh' : isSelected ? 'chosen' : undefined}
      >
        <SelectBox job={job} isSelected={isSelected} onSelect={onSelect} />
        <td role="cell" className="c-fmt">
          <FormatBadge format={job.file_format} />
        </td>
        <td role="cell" className="c-range">
          <span className="nowrap">{jobDays(job)}</span> <span className="sub">{jobLength(job)}</span>
        </td>
        <th role="rowheader" scope="row" className="c-rep">
          <a id={`job-${job.id}`} href={`${listHref}&job=${job.id}`} onClick={openDetails}>
            {jobTitle(job)}
          </a>{' '}
          {isFresh && <span className="tag new">New</span>}
          <span className="sub">
            {job.saved_report ? `${job.saved_report.name} · ` : ''}
            {scopeText(job, locationNames)}
          </span>
          {job.pack && (
            <button
              type="button"
              className="link-btn"
              aria-expanded={isOpen}
              aria-label={p(isOpen ? 'hideMembers' : 'showMembers', { name: job.pack.name })}
              onClick={() => setOpen(!isOpen)}
            >
              <Icon name={isOpen ? 'down' : 'right'} small />
              {p('members')}
            </button>
          )}
          <LastNote job={job} timeZone={timeZone} today={today} />
        </th>
        {companyName !== null && (
          <td role="cell" className="c-comp">
            {companyName}
          </td>
        )}
        <td role="cell" className="c-stat">
          <JobStatus job={job} now={now} timeZone={timeZone} today={today} />
        </td>
        <td role="cell" className="c-made">
          <time dateTime={job.created_at} title={fullInstant(job.created_at, timeZone)} className="nowrap">
            {dayName(job.created_at, timeZone, today)}
          </time>{' '}
          <span className="sub">{localTime(job.created_at, timeZone)}</span>
          {/* a card has no column for it */}
          <span className="by-card"> by {job.created_by.name}</span>
        </td>
        <td role="cell" className="c-by">
          <span className="by">
            <Avatar name={job.created_by.name} />
            <span className="trunc" title={job.created_by.name}>
              {job.created_by.name}
            </span>
          </span>
        </td>
        <td role="cell" className="c-act">
          <MainAction job={job} name={name} isBusy={isBusy} onVerb={onVerb} />
        </td>
        <td role="cell" className="c-more">
          <button
            type="button"
            className="icon-btn"
            aria-label={`More actions for ${name}`}
            aria-haspopup="menu"
            onClick={(event) => onMenu(job, event.currentTarget)}
          >
            <Icon name="more" />
          </button>
        </td>
      </tr>
      {isOpen && (
        <tr role="row" className="of-pack">
          <td role="cell" colSpan={9}>
            <Suspense>
              <PackMembers job={job} />
            </Suspense>
          </td>
        </tr>
      )}
    </>
  );
});

type MainActionProps = Pick<JobRowProps, 'job' | 'isBusy' | 'onVerb'> & { readonly name: string };

/** The one action of a row; everything else is in its menu. */
function MainAction({ job, name, isBusy, onVerb }: MainActionProps) {
  const { verb, label, icon } = mainAction(job);
  const figures = [
    job.row_count !== null && counted(job.row_count, 'row'),
    job.is_downloadable && job.file_size !== null && bytes(job.file_size),
  ].filter(Boolean);
  return (
    <>
      <button
        type="button"
        className={verb === 'cancel' ? 'btn s ghost' : 'btn s'}
        aria-label={`${label}: ${name}`}
        aria-disabled={isBusy || undefined}
        onClick={() => !isBusy && onVerb(verb, job)}
      >
        {icon && <Icon name={icon} small />}
        {label}
      </button>
      {figures.length > 0 && <span className="sub">{figures.join(' · ')}</span>}
    </>
  );
}
