/**
 * Several of a list, chosen and then applied at once. Long lists can be searched; Enter applies.
 */
import { useId, useState, type FormEvent, type ReactNode } from 'react';
import { count } from '#web/words/figures.ts';

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly face?: ReactNode;
  /** How many it would leave; nothing is shown while unknown. */
  readonly count?: number | undefined;
}

/** Longer lists get a field to search in. */
const shownWithoutSearchMax = 12;

interface ChoiceListProps {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly chosen: readonly string[];
  /** One at most, not several. */
  readonly isSingle?: boolean;
  /** Empty for "no filter". */
  readonly onApply: (chosen: string[]) => void;
}

export function ChoiceList({ label, choices, chosen, isSingle = false, onApply }: ChoiceListProps) {
  const [draft, setDraft] = useState<ReadonlySet<string>>(new Set(chosen));
  const [wanted, setWanted] = useState('');
  const id = useId();
  const shown = choices.filter((choice) => choice.label.toLowerCase().includes(wanted.trim().toLowerCase()));
  const toggle = (value: string): void => {
    const next = new Set(isSingle ? [] : draft);
    if (draft.has(value)) next.delete(value);
    else next.add(value);
    setDraft(next);
  };
  const apply = (event: FormEvent): void => {
    event.preventDefault();
    // a list that opens over a form is, for events, inside that form: applying is not sending it
    event.stopPropagation();
    // in the order of the list; what was chosen but is not in it (any more) stays chosen
    onApply([...new Set([...choices.map(({ value }) => value), ...draft])].filter((value) => draft.has(value)));
  };
  return (
    <form onSubmit={apply}>
      {choices.length > shownWithoutSearchMax && (
        <div className="searchbox-s">
          <input
            type="search"
            aria-label={`Search in ${label}`}
            placeholder="Search"
            value={wanted}
            onChange={(event) => setWanted(event.target.value)}
          />
        </div>
      )}
      <fieldset className="choice-list scroller">
        <legend className="vh">{label}</legend>
        {shown.map((choice) => (
          <label key={choice.value} className="item">
            <input
              type={isSingle ? 'radio' : 'checkbox'}
              name={id}
              checked={draft.has(choice.value)}
              onChange={() => toggle(choice.value)}
              aria-describedby={choice.count === undefined ? undefined : `${id}-${choice.value}`}
            />
            <span>{choice.face ?? choice.label}</span>
            {choice.count !== undefined && (
              <span className="end" id={`${id}-${choice.value}`}>
                {count(choice.count)}
              </span>
            )}
          </label>
        ))}
        {shown.length === 0 && <p className="cap">Nothing by that name.</p>}
      </fieldset>
      <div className="foot">
        <button type="button" className="btn s ghost" onClick={() => onApply([])}>
          Clear
        </button>
        <button type="submit" className="btn s primary">
          Apply
        </button>
      </div>
    </form>
  );
}
