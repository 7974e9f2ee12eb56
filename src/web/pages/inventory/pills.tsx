/** The filters of Inventory that are used most, as pills. */
import { useState, type FormEvent } from 'react';
import { activities, movementTypes } from '#contract/inventory-report.ts';
import type { InventorySummary } from '#contract/report-summaries.ts';
import { ChoiceList } from '#web/parts/choice-list.tsx';
import { FilterPill } from '#web/parts/filter-pill.tsx';
import { count } from '#web/words/figures.ts';
import { activityNames, movementNames } from './filter-words.ts';
import { useView } from './use-view.ts';

export function ActivityPill({ summary }: { summary: InventorySummary | undefined }) {
  const { filters, change } = useView();
  const counts = summary &&
    filters.activity === undefined && {
      active: summary.active,
      inactive: summary.ingredients - summary.active,
    };
  return (
    <FilterPill label="Activity" value={filters.activity ? activityNames[filters.activity] : null}>
      {(close) =>
        [undefined, ...activities].map((activity) => (
          <button
            key={activity ?? 'all'}
            type="button"
            className={activity === filters.activity ? 'item on' : 'item'}
            aria-pressed={activity === filters.activity}
            onClick={() => {
              change({ activity });
              close();
            }}
          >
            {activity ? activityNames[activity] : 'All'}
            {counts && (
              <span className="end">{count(activity ? counts[activity] : counts.active + counts.inactive)}</span>
            )}
          </button>
        ))
      }
    </FilterPill>
  );
}

export function IngredientPill() {
  const { filters, change } = useView();
  return (
    <FilterPill label="Ingredient" value={filters.ingredient ?? null}>
      {(close) => (
        <IngredientSearch
          start={filters.ingredient ?? ''}
          onApply={(ingredient) => {
            change({ ingredient: ingredient || undefined });
            close();
          }}
        />
      )}
    </FilterPill>
  );
}

function IngredientSearch({ start, onApply }: { start: string; onApply: (text: string) => void }) {
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
          aria-label="Search ingredients"
          placeholder="Name or code"
          maxLength={100}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </div>
      <div className="foot">
        <button type="button" className="btn s ghost" onClick={() => onApply('')}>
          Clear
        </button>
        <button type="submit" className="btn s primary">
          Apply
        </button>
      </div>
    </form>
  );
}

export function TypePill({ summary }: { summary: InventorySummary | undefined }) {
  const { filters, change } = useView();
  const chosen = filters.movement_types ?? [];
  const value = chosen.length > 2 ? `${chosen.length} selected` : chosen.map((type) => movementNames[type]).join(', ');
  const counts = chosen.length === 0 ? summary?.moved : undefined;
  return (
    <FilterPill label="Type" value={value || null}>
      {(close) => (
        <ChoiceList
          label="Transaction type"
          choices={movementTypes.map((type) => ({
            value: type,
            label: movementNames[type],
            count: counts?.[type].ingredients,
          }))}
          chosen={chosen}
          onApply={(types) => {
            change({
              movement_types: types.length > 0 ? movementTypes.filter((type) => types.includes(type)) : undefined,
            });
            close();
          }}
        />
      )}
    </FilterPill>
  );
}
