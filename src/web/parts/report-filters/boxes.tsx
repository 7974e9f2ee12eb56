/** Several of a few, as boxes to tick. */

interface BoxesProps<T extends string> {
  readonly legend: string;
  readonly note: string;
  readonly choices: readonly { readonly value: T; readonly label: string }[];
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
        {choices.map(({ value, label }) => (
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
          </label>
        ))}
      </div>
    </fieldset>
  );
}
