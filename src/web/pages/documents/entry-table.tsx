/** Documents in a table: what each is called, of whom, of when, and what it amounts to. */
import { Link } from '@tanstack/react-router';
import type { DocumentEntry } from '#contract/documents.ts';
import { dayText } from '#web/words/days.ts';
import { counted, decimal } from '#web/words/figures.ts';

export const nameOf = ({ type, kind, stands_on_invoice: stands }: DocumentEntry): string =>
  type === 'order'
    ? 'Order'
    : type === 'invoice'
      ? kind === 'credit'
        ? 'Credit note'
        : 'Invoice'
      : stands
        ? 'Delivery by invoice alone'
        : (kindNames[kind] ?? kind);
const kindNames: Readonly<Record<string, string>> = { receipt: 'Delivery', return: 'Return', credit: 'Credit' };

export function EntryTable({ caption, entries }: { caption: string; entries: readonly DocumentEntry[] }) {
  return (
    <table className="table plain mid stack after" role="table">
      <caption className="vh">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {['Document', 'Vendor', 'Day', 'Lines', 'Net'].map((name, index) => (
            <th key={name} scope="col" role="columnheader" className={index > 2 ? 'num' : undefined}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {entries.map((entry) => (
          <tr role="row" key={`${entry.type} ${entry.id}`}>
            <th scope="row" role="rowheader">
              <Link to="/documents" search={(known) => ({ ...known, type: entry.type, id: entry.id })}>
                {nameOf(entry)} {entry.number}
              </Link>
              {entry.document_number !== null && <span className="sub">{entry.document_number}</span>}
            </th>
            <td role="cell" data-l="Vendor">
              {entry.vendor.name} <span className="sub">{entry.vendor.code}</span>
            </td>
            <td role="cell" data-l="Day">
              {entry.day === null ? '' : dayText(entry.day)}
            </td>
            <td role="cell" data-l="Lines" className="num">
              {entry.lines === 0 ? 'Taken back' : counted(entry.lines, 'line')}
            </td>
            <td role="cell" data-l="Net" className="num">
              {decimal(entry.net_amount)} {entry.currency}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
