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

/** A file that comes again replaces the one it was; two of one kind that come together both stay, and the check names them. */
export function withFiles(known: readonly ChosenFile[], added: readonly File[]): ChosenFile[] {
  const chosen = added.map((file) => ({ file, kind: kindOf(file.name) }));
  const names = new Set(chosen.map(sentName));
  return inOrder([...known.filter((one) => !names.has(sentName(one))), ...chosen]);
}

/** Files that are sent under one name, which an import refuses: each of them, in order. */
export const sharedNames = (files: readonly ChosenFile[]): ChosenFile[] =>
  files.filter((one) => files.some((other) => other !== one && sentName(other) === sentName(one)));

export const withoutFile = (known: readonly ChosenFile[], name: string): ChosenFile[] =>
  known.filter((chosen) => sentName(chosen) !== name);

/** Says what a file is. Another of that kind stays: the check refuses two, and names both. */
export function withKind(known: readonly ChosenFile[], name: string, kind: ImportKindName): ChosenFile[] {
  const chosen = known.find((one) => sentName(one) === name);
  if (!chosen) return [...known];
  return inOrder([...known.filter((one) => one !== chosen), { file: chosen.file, kind }]);
}

export const bytesOf = (files: readonly ChosenFile[]): number => files.reduce((sum, { file }) => sum + file.size, 0);
