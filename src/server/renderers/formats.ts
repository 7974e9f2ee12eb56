/** The formats there are. Loaded when first needed: a page that lists exports has no use for a PDF library. */
import { type ExportOptions, type FileFormat, fileFormats } from '#contract/reports.ts';
import type { FormatDefinition } from './renderer.ts';

export async function loadFormat(format: FileFormat, options: ExportOptions = {}): Promise<FormatDefinition> {
  switch (format) {
    case 'csv': {
      const { csvFormat, spreadsheetCsvFormat } = await import('./csv.ts');
      return options.csv_dialect === 'spreadsheets' ? spreadsheetCsvFormat : csvFormat;
    }
    case 'pdf':
      return (await import('./pdf/pdf.ts')).pdfFormat;
    case 'xlsx':
      return (await import('./xlsx/xlsx.ts')).xlsxFormat;
  }
}

/** All of them ahead of the first use; one that cannot be loaded says so when it is asked for. */
export async function loadAllFormats(): Promise<void> {
  await Promise.allSettled(fileFormats.map((format) => loadFormat(format)));
}
