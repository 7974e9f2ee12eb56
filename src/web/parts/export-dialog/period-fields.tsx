/** First and last day, both included, and the usual periods at a click. */
import { addDays, daysIn } from '#contract/calendar.ts';
import { monthAround, periodText } from '#web/words/days.ts';
import { counted } from '#web/words/figures.ts';
import { isOfOneMoment, isStockReport } from '#web/words/reports.ts';
import { FieldMessage } from './field-message.tsx';
import type { ExportQuestion } from './question.ts';

const presetsOf = (today: string) => [
  { label: 'Yesterday', from: addDays(today, -1), to: addDays(today, -1) },
  { label: '7 days', from: addDays(today, -7), to: addDays(today, -1) },
  { label: 'Last month', ...monthAround(today, -1) },
  { label: 'Last 3 months', from: monthAround(today, -3).from, to: monthAround(today, -1).to },
  { label: 'Year to date', from: `${today.slice(0, 4)}-01-01`, to: today },
];

interface PeriodFieldsProps {
  readonly question: ExportQuestion;
  readonly today: string;
  /** By field: `date_from`, `date_to`. */
  readonly messages: Readonly<Record<string, string | undefined>>;
  readonly onChange: (period: { date_from: string; date_to: string }) => void;
}

export function PeriodFields({ question, today, messages, onChange }: PeriodFieldsProps) {
  const { date_from, date_to } = question;
  const isPeriod = date_from !== '' && date_to !== '' && date_from <= date_to;
  if (isOfOneMoment(question.report_type)) {
    return (
      <div className="f">
        <label htmlFor="export-to">As at the end of</label>
        <input
          id="export-to"
          type="date"
          required
          value={date_to}
          aria-invalid={messages['date_to'] ? true : undefined}
          aria-describedby="export-to-message"
          onChange={({ target }) => onChange({ date_from: target.value, date_to: target.value })}
        />
        <FieldMessage id="export-to-message" message={messages['date_to']} />
      </div>
    );
  }
  return (
    <>
      <div className="f w3">
        <label htmlFor="export-from">{isStockReport(question.report_type) ? 'From' : 'Delivered from'}</label>
        <input
          id="export-from"
          type="date"
          required
          value={date_from}
          aria-invalid={messages['date_from'] ? true : undefined}
          aria-describedby="export-from-message"
          onChange={({ target }) => onChange({ date_from: target.value, date_to })}
        />
        <FieldMessage id="export-from-message" message={messages['date_from']} />
      </div>
      <div className="f w3">
        <label htmlFor="export-to">to</label>
        <input
          id="export-to"
          type="date"
          required
          value={date_to}
          aria-invalid={messages['date_to'] ? true : undefined}
          aria-describedby="export-to-message export-to-hint"
          onChange={({ target }) => onChange({ date_from, date_to: target.value })}
        />
        <FieldMessage id="export-to-message" message={messages['date_to']} />
        <p className="hint" id="export-to-hint">
          {isPeriod &&
            `${periodText(date_from, date_to)}: ${counted(daysIn(date_from, date_to), 'day')}, both included`}
        </p>
      </div>
      <fieldset className="seg" aria-label="Presets">
        {presetsOf(today).map(({ label, from, to }) => (
          <button
            key={label}
            type="button"
            aria-pressed={from === date_from && to === date_to}
            onClick={() => onChange({ date_from: from, date_to: to })}
          >
            {label}
          </button>
        ))}
      </fieldset>
    </>
  );
}
