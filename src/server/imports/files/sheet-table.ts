/** A sheet of a workbook as a table whose rows are as wide as its widest so far: sheets leave empty cells out. */
import type { Row, RowSource } from '../read-rows.ts';
import type { Workbook } from './workbook.ts';

export function sheetTable(workbook: Workbook, sheet: string): RowSource {
  return {
    damaged: false,
    bytes: 0,
    async *rows() {
      let width = 0;
      for await (const rows of workbook.rows(sheet)) {
        yield rows.map((row): Row => {
          // the first row is the header, where nobody says otherwise
          if (width === 0) width = row.cells.length;
          return row.problem === undefined && row.cells.length < width
            ? { ...row, cells: [...row.cells, ...Array.from({ length: width - row.cells.length }, () => '')] }
            : row;
        });
      }
    },
  };
}
