/** What the audit log says about a question that was asked or whose file was taken: facts and ids, no business data. */
import type { JobFormat, JobType } from '#contract/export-jobs.ts';

interface Asked {
  readonly report_type: JobType;
  readonly file_format: JobFormat;
  /** Business days, both included. */
  readonly date_from: string;
  readonly date_to: string;
  /** Normalised by the report. */
  readonly filters: Readonly<Record<string, unknown>>;
}

/** An entry is read by people: of a longer list it says how many there were. */
const idsMax = 20;

/** `locations` absent: all of the company's; `filters`: the names of the others that were given. */
export function auditFacts({ report_type, file_format, date_from, date_to, filters }: Asked): Record<string, unknown> {
  const { delivery_location_ids: locations, ...others } = filters;
  const given = Object.keys(others).sort();
  return {
    report_type,
    file_format,
    date_from,
    date_to,
    ...(Array.isArray(locations) && {
      locations: locations.length,
      delivery_location_ids: locations.slice(0, idsMax),
    }),
    ...(given.length > 0 && { filters: given }),
  };
}
