/**
 * What a manifest says that a ZIP is, an export or a pack of them, in one shape: its files, whose it is, and what of it is
 * counted again. The rows of a pack's exports are held against the manifests that lie in it, which its own vouches for.
 */
import { formats } from '#contract/formats.ts';
import type { ControlTotals } from '#contract/reports.ts';
import type { ExportFacts, FileChecksum, Recount, VerifiedExport } from '#contract/verification.ts';
import { totalsLines } from '#contract/verified-totals.ts';
import { findReport } from '#server/reports/registry.ts';
import type { ByteSource } from '#server/zip/byte-source.ts';
import type { ZipEntryRecord } from '#server/zip/zip-directory.ts';
import { type ArchiveProof, manifestBytesMax, readOrNull } from './archive-proof.ts';
import { factsOfManifest, factsOfPack, factsOfTogether } from './export-facts.ts';
import { type Manifest, manifestName, readManifest, summaryName } from './manifest.ts';
import type { PackManifest } from './pack-manifest.ts';
import { recount } from './recount.ts';
import type { TogetherManifest } from './together-manifest.ts';

export interface ProvenSubject {
  /** Null: of several exports, which are no export of their own. */
  readonly jobId: string | null;
  readonly title: string;
  readonly companyIds: readonly string[];
  readonly period: { readonly date_from: string; readonly date_to: string };
  readonly files: readonly FileChecksum[];
  readonly facts: ExportFacts;
  readonly totals: ControlTotals | null;
  /** Reads a file of it whose rows are counted again; null: none of those. */
  count(name: string, content: AsyncIterable<Buffer>): Promise<void> | null;
  /** Of the export itself, when its file has been counted. */
  found(): Recount | null;
  /** Of a pack, what has been found of each; else null. */
  exports(): readonly VerifiedExport[] | null;
}

/** Null for what has no manifest that can be read. */
export function subjectOf(
  source: ByteSource,
  entries: readonly ZipEntryRecord[],
  { manifest, pack, together, folder }: ArchiveProof,
): ProvenSubject | null {
  if (manifest) return ofExport(manifest);
  if (together) return ofTogether(together);
  return pack && ofPack(pack, (name) => readMember(source, entries, folder + name));
}

async function readMember(
  source: ByteSource,
  entries: readonly ZipEntryRecord[],
  name: string,
): Promise<Manifest | null> {
  const entry = entries.find((one) => one.name === name);
  const bytes = entry ? await readOrNull(source, entry, manifestBytesMax) : null;
  return bytes && readManifest(bytes);
}

function ofExport(manifest: Manifest): ProvenSubject {
  const report = manifest.files.find(({ name }) => name !== summaryName)?.name;
  let found: Recount | null = null;
  const count = async (content: AsyncIterable<Buffer>): Promise<void> => {
    found = await recount(manifest, content);
  };
  return {
    jobId: manifest.job_id,
    title: manifest.report.title,
    companyIds: [manifest.company.id],
    period: manifest.period,
    files: manifest.files,
    facts: factsOfManifest(manifest),
    totals: manifest.totals,
    count: (name, content) => (formats[manifest.file_format].isAddedUp && name === report ? count(content) : null),
    found: () => found,
    exports: () => null,
  };
}

function ofPack(pack: PackManifest, memberManifest: (name: string) => Promise<Manifest | null>): ProvenSubject {
  const addUp = new Map<string, boolean>();
  const counted = new Map(
    pack.members.filter(({ file_format }) => formats[file_format].isAddedUp).map((member) => [member.file, member]),
  );
  const count = async ({ file, proof }: PackManifest['members'][number], content: AsyncIterable<Buffer>) => {
    const manifest = await memberManifest(`${proof}/${manifestName}`);
    const found = manifest && (await recount(manifest, content));
    // without the manifest that its own vouches for, nothing adds up
    if (!manifest) addUp.set(file, false);
    else if (found) addUp.set(file, addsUp(manifest, found));
  };
  return {
    jobId: pack.job_id,
    title: pack.name,
    companyIds: pack.companies.map(({ id }) => id),
    period: pack.period,
    files: pack.files,
    facts: factsOfPack(pack),
    totals: null,
    count(name, content) {
      const member = counted.get(name);
      return member ? count(member, content) : null;
    },
    found: () => null,
    exports: () =>
      pack.members.map(({ job_id, company_id, report_type, file_format, file, rows }) => ({
        job_id,
        company: pack.companies.find(({ id }) => id === company_id)?.name ?? '',
        report_title: findReport(report_type)?.title ?? report_type,
        file_format,
        file,
        rows,
        adds_up: addUp.get(file) ?? null,
      })),
  };
}

/** The rows of each are counted again where its own ZIP is verified. */
function ofTogether(together: TogetherManifest): ProvenSubject {
  const facts = factsOfTogether(together);
  return {
    jobId: null,
    title: facts.report_title,
    companyIds: [...new Set(together.exports.map(({ company }) => company.id))],
    period: facts,
    files: together.files,
    facts,
    totals: null,
    count: () => null,
    found: () => null,
    exports: () =>
      together.exports.map(({ id, company, report, file_format, file, rows }) => ({
        job_id: id,
        company: company.name,
        report_title: report.title,
        file_format,
        file,
        rows,
        adds_up: null,
      })),
  };
}

function addsUp(manifest: Manifest, found: Recount): boolean {
  const lines = totalsLines({ signed: manifest.totals, found }, factsOfManifest(manifest).sum_columns);
  return found.unreadable_rows === 0 && lines.every(({ agrees }) => agrees);
}
