/** A field for every filter a report declares, for a form: the drawer of its page, the dialog of an export. */
import type { ReportDescription, ReportFilter } from '#contract/reports.ts';
import type { FilterValues } from '#web/api/reports.ts';
import { EntryField } from '#web/parts/report/entry-field.tsx';
import { choiceName } from '#web/words/reports.ts';
import { reportWords as t } from '#web/words/en/reports.ts';
import { Boxes } from './boxes.tsx';
import { rangeProblem } from './range.ts';
import { RangeField } from './range-field.tsx';
import { asList, rangesOf } from './values.ts';
import { useEntries } from './entries.ts';

interface FilterFieldsProps {
  readonly report: ReportDescription;
  readonly filters: readonly ReportFilter[];
  readonly values: FilterValues;
  readonly currency: string;
  /** What the server said about a filter, by its key. */
  readonly messageOf?: (key: string) => string | undefined;
  readonly onChange: (patch: Record<string, string | readonly string[]>) => void;
}

export function FilterFields({ report, filters, values, currency, messageOf, onChange }: FilterFieldsProps) {
  const ranges = rangesOf(filters);
  return (
    <>
      {filters.map((filter) => (
        <FilterField
          key={filter.key}
          filter={filter}
          value={values[filter.key]}
          message={messageOf?.(filter.key)}
          onChange={(value) => onChange({ [filter.key]: value })}
        />
      ))}
      {ranges.length > 0 && (
        <>
          <hr />
          <h3 className="h4">{t('numbers')}</h3>
        </>
      )}
      {ranges.map(({ column, min, max }) => {
        const { label = column, type } = report.columns.find(({ key }) => key === column) ?? {};
        const [low, high] = [asList(values[min])[0] ?? '', asList(values[max])[0] ?? ''];
        return (
          <RangeField
            key={column}
            label={label}
            unit={type === 'quantity' ? t('baseUnit') : currency}
            min={low}
            max={high}
            message={rangeProblem(low, high)}
            onChange={(end, text) => onChange({ [end === 'min' ? min : max]: text })}
          />
        );
      })}
    </>
  );
}

interface FieldProps {
  readonly filter: ReportFilter;
  readonly value: string | readonly string[] | undefined;
  readonly message: string | undefined;
  readonly onChange: (value: string | readonly string[]) => void;
}

function FilterField({ filter, value, message, onChange }: FieldProps) {
  const { key, label, type, choices = [] } = filter;
  const chosen = asList(value);
  switch (type) {
    case 'choice':
      return (
        <fieldset className="f">
          <legend>{label}</legend>
          <div className="seg wide-seg">
            {['', ...choices.filter((each) => each !== 'all')].map((each) => (
              <button key={each} type="button" aria-pressed={(chosen[0] ?? '') === each} onClick={() => onChange(each)}>
                {each ? choiceName(each) : t('all')}
              </button>
            ))}
          </div>
        </fieldset>
      );
    case 'choice_list':
      return (
        <Boxes
          legend={label}
          note={t('atLeastOneOf')}
          choices={choices.map((each) => ({ value: each, label: choiceName(each) }))}
          chosen={chosen}
          onChange={onChange}
        />
      );
    case 'text':
      return (
        <div className="f">
          <label htmlFor={`filter-${key}`}>{label}</label>
          <input
            id={`filter-${key}`}
            type="search"
            maxLength={100}
            value={chosen[0] ?? ''}
            onChange={({ target }) => onChange(target.value)}
          />
        </div>
      );
    case 'number':
      return null;
    default:
      return <ListField filter={filter} chosen={chosen} message={message} onChange={onChange} />;
  }
}

interface ListFieldProps {
  readonly filter: ReportFilter;
  readonly chosen: readonly string[];
  readonly message?: string | undefined;
  readonly onChange: (chosen: readonly string[]) => void;
}

function ListField({ filter, chosen, message, onChange }: ListFieldProps) {
  return (
    <div className="f">
      <FilterEntryField filter={filter} chosen={chosen} onApply={onChange} />
      {message && <p className="msg">{message}</p>}
    </div>
  );
}

/** Names are asked for when some are chosen, and of short lists at once. */
export function FilterEntryField({
  filter,
  chosen,
  onApply,
}: {
  filter: ReportFilter;
  chosen: readonly string[];
  onApply: (chosen: readonly string[]) => void;
}) {
  const isPlace = filter.type === 'location_list' || filter.type === 'storage_unit_list';
  const entries = useEntries(filter, isPlace || chosen.length > 0);
  const plural = filter.label.toLowerCase();
  return (
    <EntryField
      icon={filter.type === 'location_list' ? 'pin' : filter.type === 'storage_unit_list' ? 'stock' : 'filter'}
      filter={filter}
      label={filter.label}
      plural={plural}
      allLabel={t('allOf', { what: plural })}
      entries={entries}
      chosen={chosen}
      onApply={onApply}
    />
  );
}
