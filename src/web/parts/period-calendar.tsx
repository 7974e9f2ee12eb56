/** A month in which a period is chosen, both ends included; keyboard and screen reader by the widget library. */
import { parseDate, type CalendarDate } from '@internationalized/date';
import { Button } from 'react-aria-components/Button';
import {
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  CalendarHeading,
  RangeCalendar,
} from 'react-aria-components/RangeCalendar';
import { Icon } from './icon.tsx';
import '#web/styles/calendar.css';

interface PeriodCalendarProps {
  readonly label: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** The business day it is. */
  readonly today: string;
  /** No day after this can be chosen. */
  readonly latest?: string;
  readonly onChange: (from: string, to: string) => void;
}

export default function PeriodCalendar({ label, from, to, today, latest, onChange }: PeriodCalendarProps) {
  const start = dateOf(from ?? to);
  const end = dateOf(to ?? from);
  return (
    <RangeCalendar
      className="cal"
      aria-label={label}
      value={start && end ? { start, end } : null}
      defaultFocusedValue={end ?? dateOf(today) ?? null}
      maxValue={dateOf(latest) ?? null}
      onChange={(range) => onChange(range.start.toString(), range.end.toString())}
    >
      <header className="m">
        <Button slot="previous" className="icon-btn">
          <Icon name="left" />
        </Button>
        <CalendarHeading />
        <Button slot="next" className="icon-btn">
          <Icon name="right" />
        </Button>
      </header>
      <CalendarGrid weekdayStyle="short">
        <CalendarGridHeader>{(day) => <CalendarHeaderCell>{day.slice(0, 2)}</CalendarHeaderCell>}</CalendarGridHeader>
        <CalendarGridBody>
          {(date) => <CalendarCell date={date} className={date.toString() === today ? 'day now' : 'day'} />}
        </CalendarGridBody>
      </CalendarGrid>
    </RangeCalendar>
  );
}

const dateOf = (day: string | undefined): CalendarDate | undefined => (day ? parseDate(day) : undefined);
