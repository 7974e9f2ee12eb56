/** Which storage units and days, and the filters that are used most; all of them are in the drawer. */
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { InventorySummary } from '#contract/report-summaries.ts';
import { allStorageUnitsQuery } from '#web/api/storage-units.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { EntryField } from '#web/parts/report/entry-field.tsx';
import { PeriodField } from '#web/parts/report/period-field.tsx';
import type { PresetId } from '#web/parts/report/presets.ts';
import { count, counted } from '#web/words/figures.ts';
import { useOffered } from './filter-words.ts';
import { ActivityPill, IngredientPill, TypePill } from './pills.tsx';
import { withoutFilters } from './search.ts';
import { useView } from './use-view.ts';

const loadDrawer = () => import('./filter-drawer.tsx');
const FilterDrawer = lazy(loadDrawer);

const buttons: readonly PresetId[] = ['yesterday', '7', 'this-month', 'last-month'];

export function Filters({ summary }: { summary: InventorySummary | undefined }) {
  const company = useCompany();
  const { filters, period, change, changePeriod } = useView();
  const { data: units = [] } = useQuery(allStorageUnitsQuery(company.id));
  const isOffered = useOffered();
  const { storage_unit_ids, ...pills } = filters;
  const isFiltered = Object.keys(pills).length > 0;
  return (
    <>
      <fieldset className="filters" aria-label="Period and storage unit">
        {isOffered('storage_unit_ids') && (
          <EntryField
            icon="stock"
            label="Storage unit"
            plural="storage units"
            allLabel="All storage units"
            entries={units.map(({ id, name, code, archived_at }) => ({
              id,
              name,
              code,
              isArchived: archived_at !== null,
            }))}
            chosen={storage_unit_ids ?? []}
            onApply={(ids) => change({ storage_unit_ids: ids.length > 0 ? [...ids] : undefined })}
          />
        )}
        <PeriodField label="Moved" period={period} buttons={buttons} onChange={changePeriod} />
      </fieldset>
      <fieldset className="bar pills" aria-label="More filters">
        {isOffered('activity') && <ActivityPill summary={summary} />}
        {isOffered('ingredient') && <IngredientPill />}
        {isOffered('movement_types') && <TypePill summary={summary} />}
        <AllFilters />
        {isFiltered && (
          <button type="button" className="btn s ghost" onClick={() => change({ ...withoutFilters, storage_unit_ids })}>
            Clear filters
          </button>
        )}
        <span className="grow" />
        {summary && (
          <span className="muted nowrap">
            {counted(summary.ingredients, 'ingredient')}, {count(summary.active)} active
          </span>
        )}
      </fieldset>
    </>
  );
}

/** Those that stand in the bar themselves; the others are counted on the button. */
const inBar: readonly string[] = ['storage_unit_ids', 'activity', 'ingredient', 'movement_types'];

function AllFilters() {
  const { filters } = useView();
  const others = new Set(
    Object.keys(filters)
      .filter((name) => !inBar.includes(name))
      .map((name) => name.replace(/_(min|max)$/, '')),
  ).size;
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
        {others > 0 ? `All filters · ${others} more` : 'All filters'}
      </button>
      {isOpen && (
        <Suspense>
          <FilterDrawer onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
