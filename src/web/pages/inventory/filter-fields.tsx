/** Fields of the filter drawer that choose several: boxes for a few, chips for words. */
import { ChoiceList } from '#web/parts/choice-list.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { PopoverButton } from '#web/parts/popover-button.tsx';
import { count } from '#web/words/figures.ts';

interface BoxesProps<T extends string> {
  readonly legend: string;
  readonly note: string;
  readonly choices: readonly { readonly value: T; readonly label: string; readonly end?: number | undefined }[];
  readonly chosen: readonly T[];
  readonly onChange: (chosen: T[]) => void;
}

export function Boxes<T extends string>({ legend, note, choices, chosen, onChange }: BoxesProps<T>) {
  return (
    <fieldset className="f">
      <legend>
        {legend}
        <span className="opt">{note}</span>
      </legend>
      <div className="opts two-c">
        {choices.map(({ value, label, end }) => (
          <label key={value}>
            <input
              type="checkbox"
              checked={chosen.includes(value)}
              onChange={({ target }) =>
                onChange(
                  choices
                    .map((one) => one.value)
                    .filter((one) => (one === value ? target.checked : chosen.includes(one))),
                )
              }
            />
            <span>{label}</span>
            {end !== undefined && <span className="end">{count(end)}</span>}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface CategoriesProps {
  readonly known: readonly string[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: string[]) => void;
}

export function Categories({ known, chosen, onChange }: CategoriesProps) {
  const names = [...new Set([...known, ...chosen])].sort((a, b) => a.localeCompare(b));
  return (
    <fieldset className="f">
      <legend>
        Category<span className="opt">{chosen.length === 0 && 'all'}</span>
      </legend>
      <div className="chips">
        {chosen.map((name) => (
          <span key={name} className="chip">
            {name}
            <button
              type="button"
              aria-label={`Remove ${name}`}
              onClick={() => onChange(chosen.filter((one) => one !== name))}
            >
              <Icon name="x" />
            </button>
          </span>
        ))}
        <PopoverButton className="chip-add" label="Choose categories" face={chosen.length > 0 ? 'Add…' : 'Choose…'}>
          {(close) => (
            <ChoiceList
              label="Categories"
              choices={names.map((name) => ({ value: name, label: name }))}
              chosen={chosen}
              onApply={(picked) => {
                onChange(picked);
                close();
              }}
            />
          )}
        </PopoverButton>
      </div>
    </fieldset>
  );
}
