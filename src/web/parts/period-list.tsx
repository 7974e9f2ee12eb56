/** A period: one of the usual ones at a click, or any from a calendar. */
import { lazy, Suspense, useState } from 'react';
import { openPeriodText, periodLength, periodText, type Preset } from '#web/words/days.ts';
import { Icon } from './icon.tsx';

const PeriodCalendar = lazy(() => import('./period-calendar.tsx'));

interface PeriodListProps<P extends Preset> {
  readonly label: string;
  readonly presets: readonly P[];
  /** Which preset it is, where several can have the same days; otherwise the first that has them. */
  readonly chosen?: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly today: string;
  /** No day after this can be chosen. */
  readonly latest?: string;
  /** Both undefined for "no filter". */
  readonly onApply: (from: string | undefined, to: string | undefined, preset?: P['id']) => void;
}

export function PeriodList<P extends Preset>(props: PeriodListProps<P>) {
  const { label, presets, chosen, from, to, today, latest, onApply } = props;
  const those = presets.filter((preset) => preset.from === from && preset.to === to);
  const current = those.find(({ id }) => id === chosen) ?? those[0];
  const [isCalendar, setCalendar] = useState(openPeriodText(from, to) !== null && !current);
  const [draft, setDraft] = useState({ from, to });
  return (
    <div className="period-list">
      {presets.map((preset) => (
        <button
          key={preset.id}
          type="button"
          className={preset === current ? 'item on' : 'item'}
          aria-pressed={preset === current}
          onClick={() => onApply(preset.from, preset.to, preset.id)}
        >
          {preset.label}
          <span className="end">{periodText(preset.from, preset.to)}</span>
        </button>
      ))}
      <hr />
      <button
        type="button"
        className={isCalendar ? 'item on' : 'item'}
        aria-expanded={isCalendar}
        onClick={() => setCalendar(!isCalendar)}
      >
        <Icon name="calendar" />
        From … to …
      </button>
      {isCalendar && (
        <Suspense fallback={<div className="cal-place" />}>
          <PeriodCalendar
            label={label}
            from={draft.from}
            to={draft.to}
            today={today}
            {...(latest && { latest })}
            onChange={(start, end) => setDraft({ from: start, to: end })}
          />
        </Suspense>
      )}
      {(isCalendar || from || to) && (
        <div className="foot">
          <span className="muted">
            {isCalendar && draft.from && draft.to
              ? `${periodText(draft.from, draft.to)} · ${periodLength(draft.from, draft.to)}`
              : ''}
          </span>
          <span className="foot-acts">
            {(from || to) && (
              <button type="button" className="btn s ghost" onClick={() => onApply(undefined, undefined)}>
                Clear
              </button>
            )}
            {isCalendar && (
              <button
                type="button"
                className="btn s primary"
                aria-disabled={!draft.from || undefined}
                onClick={() => draft.from && onApply(draft.from, draft.to)}
              >
                Apply
              </button>
            )}
          </span>
        </div>
      )}
    </div>
  );
}
