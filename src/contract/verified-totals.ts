/** Control totals as they were signed beside those that were counted again, line by line, as page and command show them. */
import type { CurrencyTotals, GroupTotals } from './reports.ts';
import type { ExportFacts, Verification } from './verification.ts';

export interface TotalsLine {
  readonly label: string;
  readonly signed: string;
  /** Null where it was not counted again, or cannot be from what the file prints. */
  readonly found: string | null;
  readonly agrees: boolean;
}

/** The same amount, at whatever scale it is written: `10.5` and `10.50`. */
export function isSameAmount(a: string, b: string): boolean {
  const bare = (text: string): string =>
    (text.includes('.') ? text.replace(/\.?0+$/, '') : text).replace(/^-(?=0*$)/, '');
  return bare(a) === bare(b);
}

const absent = '–';

/** `1 row`, `1,041 rows`, `1,040 of 1,041 rows`. */
function counted(rows: number, found: number | null): string {
  const of = found === null ? '' : `${found.toLocaleString('en')} of `;
  return `${of}${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}`;
}

const line = (label: string, signed: string, found: string | null | undefined): TotalsLine => ({
  label,
  signed,
  found: found === undefined ? absent : found,
  agrees: found === null || (found !== undefined && isSameAmount(signed, found)),
});

/**
 * Rows; per group and currency the first of the summed columns; per currency all of them. A group with another number
 * of rows differs, whatever its sum is.
 */
export function totalsLines(
  totals: NonNullable<Verification['totals']>,
  columns: ExportFacts['sum_columns'],
): TotalsLine[] {
  const { signed, found } = totals;
  const [first] = columns;
  const lines = [line('Rows', String(signed.rows), found && String(found.rows))];
  const isGroup = (a: GroupTotals, b: GroupTotals): boolean => a.group === b.group && a.currency === b.currency;
  const isCurrency = (a: CurrencyTotals, b: CurrencyTotals): boolean => a.currency === b.currency;
  if (first) {
    for (const [one, other] of paired(signed.groups, found?.groups ?? null, isGroup)) {
      const rows = counted((one ?? other)?.rows ?? 0, one && other && other.rows !== one.rows ? other.rows : null);
      const name = `${(one ?? other)?.group}, ${rows}, ${(one ?? other)?.currency}`;
      const compared = line(name, one?.sums[first.key] ?? absent, other && (other.sums[first.key] ?? null));
      lines.push({ ...compared, agrees: compared.agrees && (!other || other.rows === one?.rows) });
    }
  }
  for (const [one, other] of paired(signed.currencies, found?.currencies ?? null, isCurrency)) {
    for (const { key, label } of columns) {
      const name = `${label}, ${(one ?? other)?.currency}`;
      lines.push(line(name, one?.sums[key] ?? absent, other && (other.sums[key] ?? null)));
    }
  }
  return lines;
}

/** Those that were signed, then those that only the file has. `null` as the second: there is nothing to compare with. */
function paired<T>(
  signed: readonly T[],
  found: readonly T[] | null,
  isSame: (a: T, b: T) => boolean,
): [T | null, T | null | undefined][] {
  const strange = (found ?? []).filter((one) => !signed.some((other) => isSame(one, other)));
  return [
    ...signed.map((one): [T, T | null | undefined] => [one, found && found.find((other) => isSame(one, other))]),
    ...strange.map((one): [null, T] => [null, one]),
  ];
}
