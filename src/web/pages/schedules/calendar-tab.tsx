/** Days on which the company does not work, and outsiders who may receive its mail. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { isDay } from '#contract/calendar.ts';
import { closedDaysQuery, enterGuest, guestsQuery, removeGuest, setClosedDays } from '#web/api/schedules.ts';
import { useCompany, useMay } from '#web/frame/company-context.tsx';
import { TextField } from '#web/parts/form/field.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { dayText } from '#web/words/days.ts';
import { scheduleWords as t } from '#web/words/en/schedules.ts';
import { DeliveryRulesForm } from './delivery-rules.tsx';
import { useAct } from './use-act.ts';

export default function CalendarTab() {
  return (
    <>
      <ClosedDays />
      <DeliveryRulesForm />
      <Guests />
    </>
  );
}

function ClosedDays() {
  const company = useCompany();
  const act = useAct();
  const { data: days = [] } = useQuery(closedDaysQuery(company.id));
  const [day, setDay] = useState('');
  const keep = (next: readonly string[]): void => void act(() => setClosedDays(company.id, next));
  return (
    <section aria-labelledby="closed-days">
      <h2 id="closed-days">{t('closedDays')}</h2>
      <p className="muted">{t('closedDaysLead')}</p>
      {days.length === 0 && <p>{t('noClosedDays')}</p>}
      <ul>
        {days.map((each) => (
          <li key={each}>
            {dayText(each)}{' '}
            <button
              type="button"
              className="icon-btn"
              aria-label={t('removeDay', { day: dayText(each) })}
              onClick={() => keep(days.filter((one) => one !== each))}
            >
              <Icon name="x" />
            </button>
          </li>
        ))}
      </ul>
      <form
        className="bar"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isDay(day)) return;
          keep([...days, day]);
          setDay('');
        }}
      >
        <label htmlFor="closed-day">{t('day')}</label>
        <input id="closed-day" type="date" value={day} onChange={({ target }) => setDay(target.value)} />
        <button type="submit" className="btn" aria-disabled={!isDay(day) || undefined}>
          {t('addDay')}
        </button>
      </form>
    </section>
  );
}

function Guests() {
  const company = useCompany();
  const mayApprove = useMay('manage_company');
  const act = useAct();
  const { data: guests = [] } = useQuery(guestsQuery(company.id));
  const [email, setEmail] = useState('');
  return (
    <section aria-labelledby="guests">
      <h2 id="guests">{t('guests')}</h2>
      <p className="muted">{t('guestsLead')}</p>
      {guests.length === 0 && <p>{t('noGuests')}</p>}
      <ul>
        {guests.map((guest) => (
          <li key={guest.id}>
            {guest.email}{' '}
            <span className="muted">
              {guest.approved_at ? t('approvedBy', { name: guest.approved_by?.name ?? '' }) : t('notApproved')}
            </span>{' '}
            {!guest.approved_at && mayApprove && (
              <button
                type="button"
                className="btn s"
                onClick={() => void act(() => enterGuest(company.id, guest.email))}
              >
                {t('approve')}
              </button>
            )}
            <button
              type="button"
              className="btn s"
              aria-label={t('removeOf', { name: guest.email })}
              onClick={() => void act(() => removeGuest(company.id, guest))}
            >
              {t('remove')}
            </button>
          </li>
        ))}
      </ul>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void act(() => enterGuest(company.id, email)).then(() => setEmail(''));
        }}
      >
        <TextField id="guest-email" label={t('email')} type="email" value={email} onChange={setEmail} />
        <button type="submit" className="btn">
          {t('addGuest')}
        </button>
      </form>
    </section>
  );
}
