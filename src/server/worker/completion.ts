/** What the engine is told when an export has been made; the database copies it to the job in the same statement. */
import type { RenderedPack } from './pack-task.ts';
import type { RenderedExport, RenderedFile } from './render-task.ts';

const fileOf = (made: RenderedFile, retentionDays: number) => ({
  file_key: made.fileKey,
  filename: made.filename,
  file_size: made.fileSize,
  sha256: made.sha256,
  row_count: made.rowCount,
  control_totals: made.controlTotals,
  files: made.files,
  snapshot_at: made.snapshotAt,
  retention_days: retentionDays,
});

export const completionOf = (made: RenderedExport | RenderedPack, retentionDays: number) => ({
  ...fileOf(made, retentionDays),
  ...('tieOut' in made ? { tie_out: made.tieOut } : { data_version: made.dataVersion, csv_form: made.csvForm }),
});
