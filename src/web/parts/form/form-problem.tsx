/** Above a form that could not be sent: how many fields need a change, as links to them, or what else went wrong. */
import { useEffect, useRef } from 'react';
import { Icon } from '#web/parts/icon.tsx';
import { counted } from '#web/words/figures.ts';
import type { FormState } from './use-form.ts';

interface FormProblemProps {
  readonly form: FormState;
  /** `Not saved`, `Not invited`. */
  readonly title: string;
  /** In the order of the form; `name` as in the request, `id` of the control. */
  readonly fields: readonly { readonly name: string; readonly id: string; readonly label: string }[];
}

export function FormProblem({ form, title, fields }: FormProblemProps) {
  const banner = useRef<HTMLDivElement>(null);
  const { failures } = form;
  useEffect(() => {
    if (failures > 0) banner.current?.focus();
  }, [failures]);
  const wrong = fields.filter(({ name }) => form.messages[name] !== undefined);
  if (wrong.length === 0 && !form.problem) return null;
  return (
    <div className="banner bad" role="alert" tabIndex={-1} ref={banner}>
      <Icon name="fail" />
      <div>
        {form.problem ? (
          <>
            <b>{title}.</b>
            <p>{whatHappened(form.problem)}</p>
          </>
        ) : (
          <>
            <b>
              {title}: {counted(wrong.length, 'field needs', 'fields need')} a change.
            </b>
            <p>
              {wrong.map(({ id, label }, index) => (
                <span key={id}>
                  {index > 0 && (index === wrong.length - 1 ? ' and ' : ', ')}
                  <a href={`#${id}`} onClick={(event) => goTo(event, id)}>
                    {label}
                  </a>
                </span>
              ))}
            </p>
          </>
        )}
      </div>
    </div>
  );
}

/** The address stays as it is: it belongs to the page. */
function goTo(event: React.MouseEvent, id: string): void {
  event.preventDefault();
  document.getElementById(id)?.focus();
}

function whatHappened(problem: NonNullable<FormState['problem']>): string {
  const fields = problem.fields.map(({ message }) => message).join(' ');
  const wait = problem.retryAfterSeconds ? ` Try again in ${counted(problem.retryAfterSeconds, 'second')}.` : '';
  const request = problem.status >= 500 && problem.requestId ? ` Request ${problem.requestId}.` : '';
  return `${problem.code === 'unreachable' ? 'The server cannot be reached.' : problem.detail || fields}${wait}${request}`;
}
