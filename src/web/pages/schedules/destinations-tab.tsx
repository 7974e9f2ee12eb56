/** Where the company sends to: kept, tried out, changed, deleted. */
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { Destination, DestinationTest } from '#contract/deliveries.ts';
import { deleteDestination, destinationsQuery, testDestination } from '#web/api/schedules.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { Blank } from '#web/parts/blank.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { destinationNames, scheduleWords as t } from '#web/words/en/schedules.ts';
import { useAct } from './use-act.ts';

const DestinationForm = lazy(() => import('./destination-form.tsx'));
const Confirm = lazy(() => import('#web/parts/confirm.tsx'));

export default function DestinationsTab() {
  const company = useCompany();
  const act = useAct();
  const { data: all } = useQuery(destinationsQuery(company.id));
  const [edited, setEdited] = useState<Destination | 'new' | null>(null);
  const [asked, setAsked] = useState<Destination | null>(null);
  return (
    <>
      <div className="bar">
        <p className="muted grow" />
        <button type="button" className="btn primary" aria-haspopup="dialog" onClick={() => setEdited('new')}>
          <Icon name="plus" />
          {t('newDestination')}
        </button>
      </div>
      {all?.length === 0 ? (
        <Blank art="first" title={t('noDestinationsTitle')}>
          {t('noDestinationsText')}
        </Blank>
      ) : (
        <table className="table mid stack" role="table">
          <caption className="vh">{t('tabDestinations')}</caption>
          <thead role="rowgroup">
            <tr role="row">
              {(['name', 'type', 'to'] as const).map((name) => (
                <th key={name} scope="col" role="columnheader">
                  {t(name)}
                </th>
              ))}
              <th scope="col" role="columnheader">
                <span className="vh">{t('test')}</span>
              </th>
            </tr>
          </thead>
          <tbody role="rowgroup">
            {all?.map((each) => (
              <Row key={each.id} destination={each} onEdit={() => setEdited(each)} onDelete={() => setAsked(each)} />
            ))}
          </tbody>
        </table>
      )}
      <Suspense>
        {edited && <DestinationForm destination={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
        {asked && (
          <Confirm
            title={t('deleteAsk', { name: asked.name })}
            yes={t('deleteYes')}
            no={t('keep')}
            onYes={() => act(() => deleteDestination(asked))}
            onClose={() => setAsked(null)}
          >
            {t('deleteDestinationText')}
          </Confirm>
        )}
      </Suspense>
    </>
  );
}

/** In one line. */
function placeOf({ settings }: Destination): string {
  if ('recipients' in settings) return settings.recipients.join(', ');
  if ('url' in settings) return settings.url;
  if ('host' in settings) return `${settings.username}@${settings.host}:${settings.port} ${settings.folder}`;
  return `${settings.bucket}/${settings.prefix ?? ''}`;
}

interface RowProps {
  readonly destination: Destination;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
}

function Row({ destination, onEdit, onDelete }: RowProps) {
  const act = useAct();
  const [tried, setTried] = useState<DestinationTest | 'busy' | null>(null);
  const { name, type, disabled_reason: disabled } = destination;
  const tryIt = (): void => {
    setTried('busy');
    void act(async () => setTried(await testDestination(destination))).then(() =>
      setTried((now) => (now === 'busy' ? null : now)),
    );
  };
  return (
    <tr role="row" className={disabled === null ? undefined : 'off-row'}>
      <th scope="row" role="rowheader">
        {name}
        {disabled !== null && <span className="sub">{t('disabled', { reason: disabled })}</span>}
      </th>
      <td role="cell" data-l={t('type')}>
        <span>{destinationNames[type]}</span>
      </td>
      <td role="cell" data-l={t('to')}>
        <span className="wraps">
          {placeOf(destination)}
          <output>
            {tried === 'busy' && <span className="sub">{t('testing')}</span>}
            {tried !== null &&
              tried !== 'busy' &&
              tried.steps.map(({ step, ok, detail }) => (
                <span className={ok ? 'sub' : 'sub warn-t'} key={step}>
                  <Icon name={ok ? 'done' : 'fail'} small /> {step}: {detail}
                </span>
              ))}
          </output>
        </span>
      </td>
      <td role="cell" className="end right">
        <button
          type="button"
          className="btn s"
          aria-label={t('testOf', { name })}
          aria-disabled={tried === 'busy' || undefined}
          onClick={tryIt}
        >
          {t('test')}
        </button>
        <button type="button" className="btn s" aria-label={t('editOf', { name })} onClick={onEdit}>
          {t('edit')}
        </button>
        <button type="button" className="icon-btn" aria-label={t('removeOf', { name })} onClick={onDelete}>
          <Icon name="trash" />
        </button>
      </td>
    </tr>
  );
}
