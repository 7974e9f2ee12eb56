/** The drawer of one location: its form for those who may change it, its facts for everybody else. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Heading } from 'react-aria-components/Heading';
import type { DeliveryLocation, DeliveryLocationDetails } from '#contract/delivery-locations.ts';
import { locationQuery } from '#web/api/locations.ts';
import { ApiProblem, isProblem } from '#web/api/problem.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { Blank } from '#web/parts/blank.tsx';
import { CloseButton, Drawer } from '#web/parts/modal.tsx';
import { Unreachable } from '#web/parts/unreachable.tsx';
import { dayText } from '#web/words/days.ts';
import { localDay } from '#web/words/instants.ts';
import { LocationFacts } from './location-facts.tsx';
import { LocationForm } from './location-form.tsx';

interface LocationDrawerProps {
  /** `new` for one to be added. */
  readonly id: string;
  readonly mayManage: boolean;
  readonly onClose: () => void;
  readonly onAsk: (verb: 'archive' | 'delete', location: DeliveryLocation) => void;
}

export default function LocationDrawer({ id, mayManage, onClose, onAsk }: LocationDrawerProps) {
  const company = useCompany();
  const isNew = id === 'new' && mayManage;
  const { data, error, refetch } = useQuery({ ...locationQuery(company.id, id), enabled: !isNew });
  const [isChanged, setChanged] = useState(false);
  return (
    <Drawer isOpen onClose={onClose} isDismissable={!isChanged}>
      <div className="d-head">
        <div>
          <Heading slot="title" level={2}>
            {isNew ? 'Add location' : (data?.name ?? 'Location')}
          </Heading>
          {isNew ? <p>{company.name}</p> : data && <Standing location={data} />}
        </div>
        <CloseButton onClose={onClose} />
      </div>
      {isNew ? (
        <LocationForm location={null} onChanged={setChanged} onClose={onClose} onAsk={onAsk} />
      ) : data ? (
        mayManage ? (
          <LocationForm location={data} onChanged={setChanged} onClose={onClose} onAsk={onAsk} />
        ) : (
          <LocationFacts location={data} />
        )
      ) : (
        <div className="d-body">
          {error ? <NotShown error={error} onTry={() => void refetch()} /> : <output className="vh">Loading</output>}
        </div>
      )}
    </Drawer>
  );
}

function Standing({ location }: { location: DeliveryLocationDetails }) {
  const { time_zone: timeZone } = useCompany();
  const changed = dayText(localDay(location.updated_at, timeZone));
  const isUnchanged = location.updated_at === location.created_at;
  return (
    <div className="d-sub">
      <span className="tag">{location.code}</span>
      {location.archived_at && <span className="tag">Archived</span>}
      <span className="sub">
        {isUnchanged ? 'Added' : 'Changed'} {changed}
        {location.updated_by && ` by ${location.updated_by}`}
      </span>
    </div>
  );
}

/** One that is gone, never was, or belongs to another company gives one answer. */
function NotShown({ error, onTry }: { error: Error; onTry: () => void }) {
  if (isProblem(error, 'access_denied')) {
    return (
      <Blank alert art="lock" title="There is no such location here">
        It was deleted, or it belongs to another company.
      </Blank>
    );
  }
  return <Unreachable problem={error instanceof ApiProblem ? error : null} onTry={onTry} />;
}
