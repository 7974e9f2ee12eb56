/** One field of a form: its name above it, and below it a hint, or in its place what is wrong. */
import type { ReactNode } from 'react';
import { Icon } from '#web/parts/icon.tsx';

/** What ties the control to its label, hint and message. */
export interface ControlIds {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
}

interface FieldProps {
  readonly id: string;
  readonly label: string;
  /** At the right edge of the label: `optional`, `47 of 500`. */
  readonly end?: ReactNode;
  readonly hint?: ReactNode;
  readonly message?: string | undefined;
  /** Width in the grid of a form: `w2`, `w3`, `w4`; the whole line otherwise. */
  readonly width?: string;
  readonly children: (control: ControlIds) => ReactNode;
}

export function Field({ id, label, end, hint, message, width = '', children }: FieldProps) {
  const described = message ? `${id}-message` : hint ? `${id}-hint` : undefined;
  return (
    <div className={`f ${width}`}>
      <label htmlFor={id}>
        {label}
        {end && <span className="opt">{end}</span>}
      </label>
      {children({ id, 'aria-describedby': described, 'aria-invalid': message ? true : undefined })}
      {message ? (
        <p className="msg" id={`${id}-message`}>
          <Icon name="fail" />
          <span>{message}</span>
        </p>
      ) : (
        hint && (
          <p className="hint" id={`${id}-hint`}>
            {hint}
          </p>
        )
      )}
    </div>
  );
}

interface TextFieldProps extends Omit<FieldProps, 'children'> {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'email' | 'password';
  readonly autoComplete?: string;
  readonly maxLength?: number;
  /** Takes the focus when the form opens. */
  readonly isFirst?: boolean;
}

export function TextField(props: TextFieldProps) {
  const { value, onChange, type = 'text', autoComplete = 'off', maxLength, isFirst = false, ...field } = props;
  return (
    <Field {...field}>
      {(control) => (
        <input
          {...control}
          type={type}
          autoComplete={autoComplete}
          maxLength={maxLength}
          value={value}
          {...(isFirst && { autoFocus: true })}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Field>
  );
}

interface SelectFieldProps extends Omit<FieldProps, 'children'> {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly { readonly value: string; readonly label: string; readonly isDisabled?: boolean }[];
}

export function SelectField({ value, onChange, options, ...field }: SelectFieldProps) {
  return (
    <Field {...field}>
      {(control) => (
        <select {...control} value={value} onChange={({ target }) => onChange(target.value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.isDisabled}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
