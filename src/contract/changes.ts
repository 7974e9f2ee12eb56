/** What changed in a company's data, and how an export differs from it since, as browser and server agree on them. */
import type { Page } from './export-jobs.ts';

/** What made a version: an import, a change by hand, or the undoing of another version (`id` is its number). */
export interface VersionSource {
  kind: 'import' | 'hand' | 'undo';
  id: string | null;
}

/** A row by which two versions of a file differ. */
export interface RowChange {
  change: 'added' | 'removed' | 'changed';
  /** The columns that say which row it is. */
  key: Record<string, string | null>;
  /** By column; of a row that was added or removed, all that it has. */
  fields: Record<string, { old: string | null; new: string | null }>;
  /** Only text differs that nothing is grouped or totalled by. */
  wording_only: boolean;
  net_difference: string;
  tax_difference: string;
  currency: string;
  changed_at: string | null;
  /** Null: the operator, or not known. */
  changed_by: { id: string; name: string } | null;
  source: VersionSource | null;
  /** What caused it, of a report whose lines are made of others; null where they are not. */
  causes: ChangeCauses | null;
}

/** Lines of documents and of stock; of very many the first. */
export interface ChangeCauses {
  total: number;
  results: ChangeCause[];
}

export interface ChangeCause {
  kind: 'receipt_line' | 'order_line' | 'invoice_line' | 'movement' | 'count';
  change: RowChange['change'];
  /** Which it is; `what` is a product, or the kind of movement. */
  key: { day: string | null; document: string | null; place: string | null; what: string | null };
  /** Of `day`, `item`, `quantity`, `unit_price` and `amount` those that differ. */
  fields: RowChange['fields'];
  net_difference: string;
  currency: string;
  /** Movements and counts of the line whose cost followed from this, and what they come to. */
  revalued: { lines: number; net_difference: string };
  changed_at: string | null;
  changed_by: { id: string; name: string } | null;
  source: VersionSource | null;
}

export interface DifferenceTotals {
  currency: string;
  added: number;
  removed: number;
  changed: number;
  /** Those of the later file minus those of the earlier, exactly. */
  net_difference: string;
  tax_difference: string;
}

export interface ExportDifference extends Page<RowChange> {
  from_version: number;
  to_version: number;
  totals: DifferenceTotals[];
}

/** One entry of the changes of a company. */
export interface DataVersion {
  version: number;
  at: string;
  /** Null: the operator, or not known. */
  by: { id: string; name: string } | null;
  source: VersionSource;
  /** Lines of orders, receipts, invoices, movements and counts. */
  lines: number;
  totals: { currency: string; net_difference: string; tax_difference: string }[];
}
