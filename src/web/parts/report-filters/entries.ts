/** What a filter's values are called: the company's locations, vendors, ingredients, units, categories, listed where the report says. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import type { ReportFilter } from '#contract/reports.ts';
import { everyPage } from '#web/api/every-page.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import type { Entry } from '#web/parts/report/entry-picker.tsx';
import { choiceName } from '#web/words/reports.ts';

interface Listed {
  readonly id?: string;
  readonly name: string;
  readonly code?: string;
  readonly archived_at?: string | null;
}

const entriesQuery = (companyId: string, path: string) =>
  queryOptions({
    queryKey: ['filter-values', companyId, path],
    queryFn: async ({ signal }): Promise<Entry[]> => {
      const query: Record<string, string> = path.endsWith('item-categories') ? {} : { archived: 'all' };
      const all = await everyPage<Listed>(
        path.replace('{company_id}', companyId).replace('/api/v1', ''),
        query,
        signal,
      );
      return all.map(({ id, name, code = '', archived_at = null }) => ({
        id: id ?? name,
        name,
        code,
        isArchived: archived_at !== null,
      }));
    },
    staleTime: 5 * 60_000,
  });

/** `isWanted` false: names are not needed yet, and not asked for. */
export function useEntries({ values_from, choices }: ReportFilter, isWanted: boolean): readonly Entry[] {
  const { id } = useCompany();
  const { data } = useQuery({ ...entriesQuery(id, values_from ?? ''), enabled: isWanted && values_from !== undefined });
  return choices?.map((value) => ({ id: value, name: choiceName(value), code: '', isArchived: false })) ?? data ?? [];
}

/** `Bar`, `Bar, Main Kitchen`, `3 selected` by what `several` makes of the number. */
export function chosenNames(
  entries: readonly Entry[],
  chosen: readonly string[],
  several: (n: number) => string,
): string | null {
  if (chosen.length === 0) return null;
  const names = chosen.map((value) => entries.find(({ id }) => id === value)?.name);
  return names.length <= 2 && names.every((name) => name !== undefined) ? names.join(', ') : several(chosen.length);
}
