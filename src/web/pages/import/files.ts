/** The files somebody has chosen: ours by the names they are sent under, others by how they are read. */
import type { Inspection, ProfileSettings } from '#contract/import-profiles.ts';
import { importKindNames, type ImportKindName } from '#contract/imports.ts';
import type { SaidOfFile } from '#web/api/imports.ts';

/** How a file is read that has none of our names. */
export interface ReadAs {
  readonly inspection: Inspection;
  readonly settings: ProfileSettings;
  /** Of the profile; the file's until somebody says another. */
  readonly name: string;
  /** Null until it is kept. */
  readonly profileId: string | null;
  /** What somebody has said of it; the rest was found. */
  readonly told: SaidOfFile;
  /** How often it was looked at again. */
  readonly looks: number;
  /** Somebody is to look at it before the check. */
  readonly isOpen: boolean;
  /** Somebody answered in which order its days are. */
  readonly isDaysSaid: boolean;
}

export interface ChosenFile {
  readonly file: File;
  /** Null for a file that has none of our names. */
  readonly kind: ImportKindName | null;
  /** Null for a file of ours, a ZIP of them, and what has not been looked at. */
  readonly read: ReadAs | null;
  /** A ZIP of files of ours. */
  readonly isOurZip: boolean;
}

const kindOf = (name: string): ImportKindName | null =>
  importKindNames.find((kind) => [`${kind}.csv`, `${kind}.xlsx`].includes(name.toLowerCase())) ?? null;

/** The name tells the kind; a file that was given a kind by hand goes under that kind's name. */
export const sentName = ({ file, kind }: ChosenFile): string =>
  kind ? `${kind}${/\.xlsx$/i.test(file.name) ? '.xlsx' : '.csv'}` : file.name;

/** What answers call it. */
export const answeredName = ({ file, kind, read }: ChosenFile): string => {
  const known = kind ?? read?.settings.kind;
  return known ? `${known}.csv` : file.name;
};

/** In the order in which they are read; those without a kind come last. */
function inOrder(files: readonly ChosenFile[]): ChosenFile[] {
  const place = ({ kind }: ChosenFile): number => (kind ? importKindNames.indexOf(kind) : importKindNames.length);
  return files.toSorted((a, b) => place(a) - place(b) || a.file.name.localeCompare(b.file.name, 'en'));
}

/** A file that comes again replaces the one it was; two of one kind that come together both stay, and the check names them. */
export function withFiles(known: readonly ChosenFile[], added: readonly File[]): ChosenFile[] {
  const chosen = added.map((file): ChosenFile => ({ file, kind: kindOf(file.name), read: null, isOurZip: false }));
  const names = new Set(chosen.map(sentName));
  return inOrder([...known.filter((one) => !names.has(sentName(one))), ...chosen]);
}

/** Files that are sent under one name, which an import refuses: each of them, in order. */
export const sharedNames = (files: readonly ChosenFile[]): ChosenFile[] =>
  files.filter((one) => files.some((other) => other !== one && sentName(other) === sentName(one)));

export const withoutFile = (known: readonly ChosenFile[], name: string): ChosenFile[] =>
  known.filter((chosen) => answeredName(chosen) !== name);

/** What became known of one of them. */
export const withKnown = (known: readonly ChosenFile[], file: File, patch: Partial<ChosenFile>): ChosenFile[] =>
  inOrder(known.map((one) => (one.file === file ? { ...one, ...patch } : one)));

export const bytesOf = (files: readonly ChosenFile[]): number => files.reduce((sum, { file }) => sum + file.size, 0);

export const profilesOf = (files: readonly ChosenFile[]): string[] => [
  ...new Set(files.flatMap(({ read }) => (read?.profileId ? [read.profileId] : []))),
];

/** What a look at a file makes of it: ours by another name, a ZIP of ours, or one that is read by a profile. */
export function lookedAt(chosen: ChosenFile, inspection: Inspection): Partial<ChosenFile> {
  const { entries, profile_id, profile_name, suggestion, columns, kind, ambiguities } = inspection;
  if (entries !== null && entries.every((name) => kindOf(name) !== null)) return { isOurZip: true };
  const isOurs =
    profile_id === null &&
    entries === null &&
    ambiguities.length === 0 &&
    suggestion.decimal === '.' &&
    suggestion.date_order === 'ymd' &&
    inspection.header_row === 1 &&
    columns.every(({ name, field }) => name === field);
  if (isOurs && kind !== null) return { kind };
  const name = profile_name ?? chosen.file.name.replace(/\.[^.]+$/, '');
  return {
    read: {
      inspection,
      settings: suggestion,
      name,
      profileId: profile_id,
      told: {},
      looks: 0,
      // a known file that speaks against its profile is asked as well
      isOpen: profile_id === null || ambiguities.length > 0,
      isDaysSaid: false,
    },
  };
}
