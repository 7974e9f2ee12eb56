/**
 * Which export is this file, and did a byte of it change? One answer for page, API and command line.
 * A signature proves a ZIP to anybody who has the public key; the database knows single files, and the ZIP as a whole.
 */
import { formats } from '#contract/formats.ts';
import { createHash } from 'node:crypto';
import type { ContainerState, FileChecksum, Recount, Verification, VerifyOutcome } from '#contract/verification.ts';
import { type ArchiveProof, readProof } from './archive-proof.ts';
import type { ByteSource } from '#server/zip/byte-source.ts';
import { type Comparison, type Reader, compareFiles } from './compare-files.ts';
import { factsOfManifest, factsOfRecord } from './export-facts.ts';
import type { ExportRecord, ExportRecords } from './export-records.ts';
import { type Manifest, manifestName, signatureName, summaryName } from './manifest.ts';
import { recount } from './recount.ts';
import type { VerifyingKey } from './signing-key.ts';
import { verdictInWords } from './verdict-words.ts';
import { readDirectory } from '#server/zip/zip-directory.ts';

export interface GivenFile {
  readonly source: ByteSource;
  /** Of the whole of it, lower-case hex. */
  readonly sha256: string;
  /** As the person has it; chooses among exports that hold the same bytes. */
  readonly name: string | null;
}

export interface Trust {
  readonly keys: readonly VerifyingKey[];
  readonly currentKeyId: string | null;
  /** Null where there is no installation at hand: signatures alone can be checked. */
  readonly records: ExportRecords | null;
}

type Verdict = Omit<Verification, 'summary' | 'given' | 'our_key_id'>;

const addedShownMax = 20;

export async function verifyFile(given: GivenFile, trust: Trust): Promise<Verification> {
  const directory = await readDirectory(given.source);
  const proof = directory.kind === 'read' ? await readProof(given.source, directory.entries, trust.keys) : null;
  const verdict =
    directory.kind === 'read' && proof
      ? await verifyArchive(given, trust, directory, proof)
      : await verifyAlone(given, trust, directory.kind === 'broken');
  const { outcome, ...rest } = verdict;
  const kind = proof ? ('zip' as const) : ('file' as const);
  const verification = {
    outcome,
    summary: '',
    given: { kind, sha256: given.sha256, bytes: given.source.bytes },
    ...rest,
    our_key_id: trust.currentKeyId,
  };
  return { ...verification, summary: verdictInWords(verification, trust.records !== null) };
}

const nothing = {
  container: null,
  signature: null,
  files: [],
  added_count: 0,
  facts: null,
  totals: null,
  claims: null,
  job: null,
  same_content_count: 0,
} as const;

/** Known by its checksum alone. */
async function verifyAlone(given: GivenFile, { records }: Trust, isBroken: boolean): Promise<Verdict> {
  const match = await records?.byChecksum(given.sha256, given.name);
  if (!match) return { ...nothing, outcome: isBroken ? 'damaged' : 'not_ours' };
  const { record, others } = match;
  const file = record.files.find(({ sha256 }) => sha256 === given.sha256);
  const { sha256 } = given;
  const { bytes } = given.source;
  return {
    ...nothing,
    outcome: 'unchanged',
    files: file
      ? [
          {
            name: file.name,
            state: 'unchanged',
            expected: { sha256, bytes },
            found: { name: file.name, sha256, bytes },
          },
        ]
      : [],
    facts: factsOfRecord(record),
    totals: record.control_totals && { signed: record.control_totals, found: null },
    job: jobOf(record),
    same_content_count: others,
  };
}

const jobOf = (record: ExportRecord): Verification['job'] => ({
  id: record.id,
  company_id: record.company.id,
  is_downloadable: record.is_downloadable,
  expires_at: record.expires_at,
  file_removed_at: record.file_deleted_at,
});

