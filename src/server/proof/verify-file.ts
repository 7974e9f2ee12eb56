/**
 * Which export is this file, and did a byte of it change? One answer for page, API and command line.
 * A signature proves a ZIP to anybody who has the public key; the database knows single files, and the ZIP as a whole.
 */
import { createHash } from 'node:crypto';
import type { ContainerState, FileChecksum, Verification, VerifyOutcome } from '#contract/verification.ts';
import { type ArchiveProof, readProof } from './archive-proof.ts';
import type { ByteSource } from '#server/zip/byte-source.ts';
import { type Comparison, type Reader, compareFiles } from './compare-files.ts';
import { factsOfRecord } from './export-facts.ts';
import type { ExportRecord, ExportRecords } from './export-records.ts';
import { manifestName, signatureName } from './manifest.ts';
import { subjectOf } from './proven-subject.ts';
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
  exports: null,
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
  const subject = subjectOf(given.source, directory.entries, proof);
  const isSigned = proof.state === 'valid' && subject !== null;
  const mayView = isSigned && (records === null || subject.companyIds.every((id) => records.mayView(id)));
  const record = records && (await recordOf(records, given, proof));
  const container = async (): Promise<ContainerState> => {
    const made =
      record?.sha256 ?? (isSigned && subject.jobId !== null ? await records?.containerOf(subject.jobId) : null) ?? null;
    if (made === given.sha256) return 'as_made';
    if (directory.foreignBytes > 0) return 'foreign_bytes';
    return made === null ? 'unknown' : 'repacked';
  };
  const signature = { state: proof.state, key_id: proof.keyId };
  const expected = isSigned ? signedFiles(subject.files, proof) : (record?.files ?? []);
  const reader: Reader = (name, content) => (isSigned && mayView ? subject.count(name, content) : null);
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
    const claims = subject && { report_title: subject.title, ...subject.period };
    return { ...nothing, outcome: proof.state === 'invalid' ? 'changed' : 'other_signature', signature, claims };
  }
  const state = await container();
  const totals = isSigned ? (mayView ? subject.totals : null) : (record?.control_totals ?? null);
  const found = isSigned ? subject.found() : null;
  return {
    ...nothing,
    outcome: outcomeOf(state, compared),
    container: state,
    signature,
    files: [...compared.files, ...compared.added.slice(0, addedShownMax)],
    added_count: compared.added.length,
    facts: isSigned ? (mayView ? subject.facts : null) : record && factsOfRecord(record),
    totals: totals && { signed: totals, found },
    exports: isSigned && mayView ? subject.exports() : null,
    job: record && jobOf(record),
  };
}

/** By what the manifest says it is, proven or not; else by the checksum of the ZIP, the manifest or the signature. */
async function recordOf(records: ExportRecords, given: GivenFile, proof: ArchiveProof): Promise<ExportRecord | null> {
  const jobId = (proof.manifest ?? proof.pack)?.job_id;
  const named = jobId === undefined ? null : await records.byId(jobId);
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

function outcomeOf(container: ContainerState, { files, added }: Comparison): VerifyOutcome {
  const asMade = files.every(({ state }) => state === 'unchanged') && added.length === 0;
  if (!asMade || container === 'foreign_bytes') return 'changed';
  return container === 'repacked' ? 'repacked' : 'unchanged';
}
