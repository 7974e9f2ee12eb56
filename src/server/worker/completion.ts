/** What the engine is told when an export has been made; the database copies it to the job in the same statement. */
import type { RenderedExport } from './render-task.ts';

export const completionOf = (made: RenderedExport, retentionDays: number) => ({
  file_key: made.fileKey,
  filename: made.filename,
  file_size: made.fileSize,
  sha256: made.sha256,
  row_count: made.rowCount,
  control_totals: made.controlTotals,
  files: made.files,
  data_version: made.dataVersion,
  snapshot_at: made.snapshotAt,
  csv_form: made.csvForm,
  retention_days: retentionDays,
});
