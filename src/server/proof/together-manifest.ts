/** The manifest of several exports that were downloaded together: which they are, and the checksum of every file in the ZIP. */
import { z } from 'zod';
import { jobFormats, jobTypes, togetherMax } from '#contract/export-jobs.ts';

const manifestSchema = z.object({
  manifest_version: z.literal(1),
  kind: z.literal('exports'),
  signature: z.object({ key_id: z.string().max(200) }).optional(),
  created_at: z.string().max(100),
  requested_by: z.string(),
  exports: z
    .array(
      z.object({
        id: z.string().max(100),
        file: z.string().max(1000),
        company: z.object({ id: z.string(), name: z.string(), time_zone: z.string() }),
        report: z.object({ type: z.enum(jobTypes), title: z.string().max(500) }),
        period: z.object({ date_from: z.string().max(20), date_to: z.string().max(20) }),
        file_format: z.enum(jobFormats),
        rows: z.int().min(0),
      }),
    )
    .min(1)
    .max(togetherMax),
  files: z
    .array(
      z.object({
        name: z.string().min(1).max(1000),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        bytes: z.int().min(0),
      }),
    )
    .max(togetherMax + 10),
});

export type TogetherManifest = z.infer<typeof manifestSchema>;

/** Null for what is none. */
export function readTogetherManifest(bytes: Buffer): TogetherManifest | null {
  try {
    return manifestSchema.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return null;
  }
}