async function verifyArchive(
  given: GivenFile,
  { records }: Trust,
  directory: Extract<Awaited<ReturnType<typeof readDirectory>>, { kind: 'read' }>,
  proof: ArchiveProof,
): Promise<Verdict> {
  const { manifest } = proof;
  const isSigned = proof.state === 'valid' && manifest !== null;
  const mayView = isSigned && (records === null || records.mayView(manifest.company.id));
  const record = records && (await recordOf(records, given, proof));
  const container = async (): Promise<ContainerState> => {
    const made = record?.sha256 ?? (isSigned ? await records?.containerOf(manifest.job_id) : null) ?? null;
    if (made === given.sha256) return 'as_made';
    if (directory.foreignBytes > 0) return 'foreign_bytes';
    return made === null ? 'unknown' : 'repacked';
  };
  const signature = { state: proof.state, key_id: proof.keyId };
  const expected = isSigned ? signedFiles(manifest.files, proof) : (record?.files ?? []);
  let found: Recount | null = null;
  const reader: Reader = (name, content) =>
    isSigned && mayView && formats[manifest.file_format].isAddedUp && name === reportName(manifest.files)
      ? countAgain(manifest, content)
      : null;
  async function countAgain(proven: Manifest, content: AsyncIterable<Buffer>): Promise<void> {
    found = await recount(proven, content);
  }
  const compared: Comparison =
    expected.length === 0
      ? { files: [], added: [] }
      : await compareFiles(given.source, directory.entries, proof.folder, expected, reader);
  const asMade = record?.sha256 === given.sha256;
  // a key that is not ours vouches for nothing, whatever of ours was copied under it
  const isForeign = proof.state === 'other_key' && proof.keyId !== null;
  const holdsOurs = compared.files.some(({ state }) => state === 'unchanged' || state === 'renamed');
  const isKnown = isSigned || asMade || (holdsOurs && !isForeign);
  if (!isKnown) {
    const claims = manifest && { report_title: manifest.report.title, ...manifest.period };
    return { ...nothing, outcome: proof.state === 'invalid' ? 'changed' : 'other_signature', signature, claims };
  }
  const state = await container();
  const totals = isSigned ? (mayView ? manifest.totals : null) : (record?.control_totals ?? null);
  return {
    ...nothing,
    outcome: outcomeOf(state, compared),
    container: state,
    signature,
    files: [...compared.files, ...compared.added.slice(0, addedShownMax)],
    added_count: compared.added.length,
    facts: isSigned ? (mayView ? factsOfManifest(manifest) : null) : record && factsOfRecord(record),
    totals: totals && { signed: totals, found },
    job: record && jobOf(record),
  };
}

/** By what the manifest says it is, proven or not; else by the checksum of the ZIP, the manifest or the signature. */
async function recordOf(records: ExportRecords, given: GivenFile, proof: ArchiveProof): Promise<ExportRecord | null> {
  const named = proof.manifest && (await records.byId(proof.manifest.job_id));
  if (named) return named;
  const checksums = [
    given.sha256,
    ...[proof.manifestBytes, proof.signatureBytes].flatMap((bytes) => (bytes ? [sha256Of(bytes)] : [])),
  ];
  for (const checksum of checksums) {
    const match = await records.byChecksum(checksum, given.name);
    if (match) return match.record;
  }
  return null;
}

const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** The files that a proven manifest lists, then the manifest and its signature, which prove themselves. */
function signedFiles(files: readonly FileChecksum[], proof: ArchiveProof): FileChecksum[] {
  const own = (name: string, bytes: Buffer | null): FileChecksum[] =>
    bytes ? [{ name, sha256: sha256Of(bytes), bytes: bytes.length }] : [];
  return [...files, ...own(manifestName, proof.manifestBytes), ...own(signatureName, proof.signatureBytes)];
}

const reportName = (files: readonly FileChecksum[]): string | undefined =>
  files.find(({ name }) => name !== summaryName)?.name;

function outcomeOf(container: ContainerState, { files, added }: Comparison): VerifyOutcome {
  const asMade = files.every(({ state }) => state === 'unchanged') && added.length === 0;
  if (!asMade || container === 'foreign_bytes') return 'changed';
  return container === 'repacked' ? 'repacked' : 'unchanged';
}
