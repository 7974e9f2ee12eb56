/** One document: its lines, what belongs to it, what was changed and why; and the ways to change it. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { DocumentDetails, DocumentLine, DocumentType } from '#contract/documents.ts';
import { changeDocument, documentQuery, type DocumentChange } from '#web/api/documents.ts';
import { isProblem } from '#web/api/problem.ts';
import { useCompany, useMay } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { Blank } from '#web/parts/blank.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { useToday } from '#web/parts/use-clock.ts';
import { decimal } from '#web/words/figures.ts';
import { dayAndTime } from '#web/words/instants.ts';
import { ChangeDialog, type Asked } from './change-dialog.tsx';
import { EntryTable, nameOf } from './entry-table.tsx';

export function DocumentView({ type, id }: { type: DocumentType; id: string }) {
  const company = useCompany();
  const { data, error } = useQuery(documentQuery(company.id, type, id));
  if (error) {
    const isGone = isProblem(error, 'not_found');
    return (
      <Blank alert art="search" title={isGone ? 'There is no such document here' : 'The document could not be read'}>
        {isGone ? 'It may be of another company.' : 'Reload the page to try again.'}
      </Blank>
    );
  }
  return data ? <Shown document={data} /> : null;
}

function Shown({ document }: { document: DocumentDetails }) {
  const company = useCompany();
  const today = useToday();
  const mayChange = useMay('import_data') && !document.stands_on_invoice;
  const [asked, setAsked] = useState<Asked | null>(null);
  const queryClient = useQueryClient();
  const change = async (what: DocumentChange): Promise<boolean> => {
    try {
      await changeDocument(company.id, document, what);
    } catch (error) {
      showToast(problemToast(error, 'Not changed'));
      return false;
    }
    // money on every page may be another now
    await queryClient.invalidateQueries();
    setAsked(null);
    return true;
  };
  const name = `${nameOf(document)} ${document.number}`;
  return (
    <section aria-label={name}>
      <div className="head after">
        <div>
          <h2>{name}</h2>
          <p>
            {document.vendor.name} ({document.vendor.code}), {document.location}. {decimal(document.net_amount)}{' '}
            {document.currency} net.
            {document.stands_on_invoice && ' No delivery was booked: the invoice stands for it.'}
          </p>
        </div>
        {mayChange && (
          <div className="acts">
            {document.lines > 0 && (
              <button type="button" className="btn danger" onClick={() => setAsked({ verb: 'void', line: null })}>
                Take back
              </button>
            )}
            {document.line_list.some((line) => line.taken_back !== null) && (
              <button type="button" className="btn" onClick={() => setAsked({ verb: 'restore', line: null })}>
                Bring back
              </button>
            )}
          </div>
        )}
      </div>
      <Lines document={document} {...(mayChange && { onAsk: setAsked })} />
      {document.related.length > 0 && (
        <>
          <h3>Belongs to it</h3>
          <EntryTable caption="Belongs to it" entries={document.related} />
        </>
      )}
      {document.changes.length > 0 && (
        <>
          <h3>Changes</h3>
          <ul>
            {document.changes.map(({ at, by, kind, reason }) => (
              <li key={at}>
                {changeNames[kind]} {dayAndTime(at, company.time_zone, today)} by {by ?? 'the operator'}: {reason}
              </li>
            ))}
          </ul>
        </>
      )}
      {asked && <ChangeDialog document={document} asked={asked} onChange={change} onClose={() => setAsked(null)} />}
    </section>
  );
}

const changeNames = { void: 'Taken back', restore: 'Brought back', correction: 'Corrected' } as const;

function Lines({ document, onAsk }: { document: DocumentDetails; onAsk?: (asked: Asked) => void }) {
  return (
    <table className="table plain mid stack after" role="table">
      <caption className="vh">Lines</caption>
      <thead role="rowgroup">
        <tr role="row">
          {['Line', 'Product', 'Quantity', 'Price', 'Net', 'Tax'].map((name, index) => (
            <th key={name} scope="col" role="columnheader" className={index > 1 ? 'num' : undefined}>
              {name}
            </th>
          ))}
          {onAsk && (
            <th scope="col" role="columnheader">
              <span className="vh">Change</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {document.line_list.map((line) => (
          <tr role="row" key={line.id} className={line.taken_back ? 'muted' : undefined}>
            <th scope="row" role="rowheader">
              {line.line_no}
            </th>
            <td role="cell" data-l="Product">
              {line.description}
              <span className="sub">
                {line.article_number}
                {line.taken_back &&
                  ` Taken back by ${line.taken_back.by ?? 'the operator'}: ${line.taken_back.reason ?? ''}`}
              </span>
            </td>
            <td role="cell" data-l="Quantity" className="num">
              {quantityText(line)}
            </td>
            <td role="cell" data-l="Price" className="num">
              {decimal(line.unit_price)} / {line.price_unit ?? line.unit}
            </td>
            <td role="cell" data-l="Net" className="num">
              {line.taken_back ? <s>{decimal(line.net_amount)}</s> : decimal(line.net_amount)}
            </td>
            <td role="cell" data-l="Tax" className="num">
              {line.tax_amount === null ? '' : decimal(line.tax_amount)}
            </td>
            {onAsk && (
              <td role="cell" className="end right">
                {line.taken_back ? (
                  <button type="button" className="btn s" onClick={() => onAsk({ verb: 'restore', line })}>
                    Bring back
                  </button>
                ) : (
                  <>
                    {document.type === 'receipt' && (
                      <button type="button" className="btn s" onClick={() => onAsk({ verb: 'correct', line })}>
                        Correct
                      </button>
                    )}
                    <button type="button" className="btn s" onClick={() => onAsk({ verb: 'void', line })}>
                      Take back
                    </button>
                  </>
                )}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function quantityText({
  quantity,
  unit,
  rejected_quantity: refused,
  price_quantity: weighed,
  price_unit,
}: DocumentLine): string {
  const parts = [`${decimal(quantity)} ${unit}`];
  if (refused !== null && refused !== '0') parts.push(`${decimal(refused)} refused`);
  if (weighed !== null) parts.push(`${decimal(weighed)} ${price_unit ?? ''}`);
  return parts.join(', ');
}
