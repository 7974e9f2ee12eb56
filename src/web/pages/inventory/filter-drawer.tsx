/** Every filter of Inventory in one place. How many ingredients are left is counted while it is open; it applies together. */
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Heading } from 'react-aria-components/Heading';
import { activities, movementTypes, rangeColumns } from '#contract/inventory-report.ts';
import { allStorageUnitsQuery } from '#web/api/storage-units.ts';
import { inventorySummaryQuery, reportPageQuery } from '#web/api/reports.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { CloseButton, Drawer } from '#web/parts/modal.tsx';
import { count, counted } from '#web/words/figures.ts';
import { Boxes, Categories } from './filter-fields.tsx';
import { activityNames, movementNames, rangeNames, rangeUnit, useOffered } from './filter-words.ts';
import { rangeProblem, readDecimal } from './range.ts';
import { RangeField } from './range-field.tsx';
import { withoutFilters, type StockFilters } from './search.ts';
import { useView } from './use-view.ts';

export default function FilterDrawer({ onClose }: { onClose: () => void }) {
  const company = useCompany();
  const { filters, question, withMoney, change } = useView();
  const [draft, setDraft] = useState<StockFilters>(filters);
  const isOffered = useOffered();
  const set = (patch: StockFilters): void => setDraft((known) => ({ ...known, ...patch }));
  const ranges = rangeColumns.filter((column) => isOffered(`${column}_min`));
  const problems = new Map(
    ranges.map((column) => [column, rangeProblem(draft[`${column}_min`] ?? '', draft[`${column}_max`] ?? '')]),
  );
  const isWrong = [...problems.values()].some((problem) => problem !== undefined);
  const wanted = cleaned(draft);
  const { data: all } = useQuery({
    ...inventorySummaryQuery({ ...question, filters: {} }),
    enabled: withMoney,
  });
  const matching = useQuery({
    ...reportPageQuery(
      'inventory',
      { ...question, filters: wanted },
      { page: 0, page_size: 1, ordering: 'ingredient' },
    ),
    enabled: !isWrong,
  });
  const { data: units = [] } = useQuery(allStorageUnitsQuery(company.id));
  const shownUnits = units.filter(
    ({ id, archived_at }) => archived_at === null || draft.storage_unit_ids?.includes(id),
  );
  const found = isWrong ? undefined : matching.data?.total;
  const apply = (event: FormEvent): void => {
    event.preventDefault();
    if (isWrong) return;
    change({ ...withoutFilters, ...wanted });
    onClose();
  };
  return (
    <Drawer isOpen onClose={onClose}>
      <form className="drawer-form" onSubmit={apply} noValidate>
        <div className="d-head">
          <div>
            <Heading slot="title" level={2}>
              All filters
            </Heading>
            <p>
              <output>{isWrong ? 'A number below cannot be read.' : matchText(found, all?.ingredients)}</output>
            </p>
          </div>
          <CloseButton onClose={onClose} />
        </div>
        <div className="d-body">
          <div className="form">
            {isOffered('activity') && (
              <fieldset className="f">
                <legend>
                  Activity<span className="opt">in the period</span>
                </legend>
                <div className="seg wide-seg">
                  {[undefined, ...activities].map((activity) => (
                    <button
                      key={activity ?? 'all'}
                      type="button"
                      aria-pressed={draft.activity === activity}
                      onClick={() => set({ activity })}
                    >
                      {activity ? activityNames[activity] : 'All'}
                    </button>
                  ))}
                </div>
              </fieldset>
            )}
            {isOffered('ingredient') && (
              <div className="f">
                <label htmlFor="filter-ingredient">Ingredient</label>
                <input
                  id="filter-ingredient"
                  type="search"
                  placeholder="Name or code"
                  maxLength={100}
                  value={draft.ingredient ?? ''}
                  onChange={({ target }) => set({ ingredient: target.value })}
                />
              </div>
            )}
            {withMoney && isOffered('categories') && (
              <Categories
                known={(all?.by_category ?? []).flatMap(({ category }) => (category === null ? [] : [category]))}
                chosen={draft.categories ?? []}
                onChange={(categories) => set({ categories })}
              />
            )}
            {isOffered('storage_unit_ids') && (
              <Boxes
                legend="Storage unit"
                note={draft.storage_unit_ids?.length ? '' : 'all'}
                choices={shownUnits.map(({ id, name }) => ({ value: id, label: name }))}
                chosen={draft.storage_unit_ids ?? []}
                onChange={(storage_unit_ids) => set({ storage_unit_ids })}
              />
            )}
            {isOffered('movement_types') && (
              <Boxes
                legend="Transaction type"
                note="at least one of"
                choices={movementTypes.map((type) => ({
                  value: type,
                  label: movementNames[type],
                  end: all?.moved[type].ingredients,
                }))}
                chosen={draft.movement_types ?? []}
                onChange={(movement_types) => set({ movement_types })}
              />
            )}
            {ranges.length > 0 && (
              <>
                <hr />
                <h3 className="h4">Numbers</h3>
              </>
            )}
            {ranges.map((column) => (
              <RangeField
                key={column}
                label={rangeNames[column]}
                unit={rangeUnit(column, company.currency)}
                min={draft[`${column}_min`] ?? ''}
                max={draft[`${column}_max`] ?? ''}
                message={problems.get(column)}
                onChange={(end, text) => set({ [`${column}_${end}`]: text })}
              />
            ))}
          </div>
        </div>
        <div className="d-foot">
          <button type="button" className="btn ghost" onClick={() => setDraft({})}>
            Clear all
          </button>
          <span className="grow" />
          <button type="button" className="btn" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="btn primary" aria-disabled={isWrong || undefined}>
            {found === undefined ? 'Show' : `Show ${count(found)}`}
          </button>
        </div>
      </form>
    </Drawer>
  );
}

const matchText = (found: number | undefined, all: number | undefined): string =>
  found === undefined ? 'Counting' : `${count(found)} of ${counted(all ?? found, 'ingredient')} match`;

/** What is worth asking for: no empty text and no empty list, numbers as the server reads them. */
function cleaned(draft: StockFilters): StockFilters {
  const entries = Object.entries(draft).flatMap(([name, value]): [string, unknown][] => {
    if (Array.isArray(value)) return value.length > 0 ? [[name, value]] : [];
    const text = /_(min|max)$/.test(name) ? readDecimal(value ?? '') : value?.trim();
    return text ? [[name, text]] : [];
  });
  return Object.fromEntries(entries) as StockFilters;
}
