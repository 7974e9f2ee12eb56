/** From and to of one figure, both included, as decimal text; what is no number is said beside it. */
import { useId } from 'react';
import { Icon } from '#web/parts/icon.tsx';
import { reportWords as t } from '#web/words/en/reports.ts';

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
      aria-label={t(end === 'min' ? 'rangeFrom' : 'rangeTo', { column: label })}
      aria-invalid={message ? true : undefined}
      aria-describedby={message && id}
      placeholder={t(end === 'min' ? 'from' : 'to')}
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
