/** From and to of one figure, both included, as decimal text; what is no number is said beside it. */
import { useId } from 'react';
import { Icon } from '#web/parts/icon.tsx';

interface RangeFieldProps {
  readonly label: string;
  readonly unit: string;
  readonly min: string;
  readonly max: string;
  readonly message: string | undefined;
  readonly onChange: (end: 'min' | 'max', text: string) => void;
}

export function RangeField({ label, unit, min, max, message, onChange }: RangeFieldProps) {
  const id = useId();
  const input = (end: 'min' | 'max', text: string) => (
    <input
      type="text"
      inputMode="decimal"
      autoComplete="off"
      maxLength={22}
      aria-label={`${label}, ${end === 'min' ? 'from' : 'to'}`}
      aria-invalid={message ? true : undefined}
      aria-describedby={message && id}
      placeholder={end === 'min' ? 'from' : 'to'}
      value={text}
      onChange={({ target }) => onChange(end, target.value)}
    />
  );
  return (
    <fieldset className="f">
      <legend>
        {label}
        <span className="opt">{unit}</span>
      </legend>
      <div className="range">
        {input('min', min)}
        <span aria-hidden="true">–</span>
        {input('max', max)}
      </div>
      {message && (
        <p className="msg" id={id}>
          <Icon name="fail" />
          {message}
        </p>
      )}
    </fieldset>
  );
}

/** `1 234,5` and `1,234.5` as people type them -> `1234.5`; undefined when it is no decimal number, '' for nothing. */
export function readDecimal(typed: string): string | undefined {
  const text = typed.replace(/[\s\u00A0_']/g, '').replace('−', '-');
  const lastComma = text.lastIndexOf(',');
  const lastPoint = text.lastIndexOf('.');
  // the sign that comes last, and comes once, is the decimal one
  const isComma = lastComma > lastPoint && text.indexOf(',') === lastComma;
  const plain = isComma ? text.replaceAll('.', '').replace(',', '.') : text.replaceAll(',', '');
  return plain === '' || /^-?\d{1,14}(\.\d{1,6})?$/.test(plain) ? plain : undefined;
}

/** What is wrong with a range, for the person who typed it. */
export function rangeProblem(min: string, max: string): string | undefined {
  const [low, high] = [readDecimal(min), readDecimal(max)];
  if (low === undefined || high === undefined) return 'A number, such as 12 or 12.5.';
  return low !== '' && high !== '' && Number(low) > Number(high)
    ? 'The first number is larger than the second.'
    : undefined;
}
