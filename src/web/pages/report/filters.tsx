/** Where and when, in fields; whatever else the report can be narrowed by, as pills; ranges of numbers, in the drawer. */
import { lazy, Suspense, useState, type FormEvent } from 'react';
import { comparisons, type ComparedTo, type ReportFilter } from '#contract/reports.ts';
import { useShortcuts } from '#web/frame/shortcuts.ts';
import { FilterPill } from '#web/parts/filter-pill.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { chosenNames, useEntries } from '#web/parts/report-filters/entries.ts';
import { FilterEntryField } from '#web/parts/report-filters/fields.tsx';
import { asList, rangesOf } from '#web/parts/report-filters/values.ts';
import { FilterPicker } from '#web/parts/report/entry-field.tsx';
import { PeriodField } from '#web/parts/report/period-field.tsx';
import type { PresetId } from '#web/parts/report/presets.ts';
import { SearchInput } from '#web/parts/search-input.tsx';
import { isStockReport } from '#web/words/reports.ts';
import { reportWords as t } from '#web/words/en/reports.ts';
import { count } from '#web/words/figures.ts';
import { useView } from './use-view.ts';

const loadDrawer = () => import('./filter-drawer.tsx');
const FilterDrawer = lazy(loadDrawer);

const presets: Readonly<Record<'last_30_days' | 'yesterday', readonly PresetId[]>> = {
  last_30_days: ['last_7_days', 'last_30_days', 'this_month', 'last_month', 'last_quarter'],
  yesterday: ['yesterday', 'last_7_days', 'this_month', 'last_month'],
};

export function Filters({ total }: { total: number | undefined }) {
  const {
    report,
    filters,
    values,
    period,
    periodKind,
    search,
    question,
    withMoney,
    change,
    changeFilters,
    changePeriod,
  } = useView();
  const placeType = isStockReport(report.type) ? 'storage_unit_list' : 'location_list';
  const place = filters.find(({ type }) => type === placeType);
  const pills = filters.filter((filter) => filter !== place && filter.type !== 'number');
  const others = Object.keys(values).filter((key) => key !== place?.key);
  const apply = (filter: ReportFilter, value: string | readonly string[]): void =>
    changeFilters({ ...values, [filter.key]: value });
  // on a phone one looks for a thing first
  const sought = filters.find(({ key }) => key === 'ingredient');
  return (
    <>
      {sought && (
        <div className="phone-search">
          <SearchInput
            label={t('find', { what: sought.label.toLowerCase() })}
            placeholder={t('find', { what: sought.label.toLowerCase() })}
            value={asList(values[sought.key])[0] ?? ''}
            onSearch={(text) => apply(sought, text ?? '')}
          />
        </div>
      )}
      <fieldset className="filters" aria-label={t('reportFilters')}>
        {place && (
          <FilterEntryField
            filter={place}
            chosen={asList(values[place.key])}
            onApply={(chosen) => apply(place, chosen)}
          />
        )}
        <PeriodField
          label={t('period')}
          isOneDay={report.period_kind === 'as_of'}
          period={period}
          kind={periodKind}
          buttons={presets[report.default_period]}
          onChange={changePeriod}
        />
        {report.date_bases.length > 1 && (
          <select
            className="s"
            aria-label={t('dateBasis')}
            value={question.date_basis ?? report.date_bases[0]}
            onChange={({ target }) => {
              const chosen = report.date_bases.find((one) => one === target.value);
              change({ date_basis: chosen === report.date_bases[0] ? undefined : chosen });
            }}
          >
            {report.date_bases.map((one) => (
              <option key={one} value={one}>
                {t(`basis_${one}`)}
              </option>
            ))}
          </select>
        )}
      </fieldset>
      <fieldset className="bar pills" aria-label={t('moreFilters')}>
        {pills.map((filter, at) => (
          <Pill
            key={filter.key}
            filter={filter}
            chosen={asList(values[filter.key])}
            {...(at === 0 && { shortcut: 'f' })}
            onApply={(value) => apply(filter, value)}
          />
        ))}
        {withMoney && (
          <select
            className="s"
            aria-label={t('compareWith')}
            value={search.compare_to ?? ''}
            onChange={({ target }) => change({ compare_to: (target.value || undefined) as ComparedTo | undefined })}
          >
            <option value="">{t('compareNone')}</option>
            {comparisons.map((one) => (
              <option key={one} value={one}>
                {t(one)}
              </option>
            ))}
          </select>
        )}
        {rangesOf(filters).length > 0 && <AllFilters set={others.filter((key) => /_(min|max)$/.test(key)).length} />}
        {others.length > 0 && (
          <button
            type="button"
            className="btn s ghost"
            onClick={(event) => {
              // the button goes with the filters: the focus stays among them
              event.currentTarget.closest('fieldset')?.querySelector<HTMLElement>('button.pill')?.focus();
              changeFilters(place && values[place.key] ? { [place.key]: values[place.key] ?? [] } : {});
            }}
          >
            {t('clearFilters')}
          </button>
        )}
        <span className="grow" />
        {total !== undefined && (
          <output className="muted nowrap">{t('rowsFound', { count: total, n: count(total) })}</output>
        )}
      </fieldset>
    </>
  );
}

interface PillProps {
  readonly filter: ReportFilter;
  readonly chosen: readonly string[];
  readonly shortcut?: string;
  readonly onApply: (value: string | readonly string[]) => void;
}

function Pill({ filter, chosen, shortcut, onApply }: PillProps) {
  const { label, type } = filter;
  const entries = useEntries(filter, chosen.length > 0);
  useShortcuts(
    shortcut ? { [shortcut]: () => document.querySelector<HTMLElement>('.pills button.pill')?.click() } : {},
  );
  const face = type === 'text' ? (chosen[0] ?? null) : chosenNames(entries, chosen, (n) => t('selected', { n }));
  return (
    <FilterPill label={label} value={face} {...(shortcut && { shortcut })}>
      {(close) => {
        const apply = (value: string | readonly string[]): void => {
          onApply(value);
          close();
        };
        if (type === 'text') return <TextPanel label={label} start={chosen[0] ?? ''} onApply={apply} />;
        return (
          <FilterPicker
            filter={filter}
            label={label}
            allLabel={t('allOf', { what: label.toLowerCase() })}
            entries={entries}
            chosen={chosen}
            onApply={(ids) => onApply(type === 'choice' ? (ids.at(-1) ?? '') : ids)}
            onDone={close}
          />
        );
      }}
    </FilterPill>
  );
}

function TextPanel({ label, start, onApply }: { label: string; start: string; onApply: (text: string) => void }) {
  const [text, setText] = useState(start);
  const apply = (event: FormEvent): void => {
    event.preventDefault();
    onApply(text.trim());
  };
  return (
    <form onSubmit={apply}>
      <div className="searchbox-s">
        <input
          type="search"
          aria-label={t('wordsOf', { what: label })}
          maxLength={100}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </div>
      <div className="foot">
        <button type="button" className="btn s ghost" onClick={() => onApply('')}>
          {t('clear')}
        </button>
        <button type="submit" className="btn s primary">
          {t('apply')}
        </button>
      </div>
    </form>
  );
}

function AllFilters({ set }: { set: number }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className="btn s ghost"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onPointerEnter={() => void loadDrawer()}
        onClick={() => setOpen(true)}
      >
        <Icon name="filter" />
        {set > 0 ? t('allFiltersMore', { n: set }) : t('allFilters')}
      </button>
      {isOpen && (
        <Suspense>
          <FilterDrawer onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
