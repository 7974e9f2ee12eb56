/** The table of exports: a native one, with explicit roles so that it stays a table when rows are laid out as cards. */
import { Suspense, lazy, useCallback, useDeferredValue, useRef, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { ExportJob } from '#contract/export-jobs.ts';
import type { DeliveryLocation } from '#contract/delivery-locations.ts';
import { deliveryLocationsQuery } from '#web/api/company.ts';
import { useCompany, useMe } from '#web/frame/company-context.tsx';
import { useFresh } from '#web/live/fresh.ts';
import { useNow, useToday } from '#web/parts/use-clock.ts';
import { isUnfinished } from '#web/words/jobs.ts';
import { JobRow } from './job-row.tsx';
import { JobsHead } from './jobs-head.tsx';
import type { Selection } from './use-selection.ts';
import { useView } from './use-view.ts';
import { menuOf, type JobVerb } from './verbs.ts';

const MenuPopover = lazy(() => import('#web/parts/menu-popover.tsx'));

const noNames: ReadonlyMap<string, string> = new Map();
const namesOf = (locations: readonly DeliveryLocation[]): ReadonlyMap<string, string> =>
  new Map(locations.map(({ id, name }) => [id, name]));

/** More than any screen shows at once. */
const firstRows = 40;

/**
 * The rows to draw: after a change the first ones at once and the others right after them, so that an order just chosen is
 * on screen before all of two hundred rows are drawn. Until then the old ones stand below: nothing jumps.
 */
function useFirstThenRest(jobs: readonly ExportJob[]): readonly ExportJob[] {
  const rest = useDeferredValue(jobs, none);
  if (rest === jobs || jobs.length <= firstRows) return jobs;
  const first = jobs.slice(0, firstRows);
  const drawn = new Set(first.map(({ id }) => id));
  return [...first, ...rest.slice(firstRows).filter(({ id }) => !drawn.has(id))];
}

const none: readonly ExportJob[] = [];

interface JobsTableProps {
  readonly jobs: readonly ExportJob[];
  readonly caption: string;
  readonly isReloading: boolean;
  readonly busyIds: ReadonlySet<string>;
  /** The address of the list; that of an export's details is made from it. */
  readonly listHref: string;
  readonly selection: Selection;
  readonly onVerb: (verb: JobVerb, job: ExportJob) => void;
}

export function JobsTable({ jobs, caption, isReloading, busyIds, listHref, selection, onVerb }: JobsTableProps) {
  const company = useCompany();
  const { companies } = useMe();
  const { search } = useView();
  const companyOf = (id: string) => companies.find((one) => one.id === id);
  const rows = useFirstThenRest(jobs);
  const { data: locationNames = noNames } = useQuery({ ...deliveryLocationsQuery(company.id), select: namesOf });
  const fresh = useFresh();
  const today = useToday();
  const now = useNow(1000, jobs.some(isUnfinished));
  const [menu, setMenu] = useState<{ job: ExportJob; isOpen: boolean } | null>(null);
  const menuButton = useRef<HTMLElement>(null);
  const openMenu = useCallback((job: ExportJob, button: HTMLElement) => {
    menuButton.current = button;
    setMenu({ job, isOpen: true });
  }, []);
  const menuJob = menu && (jobs.find(({ id }) => id === menu.job.id) ?? menu.job);
  return (
    <>
      <table
        className={search.of === 'all' ? 'table jobs of-all' : 'table jobs'}
        role="table"
        aria-busy={isReloading || rows !== jobs}
      >
        <caption className="vh">{caption}</caption>
        <JobsHead
          selected={jobs.filter(({ id }) => selection.ids.has(id)).length}
          rows={jobs.length}
          onTogglePage={selection.togglePage}
        />
        <tbody role="rowgroup">
          {rows.map((job) => (
            <JobRow
              key={job.id}
              job={job}
              isFresh={fresh.has(job.id)}
              now={isUnfinished(job) ? now : 0}
              timeZone={companyOf(job.company_id)?.time_zone ?? company.time_zone}
              companyName={search.of === 'all' ? (companyOf(job.company_id)?.name ?? '') : null}
              today={today}
              locationNames={locationNames}
              listHref={listHref}
              isBusy={busyIds.has(job.id)}
              isSelected={selection.ids.has(job.id)}
              onSelect={selection.toggle}
              onVerb={onVerb}
              onMenu={openMenu}
            />
          ))}
        </tbody>
      </table>
      {menuJob && (
        <Suspense>
          <MenuPopover
            key={menuJob.id}
            label="More actions"
            placement="bottom end"
            entries={menuOf(menuJob, companyOf(menuJob.company_id)?.time_zone ?? company.time_zone)}
            trigger={menuButton}
            isOpen={menu.isOpen}
            onOpenChange={(isOpen) => setMenu((known) => known && { ...known, isOpen })}
            onChoose={(verb) => onVerb(verb as JobVerb, menuJob)}
          />
        </Suspense>
      )}
    </>
  );
}
