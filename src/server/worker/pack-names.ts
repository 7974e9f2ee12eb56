/**
 * What things are called in a pack: a folder for each company, in it each report's file by its own name, and beside them
 * what proves each. Two companies of one name are two folders; every name can be unpacked on every system.
 */
import { figuresOf } from '#server/reports/comparison.ts';
import { cutName, slug } from '#server/reports/file-names.ts';
import { findReport } from '#server/reports/registry.ts';
import type { PackedCompany, PackedMember, PackTask } from './pack-task.ts';

const folderRoom = { characters: 60, bytes: 120 };

/** By company id. What tells companies of one name apart is their id, so that it is the same in every pack. */
export function foldersOf(companies: readonly PackedCompany[]): ReadonlyMap<string, string> {
  const stems = companies.map(({ id, name }) => ({ id, stem: cutName(slug(name, 'company'), folderRoom) }));
  return new Map(
    stems.map(({ id, stem }) => {
      const isShared = stems.filter((other) => other.stem === stem).length > 1;
      return [id, isShared ? `${stem}_${id}` : stem];
    }),
  );
}

export interface MemberNames {
  /** Of the report's own file. */
  readonly file: string;
  /** Folder of its summary, manifest and signature. */
  readonly proof: string;
}

/** In the order of the members. Two of one name differ by a number. */
export function memberNames(
  members: readonly PackedMember[],
  folders: ReadonlyMap<string, string>,
): readonly MemberNames[] {
  const taken = new Set<string>();
  const free = (nameOf: (end: string) => string): string => {
    for (let n = 1; ; n += 1) {
      const name = nameOf(n === 1 ? '' : `_${n}`);
      if (taken.has(name)) continue;
      taken.add(name);
      return name;
    }
  };
  return members.map(({ companyId, filename, files }) => {
    const folder = folders.get(companyId) ?? 'company';
    const own = files[0]?.name ?? 'report';
    const dot = own.lastIndexOf('.');
    return {
      file: free((end) => `${folder}/${own.slice(0, dot)}${end}${own.slice(dot)}`),
      proof: free((end) => `${folder}/proof/${filename.replace(/\.zip$/, '')}${end}`),
    };
  });
}

/** `workbook_2026-10-01_2026-10-31.xlsx` */
export const workbookName = ({ from, to }: PackTask): string => `workbook_${from}_${to}.xlsx`;

/** `month-end_2026-10-01_2026-10-31_pack.zip` */
export function packFilename({ name, from, to }: PackTask): string {
  const stem = cutName(slug(name, 'pack'), folderRoom);
  return stem === 'pack' ? `pack_${from}_${to}.zip` : `${stem}_${from}_${to}_pack.zip`;
}

/** The first of the figures that the report is about: control totals have no order of their own. */
export function leadingFigure({
  reportType,
  scope,
}: Pick<PackedMember, 'reportType' | 'scope'>): { readonly key: string; readonly label: string } | null {
  const report = findReport(reportType);
  const all = report?.columns(scope) ?? [];
  const [first] = report ? figuresOf(report, all) : [];
  const column = all.find(({ key }) => key === first);
  return column ? { key: column.key, label: typeof column.sum === 'object' ? column.sum.label : column.label } : null;
}
