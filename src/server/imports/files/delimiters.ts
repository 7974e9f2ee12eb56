/** By what the cells of a text file are parted, and how its lines end: told by reading the first rows in every way. */
import { fileDelimiters, type FileDelimiter } from '#contract/import-profiles.ts';
import { RowReader } from '../read-rows.ts';

const rowsLookedAt = 50;

export interface FormFound {
  readonly delimiter: FileDelimiter;
  /** Of which more than one is as good as the other. */
  readonly choices: readonly FileDelimiter[];
}

/** Lines that end in CR alone, as old Macintosh programs write them. */
export function endsInReturns(text: string): boolean {
  const outside = text.replaceAll(/"[^"]*"/g, '');
  return /\r(?!\n)./s.test(outside) && !outside.includes('\n');
}

/** `sep=;` in the first line, as spreadsheets read it. */
export const statedDelimiter = (text: string): FileDelimiter | null =>
  (/^sep=([,;\t|])\r?(?:\n|$)/i.exec(text)?.[1] as FileDelimiter | undefined) ?? null;

/** @param text the beginning of the file, its last line perhaps cut */
export async function delimiterOf(text: string): Promise<FormFound> {
  const stated = statedDelimiter(text);
  if (stated !== null) return { delimiter: stated, choices: [stated] };
  const scores = await Promise.all(fileDelimiters.map(async (one) => ({ one, score: await scoreOf(text, one) })));
  const best = Math.max(...scores.map(({ score }) => score));
  const choices = scores.filter(({ score }) => score === best).map(({ one }) => one);
  const delimiter = choices[0] ?? ',';
  return { delimiter, choices: best <= 1 ? [delimiter] : choices };
}

/** How many rows agree on how many cells, times the cells; rows of one cell are titles and sums, and count little. */
async function scoreOf(text: string, delimiter: FileDelimiter): Promise<number> {
  const widths = new Map<number, number>();
  let [rows, broken] = [0, 0];
  for await (const batch of new RowReader({ separator: delimiter }).read(one(Buffer.from(text)))) {
    for (const row of batch) {
      if (rows >= rowsLookedAt) break;
      rows += 1;
      if (row.problem !== undefined) broken += 1;
      else widths.set(row.cells.length, (widths.get(row.cells.length) ?? 0) + 1);
    }
  }
  const [width = 1, count = 0] = [...widths].sort((a, b) => b[1] * (b[0] - 1) - a[1] * (a[0] - 1))[0] ?? [];
  const steadiness = Math.max(0, count - broken) / Math.max(1, rows);
  return width <= 1 ? steadiness : Math.round(steadiness * steadiness * width * 1000) / 1000 + 1;
}

async function* one(piece: Buffer): AsyncGenerator<Buffer> {
  yield piece;
}
