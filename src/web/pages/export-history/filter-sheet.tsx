/** All filters of a phone in one sheet. What is chosen counts at once on the button; it is applied together. */
import { useState } from 'react';
import { Heading } from 'react-aria-components/Heading';
import { jobFormats, jobStatuses, jobTypes } from '#contract/export-jobs.ts';
import { Icon, type IconName } from '#web/parts/icon.tsx';
import { CloseButton, Sheet } from '#web/parts/modal.tsx';
import { useToday } from '#web/parts/use-clock.ts';
import type { Choice } from '#web/parts/choice-list.tsx';
import { count, counted } from '#web/words/figures.ts';
import { statusIcons, statusName } from '#web/words/jobs.ts';
import { formatName, formatOf } from '#web/words/formats.ts';
import { reportName } from '#web/words/reports.ts';
import { choicesOf, peopleChoices, useLocationChoices } from './filters.tsx';
import { createdPresets } from './presets.ts';
import { filterNames, viewOf, type JobListFilters } from './search.ts';
import { useExportJobs, useFacets } from './use-export-jobs.ts';
import { useView } from './use-view.ts';
import '#web/styles/sheet.css';

export default function FilterSheet({ onClose }: { onClose: () => void }) {
  const { filters, change } = useView();
  const [draft, setDraft] = useState<JobListFilters>(filters);
  const facets = useFacets(draft);
  const today = useToday();
  const locations = useLocationChoices();
  const { data } = useExportJobs(viewOf(draft));
  const set = (patch: Partial<JobListFilters>): void => setDraft((known) => ({ ...known, ...patch }));
  const apply = (next: JobListFilters): void => {
    change(Object.fromEntries(filterNames.map((name) => [name, next[name]])));
    onClose();
  };
  return (
    <Sheet isOpen onClose={onClose}>
      <div className="grab" aria-hidden="true" />
      <div className="s-h">
        <Heading slot="title" level={2}>
          Filters
        </Heading>
        <CloseButton onClose={onClose} />
      </div>
      <div className="s-b">
        <fieldset>
          <legend>Status</legend>
          <Toggles
            choices={choicesOf(jobStatuses, statusName, facets?.status ?? {})}
            iconOf={(status) => statusIcons[status]}
            chosen={draft.status}
            onChange={(status) => set({ status })}
          />
        </fieldset>
        <fieldset>
          <legend>Format</legend>
          <Toggles
            choices={choicesOf(jobFormats, formatName, facets?.file_format ?? {})}
            iconOf={(format) => formatOf(format).icon}
            chosen={draft.file_format}
            onChange={(file_format) => set({ file_format })}
          />
        </fieldset>
        <fieldset>
          <legend>Created</legend>
          <div className="toggles presets">
            {createdPresets(today).map(({ id, label, from, to }) => {
              const isOn = draft.created_from === from && draft.created_to === to;
              return (
                <button
                  key={id}
                  type="button"
                  className="toggle"
                  aria-pressed={isOn}
                  onClick={() => set({ created_from: isOn ? undefined : from, created_to: isOn ? undefined : to })}
                >
                  {label}
                </button>
              );
            })}
          </div>
          <Days
            from={draft.created_from}
            to={draft.created_to}
            onChange={(created_from, created_to) => set({ created_from, created_to })}
          />
        </fieldset>
        <fieldset>
          <legend>Report and person</legend>
          <div className="form">
            <OneOf
              label="Report type"
              any="Any report"
              choices={choicesOf(jobTypes, reportName, undefined)}
              chosen={draft.report_type}
              onChange={(report_type) => set({ report_type })}
            />
            <OneOf
              label="Requested by"
              any="Anyone"
              choices={peopleChoices(facets)}
              chosen={draft.created_by}
              onChange={(created_by) => set({ created_by })}
            />
            {locations.length > 1 && (
              <OneOf
                label="Location"
                any="Any location"
                choices={locations}
                chosen={draft.delivery_location_id}
                onChange={(delivery_location_id) => set({ delivery_location_id })}
              />
            )}
          </div>
        </fieldset>
        <fieldset>
          <legend>Report period</legend>
          <Days
            from={draft.period_from}
            to={draft.period_to}
            onChange={(period_from, period_to) => set({ period_from, period_to })}
          />
        </fieldset>
      </div>
      <div className="s-f">
        <button type="button" className="btn" onClick={() => apply({})}>
          Clear
        </button>
        <button type="button" className="btn primary" onClick={() => apply(draft)}>
          {data ? `Show ${counted(data.total, 'export')}` : 'Show'}
        </button>
      </div>
    </Sheet>
  );
}

interface TogglesProps<T extends string> {
  readonly choices: readonly Choice[];
  readonly iconOf: (value: T) => IconName;
  readonly chosen: readonly T[] | undefined;
  readonly onChange: (chosen: T[] | undefined) => void;
}

function Toggles<T extends string>({ choices, iconOf, chosen = [], onChange }: TogglesProps<T>) {
  return (
    <div className="toggles">
      {choices.map((choice) => {
        const value = choice.value as T;
        const isOn = chosen.includes(value);
        const next = isOn ? chosen.filter((other) => other !== value) : [...chosen, value];
        return (
          <button
            key={value}
            type="button"
            className="toggle"
            aria-pressed={isOn}
            onClick={() => onChange(next.length > 0 ? next : undefined)}
          >
            <Icon name={iconOf(value)} />
            {choice.label} <span className="n">{count(choice.count ?? 0)}</span>
          </button>
        );
      })}
    </div>
  );
}

interface DaysProps {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly onChange: (from: string | undefined, to: string | undefined) => void;
}

const Days = ({ from, to, onChange }: DaysProps) => (
  <div className="form">
    <label className="f w3">
      <span className="label">From</span>
      <input type="date" value={from ?? ''} onChange={({ target }) => onChange(target.value || undefined, to)} />
    </label>
    <label className="f w3">
      <span className="label">To</span>
      <input type="date" value={to ?? ''} onChange={({ target }) => onChange(from, target.value || undefined)} />
    </label>
  </div>
);

interface OneOfProps<T extends string> {
  readonly label: string;
  readonly any: string;
  readonly choices: readonly Choice[];
  readonly chosen: readonly T[] | undefined;
  readonly onChange: (chosen: T[] | undefined) => void;
}

/** A select holds one value; several chosen on a wide screen stay until it is touched. */
function OneOf<T extends string>({ label, any, choices, chosen = [], onChange }: OneOfProps<T>) {
  return (
    <label className="f">
      <span className="label">{label}</span>
      <select
        value={chosen.length > 1 ? 'several' : (chosen[0] ?? '')}
        onChange={({ target }) => onChange(target.value ? [target.value as T] : undefined)}
      >
        <option value="">{any}</option>
        {chosen.length > 1 && <option value="several">{chosen.length} selected</option>}
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </label>
  );
}
