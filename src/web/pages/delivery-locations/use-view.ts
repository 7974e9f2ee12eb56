/** The page's state, which is its address: what it says now, and the one way to change it. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { LocationsQuestion } from '#web/api/locations.ts';
import { defaultPageSize, type DeliveryLocationsSearch, type ShownKind } from './search.ts';

interface View {
  readonly search: DeliveryLocationsSearch;
  readonly show: ShownKind;
  readonly question: LocationsQuestion;
  /** Changes some fields; whatever is neither the page nor the open form goes back to the first page. */
  readonly change: (patch: Partial<DeliveryLocationsSearch>, options?: { replace?: boolean }) => void;
}

const archivedOf = { in_use: 'false', archived: 'true', all: 'all' } as const;

export function useView(): View {
  const search = useSearch({ from: '/app/delivery-locations' });
  const navigate = useNavigate({ from: '/delivery-locations' });
  const change = useCallback<View['change']>(
    (patch, { replace = false } = {}) => {
      const stays = 'page' in patch || 'location' in patch;
      void navigate({
        search: (known) => ({ ...known, ...(stays ? {} : { page: undefined }), ...patch }),
        replace,
        resetScroll: false,
      });
    },
    [navigate],
  );
  const show = search.show ?? 'in_use';
  const question = {
    search: search.search,
    archived: archivedOf[show],
    ordering: search.ordering ?? 'name',
    page: search.page ?? 0,
    page_size: search.page_size ?? defaultPageSize,
  };
  return { search, show, question, change };
}
