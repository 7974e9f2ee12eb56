/** Schedules, destinations and deliveries of the API. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Page } from '#contract/export-jobs.ts';
import type {
  Delivery,
  DeliveryRules,
  Destination,
  DestinationTest,
  Guest,
  PlannedOccurrence,
  Schedule,
  ScheduleRun,
} from '#contract/deliveries.ts';
import { api } from './client.ts';
import { everyPage } from './every-page.ts';

const base = (companyId: string): string => `/companies/${companyId}`;
export const deliveryKey = (companyId: string) => ['delivery', companyId] as const;
/** While something waits or runs it is looked at again. */
const lookMilliseconds = 3_000;

export const schedulesQuery = (companyId: string) =>
  queryOptions({
    queryKey: [...deliveryKey(companyId), 'schedules'],
    queryFn: ({ signal }) => everyPage<Schedule>(`${base(companyId)}/schedules`, {}, signal),
  });

export type ScheduleForm = Pick<
  Schedule,
  'name' | 'saved_report_id' | 'recurrence' | 'at' | 'condition' | 'destination_ids'
>;

export const createSchedule = (companyId: string, body: ScheduleForm): Promise<Schedule> =>
  api.post(`${base(companyId)}/schedules`, { body });
export const changeSchedule = (
  { company_id, id }: Schedule,
  body: Partial<ScheduleForm & Pick<Schedule, 'is_paused'>>,
): Promise<Schedule> => api.patch(`${base(company_id)}/schedules/${id}`, { body });
export const deleteSchedule = ({ company_id, id }: Schedule): Promise<void> =>
  api.delete(`${base(company_id)}/schedules/${id}`);
export const runSchedule = ({ company_id, id }: Schedule): Promise<ScheduleRun> =>
  api.post(`${base(company_id)}/schedules/${id}/run`);

export const previewQuery = (companyId: string, asked: Pick<ScheduleForm, 'saved_report_id' | 'recurrence' | 'at'>) =>
  queryOptions({
    queryKey: [...deliveryKey(companyId), 'preview', asked],
    enabled: asked.saved_report_id !== null && /^\d\d:\d\d$/.test(asked.at),
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: async ({ signal }) =>
      (
        await api.post<{ results: PlannedOccurrence[] }>(`${base(companyId)}/schedules/preview`, {
          body: asked,
          signal,
        })
      ).results,
  });

export const runsQuery = ({ company_id, id }: Schedule) =>
  queryOptions({
    queryKey: [...deliveryKey(company_id), 'runs', id],
    queryFn: ({ signal }) =>
      api.get<Page<ScheduleRun>>(`${base(company_id)}/schedules/${id}/runs`, { query: { page_size: 25 }, signal }),
    refetchInterval: ({ state }) =>
      state.data?.results.some(({ status }) => status === 'waiting' || status === 'running') ? lookMilliseconds : false,
  });

export const deliveriesQuery = (companyId: string, page: number) =>
  queryOptions({
    queryKey: [...deliveryKey(companyId), 'deliveries', page],
    queryFn: ({ signal }) =>
      api.get<Page<Delivery>>(`${base(companyId)}/deliveries`, { query: { page, page_size: 25 }, signal }),
    refetchInterval: ({ state }) =>
      state.data?.results.some(({ status }) => status === 'sending') ? lookMilliseconds : false,
  });
/** Newest first, of one export; looked at again while something of it is under way. */
export const deliveriesOfQuery = (companyId: string, jobId: string) =>
  queryOptions({
    queryKey: [...deliveryKey(companyId), 'deliveries-of', jobId],
    queryFn: ({ signal }) =>
      api.get<Page<Delivery>>(`${base(companyId)}/deliveries`, { query: { job_id: jobId, page_size: 25 }, signal }),
    refetchInterval: ({ state }) =>
      state.data?.results.some(({ status, attempts }) => status === 'sending' || attempts.length === 0)
        ? lookMilliseconds
        : false,
  });
export const sendAgain = ({ id }: Delivery): Promise<Delivery> => api.post(`/deliveries/${id}/send-again`);
export const takeLinkBack = ({ id }: Delivery): Promise<void> => api.delete(`/deliveries/${id}/link`);

export const destinationsQuery = (companyId: string) =>
  queryOptions({
    queryKey: [...deliveryKey(companyId), 'destinations'],
    queryFn: ({ signal }) => everyPage<Destination>(`${base(companyId)}/destinations`, {}, signal),
  });
export interface DestinationForm {
  readonly name: string;
  readonly type: Destination['type'];
  readonly settings: Readonly<Record<string, unknown>>;
}
export const createDestination = (companyId: string, body: DestinationForm): Promise<Destination> =>
  api.post(`${base(companyId)}/destinations`, { body });
export const changeDestination = (
  { company_id, id }: Destination,
  body: Partial<Pick<DestinationForm, 'name' | 'settings'>>,
): Promise<Destination> => api.patch(`${base(company_id)}/destinations/${id}`, { body });
export const deleteDestination = ({ company_id, id }: Destination): Promise<void> =>
  api.delete(`${base(company_id)}/destinations/${id}`);
export const testDestination = ({ company_id, id }: Destination): Promise<DestinationTest> =>
  api.post(`${base(company_id)}/destinations/${id}/test`);
export const readHostKey = (companyId: string, body: { host: string; port: number }): Promise<{ host_key: string }> =>
  api.post(`${base(companyId)}/destinations/host-key`, { body });

export const guestsQuery = (companyId: string) =>
  queryOptions({
    queryKey: [...deliveryKey(companyId), 'guests'],
    queryFn: ({ signal }) => everyPage<Guest>(`${base(companyId)}/guests`, {}, signal),
  });
export const enterGuest = (companyId: string, email: string): Promise<Guest> =>
  api.post(`${base(companyId)}/guests`, { body: { email } });
export const removeGuest = (companyId: string, { id }: Guest): Promise<void> =>
  api.delete(`${base(companyId)}/guests/${id}`);

export const closedDaysQuery = (companyId: string) =>
  queryOptions({
    queryKey: [...deliveryKey(companyId), 'closed-days'],
    queryFn: async ({ signal }) =>
      (await api.get<{ days: string[] }>(`${base(companyId)}/closed-days`, { signal })).days,
  });
export const rulesQuery = (companyId: string) =>
  queryOptions({
    queryKey: [...deliveryKey(companyId), 'rules'],
    queryFn: ({ signal }) => api.get<DeliveryRules>(`${base(companyId)}/delivery-rules`, { signal }),
  });
export const setRules = (companyId: string, rules: DeliveryRules): Promise<DeliveryRules> =>
  api.put(`${base(companyId)}/delivery-rules`, { body: rules });

/** A finished export; one delivery for each receiver. */
export const sendJob = (jobId: string, destinationIds: readonly string[]): Promise<{ deliveries: Delivery[] }> =>
  api.post(`/export-jobs/${encodeURIComponent(jobId)}/send`, { body: { destination_ids: destinationIds } });

export const setClosedDays = (companyId: string, days: readonly string[]): Promise<{ days: string[] }> =>
  api.put(`${base(companyId)}/closed-days`, { body: { days } });
