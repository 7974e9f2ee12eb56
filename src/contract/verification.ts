/**
 * What is learnt about a file that somebody holds: which export it is, and whether a byte of it changed.
 * Facts of an export are there only for those who may view its company's financials; the verdict is there for everybody.
 */
import type { JobFormat, JobType } from './export-jobs.ts';
import type { ControlTotals, CurrencyTotals, GroupTotals } from './reports.ts';

/**
 * `unchanged`: byte for byte what was made. `repacked`: every file in it is, the ZIP around them was made anew.
 * `changed`: ours, and not as it was made. `other_signature`: has a manifest that no key of ours signed.
 * `damaged`: a ZIP that is cut off or broken. `not_ours`: matches no export that the asker may see.
 */
export const verifyOutcomes = ['unchanged', 'repacked', 'changed', 'other_signature', 'damaged', 'not_ours'] as const;
export type VerifyOutcome = (typeof verifyOutcomes)[number];

/** Every figure in the file is the one that was exported. */
export const isProven = (outcome: VerifyOutcome): boolean => outcome === 'unchanged' || outcome === 'repacked';

export interface FileChecksum {
  readonly name: string;
  /** Lower-case hex, of the file itself, not compressed. */
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * `renamed`: as made, under another name (`found.name`). `repeated`: the ZIP has more than one of that name.
 * `unreadable`: what is there cannot be unpacked. `added`: was not put there by this product.
 */
export const fileStates = ['unchanged', 'changed', 'missing', 'added', 'renamed', 'repeated', 'unreadable'] as const;
export type FileState = (typeof fileStates)[number];

export interface VerifiedFile {
  readonly name: string;
  readonly state: FileState;
  /** As it was made; null for what was added. */
  readonly expected: { readonly sha256: string; readonly bytes: number } | null;
  /** As it is; `sha256` is null where it was not read, because its size alone says that it is another file. */
  readonly found: { readonly name: string; readonly sha256: string | null; readonly bytes: number } | null;
}

/**
 * `as_made`: byte for byte. `repacked`: another ZIP of well-formed entries. `foreign_bytes`: has bytes that belong to no
 * file in it. `unknown`: nobody is here who knows the checksum of the whole ZIP.
 */
export type ContainerState = 'as_made' | 'repacked' | 'foreign_bytes' | 'unknown';

/** `invalid`: names a key of ours, and does not fit. `other_key`: names a key that is not ours. `missing`: nobody signed. */
export type SignatureState = 'valid' | 'invalid' | 'other_key' | 'missing';

/** The question an export answered, in words, and who asked it. Instants are RFC 3339 in UTC. */
export interface ExportFacts {
  readonly job_id: string;
  readonly report_type: JobType;
  readonly report_title: string;
  readonly file_format: JobFormat;
  readonly company: { readonly id: string; readonly name: string; readonly time_zone: string };
  readonly date_from: string;
  readonly date_to: string;
  readonly filters: readonly { readonly label: string; readonly value: string }[];
  readonly requested_by: string;
  readonly requested_at: string;
  /** What the data was at; null where only the manifest knew it. */
  readonly snapshot_at: string | null;
  readonly made_at: string;
  readonly rows: number;
  /** The columns that totals are of, in the file's order. */
  readonly sum_columns: readonly { readonly key: string; readonly label: string }[];
}

/** Totals counted again from the CSV that was given; of columns whose total is the sum of what is printed. */
export interface Recount {
  readonly rows: number;
  readonly currencies: readonly CurrencyTotals[];
  readonly groups: readonly GroupTotals[];
  /** Rows that are none of this report any more: too few cells, or no figure where one belongs. */
  readonly unreadable_rows: number;
}

/** One of the exports in a pack. */
export interface VerifiedExport {
  readonly job_id: string;
  readonly company: string;
  readonly report_title: string;
  readonly file_format: JobFormat;
  /** Its report's own file in the ZIP. */
  readonly file: string;
  readonly rows: number;
  /** Whether its rows and sums, counted again from the CSV, are those it was signed with; null: a format that is not added up. */
  readonly adds_up: boolean | null;
}

export interface Verification {
  readonly outcome: VerifyOutcome;
  /** The verdict in sentences, for people. */
  readonly summary: string;
  readonly given: { readonly kind: 'zip' | 'file'; readonly sha256: string; readonly bytes: number };
  /** Null for what is no ZIP with a manifest. */
  readonly container: ContainerState | null;
  readonly signature: { readonly state: SignatureState; readonly key_id: string | null } | null;
  /** Key this installation signs with now. */
  readonly our_key_id: string | null;
  /** What was made, in its order, then what was added (the first twenty of it). */
  readonly files: readonly VerifiedFile[];
  /** Files that were added, all of them. */
  readonly added_count: number;
  readonly facts: ExportFacts | null;
  readonly totals: { readonly signed: ControlTotals; readonly found: Recount | null } | null;
  /** Of a pack: the exports in it. */
  readonly exports: readonly VerifiedExport[] | null;
  /** What an unproven manifest says of itself. Not to be relied on. */
  readonly claims: {
    readonly report_title: string;
    readonly date_from: string;
    readonly date_to: string;
  } | null;
  /** The export in this installation, if it is still listed and the asker may see it. */
  readonly job: {
    readonly id: string;
    readonly company_id: string;
    readonly is_downloadable: boolean;
    readonly expires_at: string | null;
    /** When the file was removed here; its proof was kept. */
    readonly file_removed_at: string | null;
  } | null;
  /** Further exports that hold the very same bytes. */
  readonly same_content_count: number;
}

/** A public key that manifests are signed with: a JSON Web Key (RFC 8037), and the same as PEM. */
export interface SigningKey {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'EdDSA';
  readonly pem: string;
  readonly first_used_at: string;
  /** New manifests are signed with this one. */
  readonly is_current: boolean;
}
