/** Documents: an order, a delivery or an invoice by any of its numbers, and what hangs on it. */
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { foundDocumentsQuery } from '#web/api/documents.ts';
import { useCompany, useMay } from '#web/frame/company-context.tsx';
import { Blank } from '#web/parts/blank.tsx';
import { NoAccess } from '#web/parts/no-access.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { SearchInput } from '#web/parts/search-input.tsx';
import { DocumentView } from './document-view.tsx';
import { EntryTable } from './entry-table.tsx';

export function DocumentsPage() {
  const maySee = useMay('view_financials');
  const { number = '', type, id } = useSearch({ from: '/app/documents' });
  const navigate = useNavigate({ from: '/documents' });
  if (!maySee) return <NoAccess capability="view_financials" what="documents" why="They show what was paid." />;
  return (
    <>
      <PageHead title="Documents" lead="Orders, deliveries and invoices, by the beginning of any of their numbers." />
      <fieldset className="bar" aria-label="Search">
        <SearchInput
          label="Search documents"
          placeholder="Order, receipt or invoice number"
          value={number}
          onSearch={(text) =>
            void navigate({ search: (known) => ({ company: known.company, number: text }), replace: true })
          }
        />
      </fieldset>
      {type !== undefined && id !== undefined ? <DocumentView type={type} id={id} /> : <Found number={number} />}
    </>
  );
}

function Found({ number }: { number: string }) {
  const company = useCompany();
  const { data, isError, refetch } = useQuery(foundDocumentsQuery(company.id, number));
  if (number === '') return null;
  if (isError) {
    return (
      <Blank
        alert
        art="apart"
        title="The documents could not be read"
        actions={
          <button type="button" className="btn" onClick={() => void refetch()}>
            Try again
          </button>
        }
      >
        Nothing was changed.
      </Blank>
    );
  }
  if (!data) return null;
  if (data.results.length === 0) {
    return (
      <Blank art="search" title="No document begins so">
        A number is looked for from its beginning, as it stands on the document.
      </Blank>
    );
  }
  return (
    <>
      <EntryTable caption="Documents found" entries={data.results} />
      {data.more && <p className="muted">There are more. Write more of the number.</p>}
    </>
  );
}
