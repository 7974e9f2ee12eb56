/** The page's state, which is its address: what it says now, and the one way to change it. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { filterNames, viewOf, type ExportHistorySearch, type JobListFilters, type JobListView } from './search.ts';

interface View {
  readonly search: ExportHistorySearch;
  readonly view: JobListView;
  readonly filters: JobListFilters;
  /** Changes some fields; whatever is not the page itself goes back to the first page (M11). */
  readonly change: (patch: Partial<ExportHistorySearch>, options?: { replace?: boolean }) => void;
}

export function useView(): View {
  const search = useSearch({ from: '/app/export-history' });
  const navigate = useNavigate({ from: '/export-history' });
  const change = useCallback<View['change']>(
    (patch, { replace = false } = {}) =>
      void navigate({
        search: (known) => ({ ...known, ...('page' in patch ? {} : { page: undefined }), ...patch }),
        replace,
        resetScroll: false,
      }),
    [navigate],
  );
  return useMemo(() => {
    const view = viewOf(search);
    const filters = Object.fromEntries(filterNames.flatMap((name) => (view[name] ? [[name, view[name]]] : [])));
    return { search, view, filters, change };
  }, [search, change]);
}
