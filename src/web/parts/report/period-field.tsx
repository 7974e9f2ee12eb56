/** The period of a report: a field that opens presets and calendar, and the usual periods at a click beside it. */
import type { PeriodKind } from '#contract/saved-reports.ts';
import { Icon } from '#web/parts/icon.tsx';
import { PeriodList } from '#web/parts/period-list.tsx';
import { PopoverButton } from '#web/parts/popover-button.tsx';
import { useToday } from '#web/parts/use-clock.ts';
import { periodText } from '#web/words/days.ts';
import { reportWords as t } from '#web/words/en/reports.ts';
import { presetNames, reportPresets, type PresetId } from './presets.ts';

interface PeriodFieldProps {
  /** What the days are days of: `Delivered`. */
  readonly label: string;
  /** Of the end of the last day: one day is named, and chosen. */
  readonly isOneDay?: boolean;
  readonly period: { readonly from: string; readonly to: string };
  /** What the period is the days of. */
  readonly kind: PeriodKind;
  /** Those shown as buttons. */
  readonly buttons: readonly PresetId[];
  /** Undefined, undefined: back to the report's own period. With the name they were chosen by. */
  readonly onChange: (from: string | undefined, to: string | undefined, name?: PresetId) => void;
}

export function PeriodField({ label: ofDays, isOneDay = false, period, kind, buttons, onChange }: PeriodFieldProps) {
  const today = useToday();
  const presets = reportPresets(today);
  const label = isOneDay ? t('asAt') : ofDays;
  const { from, to } = period;
  return (
    <>
      <PopoverButton
        className="field"
        label={label}
        face={
          <>
            <Icon name="calendar" />
            <span>{label}</span> <b>{periodText(from, to)}</b>
            <Icon name="down" />
          </>
        }
      >
        {(close) => (
          <PeriodList
            label={label}
            presets={presets}
            from={from}
            to={to}
            today={today}
            chosen={kind}
            onApply={(first, last, name) => {
              onChange(first, last, name);
              close();
            }}
          />
        )}
      </PopoverButton>
      <fieldset className="seg" aria-label={t('presets')}>
        {buttons.map((id) => {
          const preset = presets.find((one) => one.id === id);
          return (
            preset && (
              <button
                key={id}
                type="button"
                aria-pressed={id === kind}
                onClick={() => onChange(preset.from, preset.to, id)}
              >
                {presetNames[id]}
              </button>
            )
          );
        })}
      </fieldset>
    </>
  );
}
