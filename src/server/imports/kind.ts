/**
 * What an import is made of: the kinds of file, their columns, and the run that reads them. A kind stages its rows as
 * they are (`staged_<name>`), then applies them in sets; it says every error it finds and never stops at the first.
 */
import type { CorrectedLines, IdentityChange, ImportKindName, MovedLines, ReceivedTotals } from '#contract/imports.ts';
import type { Connection } from '#server/database/connection.ts';
import type { Cell } from './cells.ts';
import type { ClosedDays } from './closed-rows.ts';
import type { Findings } from './findings.ts';

export interface Column {
  readonly name: string;
  readonly cell: Cell;
  readonly required?: true;
  /** What a row is found by: all that a row with `void` needs. */
  readonly key?: true;
  /** One sentence for the person who fills the file. */
  readonly about: string;
  /** Of the template; all templates together are one set that can be imported. */
  readonly example: string;
}

/** Rows of one file; what is neither created nor updated was already so. */
export interface Outcome {
  readonly created: number;
  readonly updated: number;
}

/** Of a kind that nothing refers to, when there are errors: the transaction is rolled back anyway. */
export const nothingWritten: Outcome = { created: 0, updated: 0 };

export interface ImportKind {
  readonly name: ImportKindName;
  /** As people call the rows. */
  readonly label: string;
  readonly columns: readonly Column[];
  /** Resolves, checks and writes what `staged_<name>` holds. Errors go to `run.findings`; nothing faulty is written. */
  apply(run: ImportRun): Promise<Outcome>;
}

export interface ImportOptions {
  /** Everything is read and checked, and nothing stays. */
  readonly dryRun: boolean;
  /** Columns that the kind does not know are skipped instead of refused. */
  readonly ignoreExtra: boolean;
  /** Accepted quantities of receipts become RECEIPT movements. */
  readonly receiptsMoveStock: boolean;
  /** Order numbers that another vendor uses are orders of their own, instead of errors. */
  readonly otherVendor: boolean;
  /** What has been booked may change in these ways. */
  readonly changes: ReadonlySet<IdentityChange>;
}

/** Whoever asks for nothing else. */
export const usualOptions: ImportOptions = {
  dryRun: false,
  ignoreExtra: false,
  receiptsMoveStock: false,
  otherVendor: false,
  changes: new Set(),
};

export interface ImportRun {
  /** In a transaction; the staging tables live as long as it does. */
  readonly client: Connection;
  /** The id is digits only, so it may stand in a statement as it is. */
  readonly company: { readonly id: string; readonly currency: string; readonly timeZone: string };
  readonly options: ImportOptions;
  /** Of this import; written on every row that it books. */
  readonly id: string;
  readonly findings: Findings;
  /** Kinds whose file could not be read as a whole: what refers to them cannot be judged. */
  readonly unreadable: ReadonlySet<ImportKindName>;
  readonly closed: ClosedDays;
  /** Set by receipts. */
  received: ReceivedTotals | null;
  corrected: CorrectedLines | null;
  readonly moved: MovedLines[];
  /** Somebody changes one document on a page: what it was before is kept with the change. */
  readonly byHand: boolean;
  /** Rows written so far in the kind that is being applied. */
  readonly progress: (rowsDone: number) => void;
}

export const fileNameOf = (kind: ImportKindName): string => `${kind}.csv`;
export const stagedTable = (kind: ImportKindName): string => `staged_${kind}`;
