/** What the routes of the proof answer, for the OpenAPI document. */
import { z } from 'zod';
import { jobFormats, jobTypes } from '#contract/export-jobs.ts';
import { fileStates, verifyOutcomes } from '#contract/verification.ts';

const currencyTotals = z.object({
  currency: z.string(),
  rows: z.int(),
  sums: z.record(z.string(), z.string()).describe('Column key to decimal string.'),
});
const totals = z.object({
  rows: z.int(),
  currencies: z.array(currencyTotals),
  groups: z.array(currencyTotals.extend({ group: z.string() })),
});

const facts = z.object({
  job_id: z.string(),
  report_type: z.enum(jobTypes),
  report_title: z.string(),
  file_format: z.enum(jobFormats),
  company: z.object({ id: z.string(), name: z.string(), time_zone: z.string() }),
  date_from: z.string(),
  date_to: z.string(),
  filters: z.array(z.object({ label: z.string(), value: z.string() })),
  requested_by: z.string(),
  requested_at: z.string(),
  snapshot_at: z.string().nullable(),
  made_at: z.string(),
  rows: z.int(),
  sum_columns: z.array(z.object({ key: z.string(), label: z.string() })),
});

export const verificationSchema = z.object({
  outcome: z.enum(verifyOutcomes),
  summary: z.string().describe('The verdict in sentences.'),
  given: z.object({ kind: z.enum(['zip', 'file']), sha256: z.string(), bytes: z.int() }),
  container: z.enum(['as_made', 'repacked', 'foreign_bytes', 'unknown']).nullable(),
  signature: z
    .object({ state: z.enum(['valid', 'invalid', 'other_key', 'missing']), key_id: z.string().nullable() })
    .nullable(),
  our_key_id: z.string().nullable(),
  files: z.array(
    z.object({
      name: z.string(),
      state: z.enum(fileStates),
      expected: z.object({ sha256: z.string(), bytes: z.int() }).nullable(),
      found: z.object({ name: z.string(), sha256: z.string().nullable(), bytes: z.int() }).nullable(),
    }),
  ),
  added_count: z.int(),
  facts: facts.nullable().describe('Null unless you may view the financials of its company.'),
  totals: z
    .object({
      signed: totals,
      found: totals.extend({ unreadable_rows: z.int() }).nullable().describe('Counted again from the CSV in the ZIP.'),
    })
    .nullable(),
  exports: z
    .array(
      z.object({
        job_id: z.string(),
        company: z.string(),
        report_title: z.string(),
        file_format: z.enum(jobFormats),
        file: z.string(),
        rows: z.int(),
        adds_up: z.boolean().nullable().describe('Null: a format that is not added up again.'),
      }),
    )
    .nullable()
    .describe('Of a pack.'),
  claims: z
    .object({ report_title: z.string(), date_from: z.string(), date_to: z.string() })
    .nullable()
    .describe('What an unproven manifest says of itself.'),
  job: z
    .object({
      id: z.string(),
      company_id: z.string(),
      is_downloadable: z.boolean(),
      expires_at: z.string().nullable(),
      file_removed_at: z.string().nullable(),
    })
    .nullable(),
  same_content_count: z.int().describe('Further exports that hold the very same bytes.'),
});

export const keySetSchema = z.object({
  keys: z.array(
    z.object({
      kty: z.literal('OKP'),
      crv: z.literal('Ed25519'),
      x: z.string(),
      kid: z.string().describe('SHA256: and the base64url of the checksum of the key in DER.'),
      use: z.literal('sig'),
      alg: z.literal('EdDSA'),
      pem: z.string(),
      first_used_at: z.string(),
      is_current: z.boolean(),
    }),
  ),
});
