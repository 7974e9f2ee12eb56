/** The faulty rows of one file as they are in it, each with its reasons beside: to be corrected where they come from. */
import type { ImportRefusal } from '#contract/imports.ts';
import { csvText, saveCsv } from '#web/parts/csv-file.ts';
import { answeredName, type ChosenFile } from './files.ts';
import type { ImportSession } from './import-session.ts';

export async function saveFaultyRows(
  session: ImportSession,
  files: readonly ChosenFile[],
  refusal: ImportRefusal,
  name: string,
): Promise<void> {
  const chosen = files.find((one) => answeredName(one) === name);
  if (!chosen) return;
  const reasons = new Map<number, string[]>();
  for (const { file, row, column, reason } of refusal.errors) {
    if (file !== name || row === null) continue;
    reasons.set(row, [...(reasons.get(row) ?? []), column === null ? reason : `${column}: ${reason}`]);
  }
  const { columns, rows } = await session.rowsOf(chosen, [...reasons.keys()]);
  saveCsv(
    `faulty-${name}`,
    csvText([
      [...columns, 'Row', 'Reason'],
      ...rows.map(({ number, cells }) => [
        ...columns.map((_, at) => cells[at] ?? ''),
        number,
        (reasons.get(number) ?? []).join('; '),
      ]),
    ]),
  );
}
