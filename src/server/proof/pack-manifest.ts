/**
 * The manifest of a pack: which exports are in it, of which versions, and the checksum of every file in the ZIP. Each export
 * keeps its own manifest and signature in it, so that it proves itself alone too.
 */
import { z } from 'zod';
import { fileFormats, reportTypes } from '#contract/reports.ts';
import type { FileChecksum } from '#contract/verification.ts';
import { product } from '#server/config/product.ts';
import { signatureName } from './manifest.ts';

const manifestVersion = 1;

export interface PackManifestFacts {
  readonly jobId: string;
  readonly attempt: number;
  readonly name: string;
  readonly organization: { readonly id: string; readonly name: string };
  readonly period: { readonly from: string; readonly to: string };
  readonly requestedBy: string;
  /** RFC 3339, as all instants here. */
  readonly requestedAt: string;
  readonly createdAt: string;
  /** What is "now" in all of it. */
  readonly snapshotAt: string;
  readonly keyId: string;
  readonly companies: readonly PackManifest['companies'][number][];
  readonly members: readonly PackManifest['members'][number][];
  readonly tieOut: PackManifest['tie_out'];
  readonly rows: number;
  readonly files: readonly FileChecksum[];
}

export const packManifestOf = (facts: PackManifestFacts): string =>
  `${JSON.stringify(
    {
      manifest_version: manifestVersion,
      kind: 'pack',
      product,
      signature: { algorithm: 'Ed25519', key_id: facts.keyId, file: signatureName },
      job_id: facts.jobId,
      attempt: facts.attempt,
      created_at: facts.createdAt,
      name: facts.name,
      organization: facts.organization,
      period: { date_from: facts.period.from, date_to: facts.period.to },
      companies: facts.companies,
      requested_by: facts.requestedBy,
      requested_at: facts.requestedAt,
      snapshot_at: facts.snapshotAt,
      rows: facts.rows,
      tie_out: facts.tieOut,
      members: facts.members,
      files: facts.files.map(({ name, sha256, bytes }) => ({ name, sha256, bytes })),
    },
    null,
    2,
  )}\n`;

const packManifestSchema = z.object({
  manifest_version: z.literal(manifestVersion),
  kind: z.literal('pack'),
  signature: z.object({ key_id: z.string().max(200) }).optional(),
  job_id: z.string().max(100),
  created_at: z.string(),
  name: z.string().max(500),
  organization: z.object({ id: z.string(), name: z.string() }),
  period: z.object({ date_from: z.string().max(20), date_to: z.string().max(20) }),
  companies: z
    .array(
      z.object({
        id: z.string(),
        name: z.string(),
        time_zone: z.string(),
        currency: z.string(),
        data_version: z.int().min(0),
        folder: z.string(),
      }),
    )
    .min(1)
    .max(1000),
  requested_by: z.string(),
  requested_at: z.string(),
  snapshot_at: z.string(),
  rows: z.int().min(0),
  tie_out: z.object({ status: z.enum(['agrees', 'differs', 'not_applicable']) }),
  members: z
    .array(
      z.object({
        job_id: z.string().max(100),
        company_id: z.string(),
        report_type: z.enum(reportTypes),
        file_format: z.enum(fileFormats),
        rows: z.int().min(0),
        /** The report's own file, and the folder of its summary, manifest and signature. */
        file: z.string(),
        proof: z.string(),
      }),
    )
    .max(1000),
  files: z
    .array(
      z.object({
        name: z.string().min(1).max(2000),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        bytes: z.int().min(0),
      }),
    )
    .max(2000),
});

export type PackManifest = z.infer<typeof packManifestSchema>;

/** Null for what is no manifest of a pack, or one of a version that this program does not know. */
export function readPackManifest(bytes: Buffer): PackManifest | null {
  try {
    return packManifestSchema.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return null;
  }
}
