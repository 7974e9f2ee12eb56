/**
 * Delivery Locations: where vendors deliver for the selected company. Everybody in the company may look; adding,
 * changing and archiving need the permission. The whole state, the open form included, is the address.
 */
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { DeliveryLocation } from '#contract/delivery-locations.ts';
import { companyAccessQuery } from '#web/api/company.ts';
import { locationCountsQuery, locationsQuery } from '#web/api/locations.ts';
import { ApiProblem } from '#web/api/problem.ts';
import { useCompany, useMay } from '#web/frame/company-context.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Unreachable } from '#web/parts/unreachable.tsx';
import { useStepBack } from '#web/parts/report/use-step-back.ts';
import { LocationList } from './location-list.tsx';
import { NoLocations, NoMatch, SkeletonLocations } from './states.tsx';
import { Toolbar } from './toolbar.tsx';
import { useView } from './use-view.ts';
import '#web/styles/settings.css';

const loadForm = () => import('./location-drawer.tsx');
const LocationDrawer = lazy(loadForm);
const ArchiveQuestion = lazy(() => import('./archive-question.tsx'));
const DeleteQuestion = lazy(() => import('./delete-question.tsx'));

export type LocationVerb = 'edit' | 'archive' | 'restore' | 'delete';

export function DeliveryLocationsPage() {
  const company = useCompany();
  const mayManage = useMay('manage_locations');
  const { search, question, change } = useView();
  const list = useQuery(locationsQuery(company.id, question));
  const counts = useQuery(locationCountsQuery(company.id, question.search));
  const [asked, setAsked] = useState<{ verb: 'archive' | 'delete'; location: DeliveryLocation } | null>(null);
  useStepBack({ totalPages: list.data?.total_pages, page: question.page }, (page) =>
    change({ page: page || undefined }, { replace: true }),
  );
  const isEmptyForever =
    question.search === undefined && counts.data !== undefined && counts.data.inUse + counts.data.archived === 0;
  const add = (): void => change({ location: 'new' });
  return (
    <>
      <PageHead
        title="Delivery Locations"
        lead={`Where vendors deliver for ${company.name}. Reports and exports use these names.`}
      >
        {mayManage && (
          <button
            type="button"
            className="btn primary"
            aria-haspopup="dialog"
            onPointerEnter={() => void loadForm()}
            onClick={add}
          >
            <Icon name="plus" />
            Add location
          </button>
        )}
      </PageHead>
      {list.isError && !list.data ? (
        <Unreachable problem={list.error instanceof ApiProblem ? list.error : null} onTry={() => void list.refetch()} />
      ) : isEmptyForever ? (
        <NoLocations mayManage={mayManage} onAdd={add} />
      ) : (
        <>
          <Toolbar counts={counts.data} total={list.data?.total} />
          {!list.data ? (
            <SkeletonLocations />
          ) : list.data.results.length === 0 ? (
            <NoMatch counts={counts.data} />
          ) : (
            <LocationList
              page={list.data}
              mayManage={mayManage}
              onAsk={(verb, location) => setAsked({ verb, location })}
            />
          )}
          {mayManage ? <WhatArchivingMeans /> : <WhoMayChange />}
        </>
      )}
      <Suspense>
        {search.location !== undefined && (
          <LocationDrawer
            key={search.location}
            id={search.location}
            mayManage={mayManage}
            onClose={() => change({ location: undefined }, { replace: true })}
            onAsk={(verb, location) => setAsked({ verb, location })}
          />
        )}
        {asked?.verb === 'archive' && <ArchiveQuestion location={asked.location} onClose={() => setAsked(null)} />}
        {asked?.verb === 'delete' && <DeleteQuestion location={asked.location} onClose={() => setAsked(null)} />}
      </Suspense>
    </>
  );
}

function WhatArchivingMeans() {
  return (
    <p className="tip after">
      <Icon name="info" />
      <span>
        A location that was used is archived, never deleted: it leaves the pickers, and stays in every report and export
        that names it.
      </span>
    </p>
  );
}

/** Looking is free; who may not change is told what is missing and whom to ask. */
function WhoMayChange() {
  const company = useCompany();
  const { data: access } = useQuery(companyAccessQuery(company.id));
  const [first] = access?.administrators ?? [];
  return (
    <p className="tip after">
      <Icon name="lock" />
      <span>
        Changing them needs the <b>Manage locations</b> permission in this company.
        {first && (
          <>
            {' '}
            <a href={`mailto:${first.email}`}>Ask {first.name}</a>
          </>
        )}
      </span>
    </p>
  );
}
