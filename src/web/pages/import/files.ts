/** The files somebody has chosen, by the names they are sent under. */
import { importKindNames, type ImportKindName } from '#contract/imports.ts';

export interface ChosenFile {
  readonly file: File;
  /** Null while nobody has said what it is. */
  readonly kind: ImportKindName | null;
}

const kindOf = (name: string): ImportKindName | null =>
  importKindNames.find((kind) => `${kind}.csv` === name.toLowerCase()) ?? null;

/** The name tells the kind; a file that was given a kind by hand goes under that kind's name. */
export const sentName = ({ file, kind }: ChosenFile): string => (kind ? `${kind}.csv` : file.name);

/** In the order in which they are read; those without a kind come last. */
function inOrder(files: readonly ChosenFile[]): ChosenFile[] {
  const place = ({ kind }: ChosenFile): number => (kind ? importKindNames.indexOf(kind) : importKindNames.length);
  return files.toSorted((a, b) => place(a) - place(b) || a.file.name.localeCompare(b.file.name, 'en'));
}

/** The same name again replaces the file that had it. */
export function withFiles(known: readonly ChosenFile[], added: readonly File[]): ChosenFile[] {
  const byName = new Map(known.map((chosen) => [sentName(chosen), chosen]));
  for (const file of added) {
    const chosen = { file, kind: kindOf(file.name) };
    byName.set(sentName(chosen), chosen);
  }
  return inOrder([...byName.values()]);
}

export const withoutFile = (known: readonly ChosenFile[], name: string): ChosenFile[] =>
  known.filter((chosen) => sentName(chosen) !== name);

/** Says what a file is; it takes the place of another of that kind. */
export function withKind(known: readonly ChosenFile[], name: string, kind: ImportKindName): ChosenFile[] {
  const chosen = known.find((one) => sentName(one) === name);
  if (!chosen) return [...known];
  return inOrder([...known.filter((one) => one !== chosen && one.kind !== kind), { file: chosen.file, kind }]);
}

export const bytesOf = (files: readonly ChosenFile[]): number => files.reduce((sum, { file }) => sum + file.size, 0);
