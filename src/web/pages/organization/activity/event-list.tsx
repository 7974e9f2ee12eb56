/** Events under the day they happened on. */
import type { AuditEvent } from '#contract/organization.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { Avatar } from '#web/parts/avatar.tsx';
import { useToday } from '#web/parts/use-clock.ts';
import { dayText } from '#web/words/days.ts';
import { fullInstant, localDay, localTime } from '#web/words/instants.ts';
import { textOf } from './details.ts';
import { actorName, sentenceOf } from './sentence.tsx';

const weekday = (day: string): string =>
  new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));

export function EventList({ events }: { events: readonly AuditEvent[] }) {
  const { time_zone: timeZone } = useCompany();
  const today = useToday();
  const days = new Map<string, AuditEvent[]>();
  for (const event of events) {
    const day = localDay(event.at, timeZone);
    days.set(day, [...(days.get(day) ?? []), event]);
  }
  return [...days].map(([day, ofDay]) => (
    <section key={day} aria-label={dayText(day)}>
      <h2 className="day">{day === today ? 'Today' : `${weekday(day)} ${dayText(day)}`}</h2>
      <ol className="act">
        {ofDay.map((event) => (
          <EventRow key={event.id} event={event} timeZone={timeZone} />
        ))}
      </ol>
    </section>
  ));
}

function EventRow({ event, timeZone }: { event: AuditEvent; timeZone: string }) {
  const { did, more } = sentenceOf(event);
  const isByKey = textOf(event, 'via') === 'api_key';
  return (
    <li>
      <time dateTime={event.at} title={fullInstant(event.at, timeZone)}>
        {localTime(event.at, timeZone)}
      </time>
      <Avatar name={event.user?.name ?? '–'} />
      <span>
        <b>{actorName(event)}</b>
        {isByKey && ' by API key'} {did}
        {typeof more === 'string' ? <span className="sub">{more}</span> : more}
      </span>
      <span className="where" title={event.address ? `From ${event.address}` : undefined}>
        {event.company?.name ?? 'Organization'}
      </span>
    </li>
  );
}
