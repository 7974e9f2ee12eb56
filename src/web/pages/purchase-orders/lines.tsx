/** The delivered lines, page by page, and the totals of all of them. */
import type { ReportTotals } from '#contract/report-summaries.ts';
import type { ReportPage, ReportRow } from '#web/api/reports.ts';
import { Pager } from '#web/parts/pager.tsx';
import { ReportTable, type TableColumn } from '#web/parts/report/report-table.tsx';
import { TotalsRow } from '#web/parts/report/totals-row.tsx';
import { useToday } from '#web/parts/use-clock.ts';
import { stringifySearch } from '#web/url-search.ts';
import { weekdayAndDay } from '#web/words/comparisons.ts';
import { count, counted, decimal } from '#web/words/figures.ts';
import { defaultOrdering, defaultPageSize, type PurchaseOrdersSearch } from './search.ts';
import { useView } from './use-view.ts';

interface LinesProps {
  readonly data: ReportPage | undefined;
  /** More than one location is in it. */
  readonly hasLocations: boolean;
}

export function Lines({ data, hasLocations }: LinesProps) {
  const { search, pageOf, change } = useView();
  const today = useToday();
  const isMixed = (data?.totals.length ?? 0) > 1;
  const columns = columnsOf(today, { hasLocations, isMixed });
  const first = pageOf.page * pageOf.page_size + 1;
  return (
    <section aria-labelledby="lines">
      <div className="hd">
        <h2 id="lines">Delivered lines</h2>
        {data && (
          <span>
            {count(first)} – {count(Math.min(first + pageOf.page_size - 1, data.total))} of {count(data.total)}
          </span>
        )}
      </div>
      <ReportTable
        title="Delivered lines"
        caption="Delivered lines"
        className="lines-t"
        columns={columns}
        rows={data?.results}
        expected={pageOf.page_size}
        ordering={pageOf.ordering}
        onSort={(ordering) =>
          change({
            ordering: ordering === defaultOrdering ? undefined : (ordering as PurchaseOrdersSearch['ordering']),
          })
        }
      >
        {data?.totals.map((totals) => (
          <LineTotals key={totals.currency} totals={totals} columns={columns} isMixed={isMixed} />
        ))}
      </ReportTable>
      {data && (
        <Pager
          page={pageOf.page}
          pageSize={pageOf.page_size}
          total={data.total}
          totalPages={data.total_pages}
          hrefOf={(page) => `/purchase-orders${stringifySearch({ ...search, page: page || undefined })}`}
          onPage={(page) => {
            change({ page: page || undefined });
            document.getElementById('lines')?.scrollIntoView({ block: 'start' });
          }}
          onPageSize={(size) => change({ page_size: size === defaultPageSize ? undefined : size })}
        />
      )}
    </section>
  );
}

const summed: readonly string[] = ['total_price', 'tax', 'total_incl_tax'];

interface LineTotalsProps {
  readonly totals: ReportTotals;
  readonly columns: readonly TableColumn[];
  readonly isMixed: boolean;
}

function LineTotals({ totals, columns, isMixed }: LineTotalsProps) {
  return (
    <TotalsRow
      label={
        isMixed
          ? `Total of ${counted(totals.rows, 'line')} in ${totals.currency}`
          : `Total of all ${counted(totals.rows, 'line')}`
      }
      span={columns.findIndex(({ key }) => key === summed[0])}
      totals={columns
        .filter(({ key }) => summed.includes(key))
        .map(({ key, label }) => ({ key, label, figure: decimal(String(totals[key])) }))}
      rest={isMixed ? 1 : 0}
    >
      {isMixed && <td className="num">{totals.currency}</td>}
    </TotalsRow>
  );
}

const text = (key: string) => (row: ReportRow) => row[key] ?? '';
const figure = (key: string) => (row: ReportRow) => decimal(row[key] ?? '');

function columnsOf(
  today: string,
  { hasLocations, isMixed }: { hasLocations: boolean; isMixed: boolean },
): TableColumn[] {
  return [
    {
      key: 'delivery_date',
      label: 'Delivered',
      startsDescending: true,
      cell: (row) => weekdayAndDay(row['delivery_date'] ?? '', today),
    },
    ...(hasLocations ? [{ key: 'delivery_location', label: 'Location', cell: text('delivery_location') }] : []),
    { key: 'vendor', label: 'Vendor', cell: text('vendor') },
    { key: 'order_number', label: 'Order', cell: text('order_number') },
    { key: 'article_number', label: 'Article', cell: text('article_number') },
    { key: 'product', label: 'Product', className: 'product', cell: product },
    { key: 'category', label: 'Category', className: 'muted', cell: text('category') },
    {
      key: 'ordered_quantity',
      label: 'Ordered',
      isNumber: true,
      startsDescending: true,
      cell: figure('ordered_quantity'),
    },
    { key: 'received_quantity', label: 'Received', isNumber: true, startsDescending: true, cell: received },
    { key: 'unit', label: 'Unit', isUnsorted: true, className: 'muted', cell: text('unit') },
    { key: 'unit_price', label: 'Unit price', isNumber: true, startsDescending: true, cell: figure('unit_price') },
    { key: 'total_price', label: 'Net', isNumber: true, startsDescending: true, cell: figure('total_price') },
    { key: 'tax', label: 'Tax', isNumber: true, startsDescending: true, className: 'muted', cell: figure('tax') },
    { key: 'total_incl_tax', label: 'Gross', isNumber: true, startsDescending: true, cell: figure('total_incl_tax') },
    ...(isMixed
      ? [{ key: 'currency', label: 'Currency', isUnsorted: true, isNumber: true, cell: text('currency') }]
      : []),
  ];
}

/** With a word where the line takes back: goods that were returned, or a credit for goods that stay. */
function product(row: ReportRow) {
  const quantity = Number(row['received_quantity']);
  const takesBack = quantity < 0 ? 'Return' : quantity === 0 && Number(row['total_price']) < 0 ? 'Credit' : null;
  const name = row['product'] ?? '';
  if (!takesBack) return <span title={name}>{name}</span>;
  return (
    <>
      <span className="tag">{takesBack}</span> <span title={name}>{name}</span>
    </>
  );
}

/** What came and was taken; in amber when it is less than was ordered, with what was refused. */
function received(row: ReportRow) {
  const quantity = row['received_quantity'] ?? '';
  const isShort = Number(quantity) < Number(row['ordered_quantity']) && Number(quantity) > 0;
  const refused = Number(row['refused_quantity']) > 0 ? `${decimal(row['refused_quantity'] ?? '')} refused` : null;
  if (!isShort && !refused) return decimal(quantity);
  return (
    <span className="neg" title={refused ?? 'Less than ordered'}>
      {decimal(quantity)}
      <span className="vh">, {refused ?? 'less than ordered'}</span>
    </span>
  );
}
