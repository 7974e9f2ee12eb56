/** Filters, the way to clear them, and how many exports are left; on a phone a button that opens the sheet. */
import { lazy, Suspense, useRef, useState } from 'react';
import { defaultOrdering, type JobOrdering } from '#contract/export-jobs.ts';
import { useMe } from '#web/frame/company-context.tsx';
import { useShortcuts } from '#web/frame/shortcuts.ts';
import { ChoiceList } from '#web/parts/choice-list.tsx';
import { FilterPill } from '#web/parts/filter-pill.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { count, counted } from '#web/words/figures.ts';
import { historyWords as t } from '#web/words/en/history.ts';
import { Filters } from './filters.tsx';
import { orderingNames } from './jobs-head.tsx';
import { hasFilters, withoutFilters } from './search.ts';
import { useTotalOfAll } from './use-export-jobs.ts';
import { useView } from './use-view.ts';

const loadSheet = () => import('./filter-sheet.tsx');
const FilterSheet = lazy(loadSheet);

export function Toolbar({ total }: { total: number | undefined }) {
  const { search, view, filters, change } = useView();
  const isFiltered = hasFilters(filters);
  const totalOfAll = useTotalOfAll(isFiltered);
  const [isSheetOpen, setSheetOpen] = useState(false);
  const bar = useRef<HTMLFieldSetElement>(null);
  useShortcuts({ f: () => clickShown(bar.current, 'button.pill, button.filters-btn') });
  const setCount = Object.keys(filters).filter((name) => !name.endsWith('_to')).length;
  return (
    <fieldset ref={bar} className="bar" aria-label="Filters">
      <AllCompanies />
      <Filters />
      <button
        type="button"
        className="btn filters-btn"
        aria-haspopup="dialog"
        aria-expanded={isSheetOpen}
        onPointerEnter={() => void loadSheet()}
        onClick={() => setSheetOpen(true)}
      >
        <Icon name="filter" />
        {setCount > 0 ? `Filters · ${setCount}` : 'Filters'}
      </button>
      {isFiltered && (
        <button
          type="button"
          className="btn s ghost"
          onClick={() => {
            // the button goes with the filters: the focus stays among them
            bar.current?.querySelector<HTMLElement>('button.pill')?.focus();
            change(withoutFilters(search));
          }}
        >
          Clear filters
        </button>
      )}
      <span className="grow" />
      <SortSelect ordering={view.ordering} onSort={(ordering) => change({ ordering })} />
      {total !== undefined && (
        <output className="muted nowrap">
          {isFiltered && totalOfAll !== undefined
            ? `${count(total)} of ${counted(totalOfAll, 'export')}`
            : counted(total, 'export')}
        </output>
      )}
      {isSheetOpen && (
        <Suspense>
          <FilterSheet onClose={() => setSheetOpen(false)} />
        </Suspense>
      )}
    </fieldset>
  );
}

/** Of the selected company, or of all that one may see. */
function AllCompanies() {
  const { companies } = useMe();
  const { search, change } = useView();
  const seen = companies
    .filter(({ capabilities }) => capabilities.includes('view_financials'))
    .sort((a, b) => a.name.localeCompare(b.name));
  if (seen.length < 2) return null;
  const isAll = search.of === 'all';
  return (
    <>
      <button
        type="button"
        className={isAll ? 'pill set' : 'pill'}
        aria-pressed={isAll}
        onClick={() => change({ of: isAll ? undefined : 'all', in: undefined, delivery_location_id: undefined })}
      >
        {t('allCompanies')}
      </button>
      {isAll && (
        <FilterPill label={t('company')} value={seen.find(({ id }) => id === search.in)?.name ?? null}>
          {(close) => (
            <ChoiceList
              label={t('company')}
              choices={seen.map(({ id, name }) => ({ value: id, label: name }))}
              chosen={search.in ? [search.in] : []}
              isSingle
              onApply={([chosen]) => {
                change({ in: chosen });
                close();
              }}
            />
          )}
        </FilterPill>
      )}
    </>
  );
}

/** The first that is on screen: the status pill, or on a phone the button of the sheet. */
function clickShown(within: Element | null, selector: string): void {
  const buttons = [...(within?.querySelectorAll<HTMLButtonElement>(selector) ?? [])];
  buttons.find((button) => button.offsetParent !== null)?.click();
}

interface SortSelectProps {
  readonly ordering: JobOrdering;
  readonly onSort: (ordering: JobOrdering | undefined) => void;
}

function SortSelect({ ordering, onSort }: SortSelectProps) {
  const known = orderingNames[ordering] ? orderingNames : { ...orderingNames, [ordering]: 'Other order' };
  return (
    <select
      className="s sort-select"
      aria-label="Sort by"
      value={ordering}
      onChange={({ target }) => onSort(target.value === defaultOrdering ? undefined : (target.value as JobOrdering))}
    >
      {Object.entries(known).map(([value, label]) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}
