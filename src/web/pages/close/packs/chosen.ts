/** What is ticked on the grid of reports x companies, and the members of a pack that it means. */
import type { PackMember } from '#contract/packs.ts';
import type { FileFormat, ReportType } from '#contract/reports.ts';

/** A line of the grid: a report, or a saved one. */
export interface GridRow {
  readonly key: string;
  readonly label: string;
  readonly source: { readonly report_type: ReportType } | { readonly saved_report_id: string };
}

/** By key of the row. */
export interface Chosen {
  readonly companies: Readonly<Record<string, readonly string[]>>;
  readonly formats: Readonly<Record<string, readonly FileFormat[]>>;
}

export const nothing: Chosen = { companies: {}, formats: {} };
const usualFormats: readonly FileFormat[] = ['xlsx'];

export const companiesOf = (chosen: Chosen, row: string): readonly string[] => chosen.companies[row] ?? [];
export const formatsOf = (chosen: Chosen, row: string): readonly FileFormat[] => chosen.formats[row] ?? usualFormats;
export const isTicked = (chosen: Chosen, row: string, company: string): boolean =>
  companiesOf(chosen, row).includes(company);

/** All of these cells on, or, where all are on, off. */
export function toggled(chosen: Chosen, rows: readonly string[], companies: readonly string[]): Chosen {
  const isAll = rows.every((row) => companies.every((company) => isTicked(chosen, row, company)));
  const changed = rows.map((row): [string, readonly string[]] => {
    const others = companiesOf(chosen, row).filter((company) => !companies.includes(company));
    return [row, isAll ? others : [...others, ...companies]];
  });
  return { ...chosen, companies: { ...chosen.companies, ...Object.fromEntries(changed) } };
}

/** A row keeps at least one format. */
export function withFormat(chosen: Chosen, row: string, format: FileFormat): Chosen {
  const known = formatsOf(chosen, row);
  const next = known.includes(format) ? known.filter((one) => one !== format) : [...known, format];
  return next.length === 0 ? chosen : { ...chosen, formats: { ...chosen.formats, [row]: next } };
}

/** Company by company in the order of the grid, as the folders of the file are. */
export const membersOf = (chosen: Chosen, rows: readonly GridRow[], companies: readonly string[]): PackMember[] =>
  companies.flatMap((company_id) =>
    rows
      .filter(({ key }) => isTicked(chosen, key, company_id))
      .flatMap(({ key, source }) =>
        formatsOf(chosen, key).map((file_format) => ({ company_id, ...source, file_format })),
      ),
  );

export const keyOfMember = ({ report_type, saved_report_id }: PackMember): string =>
  saved_report_id === undefined ? (report_type ?? '') : `saved ${saved_report_id}`;

/** The grid as it must be ticked for these members. */
export function chosenOf(members: readonly PackMember[]): Chosen {
  const companies: Record<string, string[]> = {};
  const formats: Record<string, FileFormat[]> = {};
  for (const member of members) {
    const key = keyOfMember(member);
    companies[key] = [...new Set([...(companies[key] ?? []), member.company_id])];
    formats[key] = [...new Set([...(formats[key] ?? []), member.file_format])];
  }
  return { companies, formats };
}

/** False for members the grid cannot show whole: filters, options, a format for some companies only. */
export function isOfGrid(
  members: readonly PackMember[],
  rows: readonly GridRow[],
  companies: readonly string[],
): boolean {
  const shown = new Set(membersOf(chosenOf(members), rows, companies).map(print));
  const isPlain = members.every(({ filters, options }) => isEmpty(filters) && isEmpty(options));
  return isPlain && shown.size === members.length && members.every((member) => shown.has(print(member)));
}

const isEmpty = (given: object | undefined): boolean => given === undefined || Object.keys(given).length === 0;
const print = (member: PackMember): string => `${keyOfMember(member)} ${member.company_id} ${member.file_format}`;
