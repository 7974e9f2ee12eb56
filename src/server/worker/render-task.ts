/** What passes between the worker and a render thread. Plain data only: it crosses a thread. */
import type { RowLimits } from '#contract/formats.ts';
import type { ErrorCode } from '#contract/errors.ts';
import type { ControlTotals, ExportOptions, FileFormat, ReportType } from '#contract/reports.ts';
import type { FileChecksum } from '#contract/verification.ts';
import type { Standing } from '#server/database/replica.ts';
import type { ReportScope } from '#server/reports/definition.ts';
import type { StorePlan } from '#server/storage/store-plan.ts';
import type { PackTask, RenderedPack } from './pack-task.ts';

/** What a thread is started with. */
export interface ThreadSettings {
  readonly databaseUrl: string;
  /** Where reports are read from when it holds what it must; absent: from the database itself. */
  readonly replicaUrl?: string | undefined;
  readonly store: StorePlan;
  /** Of the key that manifests are signed with. */
  readonly signingSeed: string;
  /** A file with more rows than its format takes fails; absent: each takes any number. */
  readonly rowsMax?: RowLimits;
}

export interface RenderTask {
  readonly jobId: string;
  readonly attempt: number;
  readonly reportType: ReportType;
  readonly fileFormat: FileFormat;
  readonly options: ExportOptions;
  readonly scope: ReportScope;
  readonly requestedBy: string;
  /** RFC 3339. */
  readonly requestedAt: string;
  /** Where the primary stood when the run began; null: nothing else is read from. */
  readonly asked?: Standing | null;
  /** Object key this attempt writes to; no other attempt writes there. */
  readonly fileKey: string;
}

/** A file that was made and stored. */
export interface RenderedFile {
  readonly fileKey: string;
  readonly filename: string;
  /** Bytes of the ZIP. */
  readonly fileSize: number;
  /** Of the ZIP, lower-case hex. */
  readonly sha256: string;
  readonly rowCount: number;
  readonly controlTotals: ControlTotals;
  /** Everything in the ZIP, in its order. */
  readonly files: readonly FileChecksum[];
  /** RFC 3339. */
  readonly snapshotAt: string;
  /** How long its parts took; they overlap, because rows stream through all of them. */
  readonly steps: readonly RenderStep[];
}

export interface RenderedExport extends RenderedFile {
  /** Of the data, in the snapshot. */
  readonly dataVersion: number;
  readonly csvForm: string;
}

/** In milliseconds since 1970. */
export interface RenderStep {
  readonly name: 'count' | 'copy' | 'zip' | 'upload' | 'tie out';
  readonly startedAt: number;
  readonly endedAt: number;
}

export type ToThread =
  | { readonly kind: 'run'; readonly task: RenderTask }
  | { readonly kind: 'pack'; readonly task: PackTask }
  | { readonly kind: 'stop' };

export type FromThread =
  | { readonly kind: 'counted'; readonly rows: number }
  | { readonly kind: 'rows'; readonly rows: number }
  | { readonly kind: 'done'; readonly result: RenderedExport | RenderedPack }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string; readonly reason: string };
