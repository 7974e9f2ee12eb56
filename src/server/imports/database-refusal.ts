/** What a failure of the database during an import means to the person who imports. Decided by SQLSTATE alone. */
import { ProductError } from '#contract/errors.ts';

const meanings: Readonly<Record<string, ['conflict' | 'disk_full' | 'import_refused', string]>> = {
  // something with the same code was made by somebody else between the look and the write
  '23505': ['conflict', 'Somebody else changed the same data while it was imported. Nothing was imported; try again.'],
  '23503': ['conflict', 'Something these files refer to was deleted meanwhile. Nothing was imported; try again.'],
  '40P01': ['conflict', 'Somebody else changed the same data while it was imported. Nothing was imported; try again.'],
  '22003': ['import_refused', 'A quantity times a price or cost is larger than can be stored. Nothing was imported.'],
  '53100': ['disk_full', 'The database has no space left for these files. Nothing was imported.'],
};

export function databaseRefusal(error: unknown): unknown {
  const meaning = meanings[(error as { code?: string }).code ?? ''];
  return meaning ? new ProductError(meaning[0], meaning[1], { cause: error }) : error;
}
