/** Cells that somebody corrected on the page before importing: read like those of the file, and kept with the import. */
import { z } from 'zod';
import { ProductError } from '#contract/errors.ts';
import { type EditedCell, editedCellsMax } from '#contract/import-profiles.ts';
import type { ImportFile } from './stage-files.ts';

/** File, row, field. */
export type EditsByFile = ReadonlyMap<string, ReadonlyMap<number, ReadonlyMap<string, string>>>;

/** The part of the request that has them; it comes before the files. */
export const editsName = 'edits.json';
export const isEdits = ({ name }: ImportFile): boolean => name === editsName;

const bytesMax = 2_000_000;
const schema = z
  .array(
    z.strictObject({
      file: z.string().max(200),
      row: z.int().min(1),
      column: z.string().max(200),
      value: z.string().max(4000),
    }),
  )
  .max(editedCellsMax);

/** @throws ProductError invalid_input, too_large */
export async function readEdits({ content }: ImportFile): Promise<EditsByFile> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of content) {
    bytes += piece.length;
    if (bytes <= bytesMax) pieces.push(piece);
  }
  const refused = (message: string): ProductError =>
    new ProductError('invalid_input', `${editsName}: ${message}`, { fields: [{ field: editsName, message }] });
  if (bytes > bytesMax) throw refused(`is larger than ${bytesMax} bytes`);
  let given: unknown;
  try {
    given = JSON.parse(Buffer.concat(pieces).toString('utf8'));
  } catch {
    throw refused('is no JSON');
  }
  const { success, data } = schema.safeParse(given);
  if (!success) throw refused(`must be a list of at most ${editedCellsMax} cells {file, row, column, value}`);
  const edits = new Map<string, Map<number, Map<string, string>>>();
  for (const { file, row, column, value } of data) {
    const ofFile = edits.get(file) ?? new Map<number, Map<string, string>>();
    const ofRow = ofFile.get(row) ?? new Map<string, string>();
    edits.set(file, ofFile.set(row, ofRow.set(column, value)));
  }
  return edits;
}

export const listOfEdits = (edits: EditsByFile): EditedCell[] =>
  [...edits].flatMap(([file, rows]) =>
    [...rows].flatMap(([row, cells]) => [...cells].map(([column, value]) => ({ file, row, column, value }))),
  );
