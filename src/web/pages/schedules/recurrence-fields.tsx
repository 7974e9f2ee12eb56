/** On which days: the kind first, then what that kind needs. */
import { type Recurrence, recurrenceKinds, type Weekday, weekdays } from '#contract/schedules.ts';
import { SelectField } from '#web/parts/form/field.tsx';
import { recurrenceNames, scheduleWords as t, weekdayNames } from '#web/words/en/schedules.ts';

interface RecurrenceFieldsProps {
  readonly recurrence: Recurrence;
  readonly onChange: (recurrence: Recurrence) => void;
}

const usual: Readonly<Record<Recurrence['kind'], Recurrence>> = {
  daily: { kind: 'daily' },
  weekly: { kind: 'weekly', weekday: 'monday' },
  monthly: { kind: 'monthly', day: 1 },
  working_day: { kind: 'working_day', nth: 3, of: 'month' },
  when_complete: { kind: 'when_complete', latest_working_day: 5 },
};

const upTo = (most: number) =>
  Array.from({ length: most }, (_, at) => ({ value: String(at + 1), label: String(at + 1) }));
const weekdayOptions = weekdays.map((value) => ({ value, label: weekdayNames[value] }));

export function RecurrenceFields({ recurrence, onChange }: RecurrenceFieldsProps) {
  return (
    <>
      <SelectField
        id="schedule-kind"
        label={t('days')}
        value={recurrence.kind}
        options={recurrenceKinds.map((value) => ({ value, label: recurrenceNames[value] }))}
        onChange={(kind) => onChange(usual[kind as Recurrence['kind']])}
      />
      {recurrence.kind === 'daily' && (
        <Weekdays
          chosen={recurrence.weekdays ?? weekdays}
          onChange={(chosen) => onChange({ kind: 'daily', ...(chosen.length < 7 && { weekdays: chosen }) })}
        />
      )}
      {recurrence.kind === 'weekly' && (
        <SelectField
          id="schedule-weekday"
          label={t('weekday')}
          value={recurrence.weekday}
          options={weekdayOptions}
          onChange={(weekday) => onChange({ kind: 'weekly', weekday: weekday as Weekday })}
        />
      )}
      {recurrence.kind === 'monthly' && (
        <SelectField
          id="schedule-day"
          label={t('dayOfMonth')}
          value={String(recurrence.day)}
          options={[...upTo(31), { value: 'last', label: t('lastDay') }]}
          onChange={(day) => onChange({ kind: 'monthly', day: day === 'last' ? 'last' : Number(day) })}
        />
      )}
      {recurrence.kind === 'working_day' && (
        <>
          <SelectField
            id="schedule-nth"
            label={t('workingDay')}
            width="w2 w6-s"
            value={String(recurrence.nth)}
            options={upTo(20)}
            onChange={(nth) => onChange({ ...recurrence, nth: Number(nth) })}
          />
          <SelectField
            id="schedule-of"
            label={t('after')}
            width="w4 w6-s"
            value={recurrence.of}
            options={(['month', 'quarter'] as const).map((value) => ({ value, label: value }))}
            onChange={(of) => onChange({ ...recurrence, of: of as 'month' | 'quarter' })}
          />
        </>
      )}
      {recurrence.kind === 'when_complete' && (
        <SelectField
          id="schedule-latest"
          label={t('latest')}
          value={String(recurrence.latest_working_day)}
          options={upTo(20)}
          onChange={(nth) => onChange({ kind: 'when_complete', latest_working_day: Number(nth) })}
        />
      )}
    </>
  );
}

/** The last of them stays: a schedule without a day is none. */
function Weekdays({ chosen, onChange }: { chosen: readonly Weekday[]; onChange: (chosen: Weekday[]) => void }) {
  return (
    <fieldset className="f">
      <legend>{t('weekday')}</legend>
      {weekdays.map((day) => (
        <label className="opt-row" key={day}>
          <input
            type="checkbox"
            checked={chosen.includes(day)}
            disabled={chosen.length === 1 && chosen[0] === day}
            onChange={({ target }) =>
              onChange(weekdays.filter((each) => (each === day ? target.checked : chosen.includes(each))))
            }
          />
          <span>{weekdayNames[day]}</span>
        </label>
      ))}
    </fieldset>
  );
}
