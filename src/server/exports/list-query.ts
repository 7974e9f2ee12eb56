/** What a list of jobs can be asked for, and the bounds of creation that this means for each company. */
import { addDays, isDay, startOfDay } from '#contract/calendar.ts';
import type { JobFormat, JobOrdering, JobOrderingField, JobStatus, JobType } from '#contract/export-jobs.ts';

export interface JobQuery {
  readonly status?: readonly JobStatus[] | undefined;
  readonly report_type?: readonly JobType[] | undefined;
  readonly file_format?: readonly JobFormat[] | undefined;
  /** A day (in each company's zone) or an instant; both ends included. */
  readonly created_at_from?: string | undefined;
  readonly created_at_to?: string | undefined;
  readonly created_by?: readonly string[] | undefined;
  /** Jobs whose report period overlaps. */
  readonly period_from?: string | undefined;
  readonly period_to?: string | undefined;
  readonly delivery_location_id?: string | undefined;
}

export interface PageQuery extends JobQuery {
  readonly ordering: JobOrdering;
  readonly page: number;
  readonly page_size: number;
}

export interface Facets {
  status: Partial<Record<JobStatus, number>>;
  file_format: Partial<Record<JobFormat, number>>;
  report_type: Partial<Record<JobType, number>>;
  created_by: { id: string; name: string; count: number }[];
}

/** Within an equal value in order of creation: a total order, pages never overlap. Ids are made in that order. */
export function orderOf(ordering: JobOrdering): { field: Exclude<JobOrderingField, 'id'>; descending: boolean } {
  const field = ordering.replace('-', '') as JobOrderingField;
  return { field: field === 'id' ? 'created_at' : field, descending: ordering.startsWith('-') };
}

/** Fields that are ordered by letters. */
export const isWord = (field: JobOrderingField): field is 'status' | 'file_format' | 'report_type' =>
  field === 'status' || field === 'file_format' || field === 'report_type';

/** Microseconds since 1970, both included: a day is that day in the zone, an instant is that instant. */
export function createdBounds(query: JobQuery, timeZone: string): { from: number; to: number } {
  const { created_at_from: from, created_at_to: to } = query;
  const startOf = (day: string): number => startOfDay(day, timeZone).getTime() * 1000;
  return {
    from: from === undefined ? -Infinity : isDay(from) ? startOf(from) : microsecondsOf(from),
    to: to === undefined ? Infinity : isDay(to) ? startOf(addDays(to, 1)) - 1 : microsecondsOf(to),
  };
}

/** Of an RFC 3339 instant in whole microseconds. */
function microsecondsOf(instant: string): number {
  const fraction = /\.\d+/.exec(instant)?.[0] ?? '';
  return Date.parse(instant.replace(fraction, '')) * 1000 + Number(fraction.slice(1).padEnd(6, '0'));
}
