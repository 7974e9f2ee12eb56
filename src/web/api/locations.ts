/** Delivery locations as they are managed: pages of them, one with its open orders, and every change. */
import { queryOptions } from '@tanstack/react-query';
import type { DeliveryLocation, DeliveryLocationDetails, StorageUnitEntry } from '#contract/delivery-locations.ts';
import type { Page } from '#contract/export-jobs.ts';
import { api } from './client.ts';
import { everyPage } from './every-page.ts';

/** Also of the names that pickers show: a change of one is a change of all. */
export const locationsKey = (companyId: string) => ['delivery-locations', companyId] as const;

export interface LocationsQuestion {
  readonly search?: string | undefined;
  readonly archived: 'true' | 'false' | 'all';
  readonly ordering: string;
  readonly page: number;
  readonly page_size: number;
}

const pathOf = (companyId: string): string => `/companies/${companyId}/delivery-locations`;

export const locationsQuery = (companyId: string, question: LocationsQuestion) =>
  queryOptions({
    queryKey: [...locationsKey(companyId), 'page', question],
    queryFn: ({ signal }) => api.get<Page<DeliveryLocation>>(pathOf(companyId), { query: { ...question }, signal }),
    placeholderData: (known: Page<DeliveryLocation> | undefined, query) =>
      query?.queryKey[1] === companyId ? known : undefined,
  });

/** How many match the search, in use and archived. */
export const locationCountsQuery = (companyId: string, search: string | undefined) =>
  queryOptions({
    queryKey: [...locationsKey(companyId), 'counts', search],
    queryFn: async ({ signal }) => {
      const total = async (archived: string): Promise<number> =>
        (await api.get<Page<unknown>>(pathOf(companyId), { query: { search, archived, page_size: 1 }, signal })).total;
      const [inUse, archived] = await Promise.all([total('false'), total('true')]);
      return { inUse, archived };
    },
    placeholderData: (known: { inUse: number; archived: number } | undefined, query) =>
      query?.queryKey[1] === companyId ? known : undefined,
  });

export const locationQuery = (companyId: string, id: string) =>
  queryOptions({
    queryKey: [...locationsKey(companyId), 'one', id],
    queryFn: ({ signal }) =>
      api.get<DeliveryLocationDetails>(`${pathOf(companyId)}/${encodeURIComponent(id)}`, { signal }),
    staleTime: 0,
  });

/** Those that deliveries may go into now. */
export const usableStorageUnitsQuery = (companyId: string) =>
  queryOptions({
    queryKey: [...locationsKey(companyId), 'storage-units'],
    queryFn: ({ signal }) =>
      everyPage<StorageUnitEntry>(`/companies/${companyId}/storage-units`, { archived: 'false' }, signal),
  });

/** Empty text empties a field; without a code one is made from the name. */
export interface LocationForm {
  name: string;
  code?: string;
  street: string;
  street_number: string;
  postal_code: string;
  city: string;
  region: string;
  country: string;
  customer_number: string;
  instructions: string;
  storage_unit_id: string | null;
}

export const createLocation = (companyId: string, body: LocationForm): Promise<DeliveryLocation> =>
  api.post(pathOf(companyId), { body });

export const changeLocation = (
  companyId: string,
  id: string,
  body: Partial<LocationForm> & { archived?: boolean },
): Promise<DeliveryLocation> => api.patch(`${pathOf(companyId)}/${id}`, { body });

export const deleteLocation = (companyId: string, id: string): Promise<void> =>
  api.delete(`${pathOf(companyId)}/${id}`);
