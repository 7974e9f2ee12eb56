/** How large a file will be, before it is made. Measured on the demo company: bytes a row of CSV and XLSX, rows a PDF page. */
import type { FileFormat } from '#contract/reports.ts';
import { bytes, counted } from '#web/words/figures.ts';

const bytesPerRow: Readonly<Record<Exclude<FileFormat, 'pdf'>, number>> = { csv: 130, xlsx: 108 };
const rowsPerPage = 43;

/** `≈ 25 KB`, `≈ 8 pages`. */
export function fileSizeText(format: FileFormat, rows: number): string {
  if (format === 'pdf') return `≈ ${counted(Math.ceil(rows / rowsPerPage) + 1, 'page')}`;
  return `≈ ${bytes(Math.max(1000, rows * bytesPerRow[format]))}`;
}
