/** What a render thread is given to write a pack of, and what it gives back. Plain data only: it crosses a thread. */
import type { PackTieOut } from '#contract/packs.ts';
import type { ControlTotals, ExportOptions, FileFormat, ReportType } from '#contract/reports.ts';
import type { FileChecksum } from '#contract/verification.ts';
import type { ReportScope } from '#server/reports/definition.ts';
import type { RenderedFile } from './render-task.ts';

/** A member that was made. */
export interface PackedMember {
  readonly jobId: string;
  readonly companyId: string;
  readonly reportType: ReportType;
  readonly fileFormat: FileFormat;
  readonly options: ExportOptions;
  /** As of its company's version in the pack. */
  readonly scope: ReportScope;
  readonly rowCount: number;
  readonly totals: ControlTotals;
  /** Of its ZIP. */
  readonly fileKey: string;
  readonly fileSize: number;
  readonly sha256: string;
  readonly filename: string;
  /** Everything in it, in its order: the report, its summary, manifest and signature. */
  readonly files: readonly FileChecksum[];
}

export interface PackedCompany {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly locale: string;
  readonly version: number;
}

export interface PackTask {
  readonly jobId: string;
  readonly attempt: number;
  readonly fileKey: string;
  readonly name: string;
  readonly organization: { readonly id: string; readonly name: string };
  /** In the order of its members. */
  readonly companies: readonly PackedCompany[];
  readonly members: readonly PackedMember[];
  /** One XLSX of all of it besides. */
  readonly withWorkbook: boolean;
  readonly from: string;
  readonly to: string;
  /** RFC 3339: what is "now" in all of it. */
  readonly now: string;
  readonly requestedBy: string;
  readonly requestedAt: string;
}

export interface RenderedPack extends RenderedFile {
  readonly tieOut: PackTieOut;
}
