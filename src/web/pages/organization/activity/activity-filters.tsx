/** Who, what, where and when; and all that match as a CSV. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { listAuditEvents, type AuditQuestion } from '#web/api/audit.ts';
import { companyMembersQuery, peopleQuery } from '#web/api/organization.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { ChoiceList, type Choice } from '#web/parts/choice-list.tsx';
import { csvText, saveCsv } from '#web/parts/csv-file.ts';
import { FilterPill } from '#web/parts/filter-pill.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { PeriodList } from '#web/parts/period-list.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { useToday } from '#web/parts/use-clock.ts';
import { addDays } from '#contract/calendar.ts';
import { monthAround, openPeriodText, type Preset } from '#web/words/days.ts';
import { count, counted } from '#web/words/figures.ts';
import type { OrganizationSearch } from '../search.ts';
import { useView } from '../use-view.ts';
import { actorName } from './sentence.tsx';
import { activityTopics, topicNames } from './topics.ts';
import { useActivity } from './use-activity.ts';

interface ActivityFiltersProps {
  readonly question: AuditQuestion;
  readonly total: number | undefined;
}

export function ActivityFilters({ question, total }: ActivityFiltersProps) {
  const { search, change } = useView();
  const { companies } = useActivity();
  const today = useToday();
  const people = usePeople();
  const isFiltered = [search.in, search.what, search.who, search.from, search.to].some((value) => value !== undefined);
  return (
    <fieldset className="bar" aria-label="Filters">
      <Pill name="who" label="Who" choices={people} />
      <Pill name="what" label="What" choices={activityTopics.map((value) => ({ value, label: topicNames[value] }))} />
      {companies.length > 1 && (
        <Pill name="in" label="Company" choices={companies.map(({ id, name }) => ({ value: id, label: name }))} />
      )}
      <FilterPill label="When" value={openPeriodText(search.from, search.to)}>
        {(close) => (
          <PeriodList
            label="Happened between"
            presets={presets(today)}
            from={search.from}
            to={search.to}
            today={today}
            latest={today}
            onApply={(from, to) => {
              change({ from, to });
              close();
            }}
          />
        )}
      </FilterPill>
      {isFiltered && (
        <button
          type="button"
          className="btn s ghost"
          onClick={() => change({ in: undefined, what: undefined, who: undefined, from: undefined, to: undefined })}
        >
          Clear filters
        </button>
      )}
      <span className="grow" />
      {total !== undefined && total > 0 && (
        <>
          <span className="muted nowrap wide">{counted(total, 'entry', 'entries')}</span>
          <CsvButton question={question} total={total} />
        </>
      )}
    </fieldset>
  );
}

function presets(today: string): Preset[] {
  return [
    { id: 'today', label: 'Today', from: today, to: today },
    { id: 'last-7', label: 'Last 7 days', from: addDays(today, -6), to: today },
    { id: 'last-30', label: 'Last 30 days', from: addDays(today, -29), to: today },
    { id: 'last-month', label: 'Last month', ...monthAround(today, -1) },
  ];
}

/** Of the organization for administrators, of the company for those who manage its members; nobody otherwise. */
function usePeople(): Choice[] {
  const company = useCompany();
  const { organization } = useActivity();
  const isAdministrator = organization?.isAdministrator ?? false;
  const mayList = company.capabilities.includes('manage_members');
  const all = useQuery({ ...peopleQuery(company.organization_id), enabled: isAdministrator });
  const ofCompany = useQuery({
    ...companyMembersQuery(company.id, { page: 0, page_size: 200 }),
    enabled: !isAdministrator && mayList,
  });
  return (all.data ?? ofCompany.data?.results ?? []).map(({ user_id, name }) => ({ value: user_id, label: name }));
}

interface PillProps {
  readonly name: 'who' | 'what' | 'in';
  readonly label: string;
  readonly choices: readonly Choice[];
}

function Pill({ name, label, choices }: PillProps) {
  const { search, change } = useView();
  const chosen = search[name];
  if (choices.length === 0 && chosen === undefined) return null;
  const shown = chosen === undefined ? null : (choices.find(({ value }) => value === chosen)?.label ?? '1 other');
  return (
    <FilterPill label={label} value={shown}>
      {(close) => (
        <ChoiceList
          label={label}
          choices={choices}
          chosen={chosen === undefined ? [] : [chosen]}
          isSingle
          onApply={([value]) => {
            change({ [name]: value } as Partial<OrganizationSearch>);
            close();
          }}
        />
      )}
    </FilterPill>
  );
}

/** More than this is asked for through the API. */
const csvEventsMax = 20_000;
const csvPageSize = 200;

function CsvButton({ question, total }: ActivityFiltersProps & { total: number }) {
  const [isBusy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    try {
      const rows: (string | null)[][] = [];
      for (let page = 0; page * csvPageSize < Math.min(total, csvEventsMax); page++) {
        const answer = await listAuditEvents({ ...question, page, page_size: csvPageSize });
        rows.push(
          ...answer.results.map((event) => [
            event.at,
            actorName(event),
            event.action,
            event.subject_name ?? event.subject_id,
            event.company?.name ?? null,
            JSON.stringify(event.details),
            event.address,
            event.request_id,
          ]),
        );
      }
      const head = ['at', 'who', 'action', 'subject', 'company', 'details', 'address', 'request_id'];
      saveCsv('activity.csv', csvText([head, ...rows]));
      if (total > csvEventsMax) {
        showToast({
          title: `The newest ${count(csvEventsMax)} entries are saved`,
          text: 'Choose fewer days for the rest.',
        });
      }
    } catch (error) {
      showToast(problemToast(error, 'Activity was not saved'));
    } finally {
      setBusy(false);
    }
  };
  return (
    <button type="button" className="btn s" aria-disabled={isBusy || undefined} onClick={() => void save()}>
      <Icon name="download" />
      {isBusy ? 'Collecting…' : 'CSV'}
    </button>
  );
}
