/**
 * Jobs packed by column, in SQL: every row of a source becomes one place in a few byte strings, in order of creation.
 * The same words pack what is kept in blocks and what is read beside them; block.ts unpacks both.
 */
import { type RawBuilder, sql } from 'kysely';

/** One row per company of `source`, a query for rows of export_jobs. */
export const packed = (source: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  SELECT company_id, count(*)::int AS jobs, min(created_at) AS first_at,
    encode(substr(string_agg(uuid_send(id), ''::bytea ORDER BY created_at, id), 1, 16), 'hex')::uuid AS first_id,
    max(created_at) AS last_at,
    encode(substr(string_agg(uuid_send(id), ''::bytea ORDER BY created_at, id), count(*)::int * 16 - 15), 'hex')::uuid AS last_id,
    string_agg(uuid_send(id), ''::bytea ORDER BY created_at, id) AS ids,
    string_agg(${microseconds('created_at')}, ''::bytea ORDER BY created_at, id) AS created,
    string_agg(${microseconds('updated_at')}, ''::bytea ORDER BY created_at, id) AS updated,
    string_agg(int4send(date_from - date '1970-01-01'), ''::bytea ORDER BY created_at, id) AS dates_from,
    string_agg(int4send(date_to - date '1970-01-01'), ''::bytea ORDER BY created_at, id) AS dates_to,
    string_agg(int2send((kind_rank - 1)::int2), ''::bytea ORDER BY created_at, id) AS kind_codes,
    array_agg(DISTINCT kind ORDER BY kind) AS kinds,
    string_agg(int2send((person_rank - 1)::int2), ''::bytea ORDER BY created_at, id) AS person_codes,
    array_agg(DISTINCT person ORDER BY person) AS people,
    string_agg(int2send((place_rank - 1)::int2), ''::bytea ORDER BY created_at, id) AS place_codes,
    array_agg(DISTINCT place ORDER BY place) AS places
  FROM (
    SELECT *, dense_rank() OVER (PARTITION BY company_id ORDER BY kind) AS kind_rank,
      dense_rank() OVER (PARTITION BY company_id ORDER BY person) AS person_rank,
      dense_rank() OVER (PARTITION BY company_id ORDER BY place) AS place_rank
    FROM (
      SELECT company_id, id, created_at, updated_at, date_from, date_to,
        (status || ' ' || file_format || ' ' || report_type) COLLATE "C" AS kind,
        created_by::text COLLATE "C" AS person,
        coalesce((filters -> 'delivery_location_ids')::text, '') COLLATE "C" AS place
      FROM (${source}) found
    ) worded
  ) ranked
  GROUP BY company_id`;

/** Since 1970, as a double: exact until the year 2255. */
export const microseconds = (column: string): RawBuilder<unknown> =>
  sql`float8send((extract(epoch FROM ${sql.ref(column)}) * 1000000)::float8)`;

export const packedColumns = sql.raw(
  'company_id, jobs, first_at, first_id, last_at, last_id, ids, created, updated, dates_from, dates_to, kind_codes, kinds, person_codes, people, place_codes, places',
);

/** One packed row, as the driver gives it. */
export interface PackedJobs {
  readonly company_id: string;
  readonly jobs: number;
  readonly ids: Buffer;
  readonly created: Buffer;
  readonly updated: Buffer;
  readonly dates_from: Buffer;
  readonly dates_to: Buffer;
  readonly kind_codes: Buffer;
  readonly kinds: string[];
  readonly person_codes: Buffer;
  readonly people: string[];
  readonly place_codes: Buffer;
  readonly places: string[];
}
