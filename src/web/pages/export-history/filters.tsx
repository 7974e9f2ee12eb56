/** The filters of the toolbar. Counts beside the choices respect the other filters. */
import { useQuery } from '@tanstack/react-query';
import { jobFormats, jobStatuses, jobTypes } from '#contract/export-jobs.ts';
import type { JobFacets } from '#web/api/export-jobs.ts';
import { deliveryLocationsQuery } from '#web/api/company.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { ChoiceList, type Choice } from '#web/parts/choice-list.tsx';
import { FilterPill } from '#web/parts/filter-pill.tsx';
import { PeriodList } from '#web/parts/period-list.tsx';
import { useToday } from '#web/parts/use-clock.ts';
import { openPeriodText } from '#web/words/days.ts';
import { statusName } from '#web/words/jobs.ts';
import { formatName } from '#web/words/formats.ts';
import { reportName } from '#web/words/reports.ts';
import { createdPresets, periodPresets } from './presets.ts';
import type { JobListFilters } from './search.ts';
import { useFacets } from './use-export-jobs.ts';
import { useView } from './use-view.ts';

type ListFilter = 'status' | 'file_format' | 'report_type' | 'created_by' | 'delivery_location_id';

/** One or two values by name, more by number. */
export function chosenText(chosen: readonly string[] | undefined, choices: readonly Choice[]): string | null {
  if (!chosen?.length) return null;
  if (chosen.length > 2) return `${chosen.length} selected`;
  return chosen.map((value) => choices.find((choice) => choice.value === value)?.label ?? '1 other').join(', ');
}

export const choicesOf = <T extends string>(
  values: readonly T[],
  nameOf: (value: T) => string,
  counts: Partial<Record<string, number>> | undefined,
): Choice[] => values.map((value) => ({ value, label: nameOf(value), ...(counts && { count: counts[value] ?? 0 }) }));

/** People who have made exports, the most industrious first; those chosen are always among them. */
export function peopleChoices(facets: JobFacets | undefined): Choice[] {
  const people = [...(facets?.created_by ?? [])].sort((a, b) => b.count - a.count || a.name.localeCompare(b.name));
  return people.map(({ id, name, count }) => ({ value: id, label: name, count }));
}

export function useLocationChoices(): Choice[] {
  const { id } = useCompany();
  const { data } = useQuery(deliveryLocationsQuery(id));
  return (data ?? []).map(({ id: value, name }) => ({ value, label: name }));
}

export function Filters() {
  const { filters, change } = useView();
  const today = useToday();
  const locations = useLocationChoices();
  const isPeopleShown = filters.created_by !== undefined;
  return (
    <div className="pills-row">
      <ListPill name="status" label="Status" shortcut="f" choices={choicesOf(jobStatuses, statusName, undefined)} />
      <ListPill name="file_format" label="Format" choices={choicesOf(jobFormats, formatName, undefined)} />
      <FilterPill label="Created" value={openPeriodText(filters.created_from, filters.created_to)}>
        {(close) => (
          <PeriodList
            label="Created between"
            presets={createdPresets(today)}
            from={filters.created_from}
            to={filters.created_to}
            today={today}
            latest={today}
            onApply={(created_from, created_to) => {
              change({ created_from, created_to });
              close();
            }}
          />
        )}
      </FilterPill>
      <ListPill name="report_type" label="Report type" choices={choicesOf(jobTypes, reportName, undefined)} />
      {isPeopleShown ? <PeoplePill /> : <ListPill name="created_by" label="Requested by" choices={[]} />}
      <FilterPill label="Report period" value={openPeriodText(filters.period_from, filters.period_to)}>
        {(close) => (
          <PeriodList
            label="Report period touches"
            presets={periodPresets(today)}
            from={filters.period_from}
            to={filters.period_to}
            today={today}
            onApply={(period_from, period_to) => {
              change({ period_from, period_to });
              close();
            }}
          />
        )}
      </FilterPill>
      {locations.length > 1 && <ListPill name="delivery_location_id" label="Location" choices={locations} />}
    </div>
  );
}

interface ListPillProps {
  readonly name: ListFilter;
  readonly label: string;
  /** Names for the pill; the panel adds what it learns when it opens. */
  readonly choices: readonly Choice[];
  readonly shortcut?: string;
}

function ListPill({ name, label, choices, shortcut }: ListPillProps) {
  const { filters } = useView();
  return (
    <FilterPill label={label} value={chosenText(filters[name], choices)} {...(shortcut && { shortcut })}>
      {(close) => <ListPanel name={name} label={label} choices={choices} onDone={close} />}
    </FilterPill>
  );
}

/** Names of people come with the counts; they are asked for as soon as somebody is chosen. */
function PeoplePill() {
  const { filters } = useView();
  return <ListPill name="created_by" label="Requested by" choices={peopleChoices(useFacets(filters))} />;
}

function ListPanel({ name, label, choices, onDone }: Omit<ListPillProps, 'shortcut'> & { onDone: () => void }) {
  const { filters, change } = useView();
  const facets = useFacets(filters);
  const counted = name === 'created_by' ? peopleChoices(facets) : withCounts(name, choices, facets);
  return (
    <ChoiceList
      label={label}
      choices={counted}
      chosen={filters[name] ?? []}
      isSingle={name === 'delivery_location_id'}
      onApply={(chosen) => {
        change({ [name]: chosen.length > 0 ? chosen : undefined } as Partial<JobListFilters>);
        onDone();
      }}
    />
  );
}

function withCounts(name: ListFilter, choices: readonly Choice[], facets: JobFacets | undefined): readonly Choice[] {
  if (!facets || name === 'delivery_location_id' || name === 'created_by') return choices;
  const counts = facets[name];
  return choices.map((choice) => ({ ...choice, count: counts[choice.value] ?? 0 }));
}
