/**
 * The rows of a report as its file has them: groups with their subtotals in the file's order, totals of all rows, a page at
 * a time. A row leads to what is behind it. On a phone a row is a card.
 */
import { Link } from '@tanstack/react-router';
import { Fragment, type ReactNode } from 'react';
import type { ReportTotals } from '#contract/report-summaries.ts';
import type { Column, ReportDescription } from '#contract/reports.ts';
import type { GroupTotals, ReportPage, ReportRow } from '#web/api/reports.ts';
import { Icon } from '#web/parts/icon.tsx';
import { Pager } from '#web/parts/pager.tsx';
import { fileOrder } from '#web/parts/report/saved-question.ts';
import { useScrollEdges } from '#web/parts/report/use-scroll-edges.ts';
import { useToday } from '#web/parts/use-clock.ts';
import { stringifySearch } from '#web/url-search.ts';
import { reportWords as t } from '#web/words/en/reports.ts';
import { count, decimal } from '#web/words/figures.ts';
import { reportName } from '#web/words/reports.ts';
import { cellOf, isNumber } from './cells.tsx';
import { ColumnsButton } from './columns.tsx';
import { defaultPageSize } from './search.ts';
import { useLeadOptions } from './use-lead.ts';
import { useView } from './use-view.ts';

type Columns = ReportDescription['columns'];

export function Rows({ data }: { data: ReportPage | undefined }) {
  const { report, search, pageOf, columns: own, change } = useView();
  // beside another period there are more
  const columns = search.compare_to && data ? data.columns : own;
  const name = reportName(report.type);
  const box = useScrollEdges();
  const first = pageOf.page * pageOf.page_size + 1;
  return (
    <section aria-labelledby="rows">
      <div className="hd">
        <h2 id="rows">{name}</h2>
        <OrderSelect />
        <ColumnsButton />
        {data && (
          <span>
            {t('rangeOfRows', {
              first: count(first),
              last: count(Math.min(first + pageOf.page_size - 1, data.total)),
              total: count(data.total),
            })}
          </span>
        )}
      </div>
      {/* a region that scrolls must be reachable by keyboard */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className="scroll" ref={box} aria-label={t('scrolls', { title: name })} tabIndex={0}>
        <table className="table tight stick report-t" role="table" aria-busy={!data}>
          <caption className="vh">{name}</caption>
          <thead role="rowgroup">
            <tr role="row">
              {columns.map((column) => (
                <Head key={column.key} column={column} />
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup">
            {data ? <Body data={data} columns={columns} /> : <Loading columns={columns} rows={pageOf.page_size} />}
          </tbody>
          {data && data.totals.length > 0 && columns.some(({ is_summed }) => is_summed) && (
            <tfoot role="rowgroup">
              {data.totals.map((totals) => (
                <SumRow
                  key={totals.currency}
                  className="totals"
                  columns={columns}
                  totals={totals}
                  label={
                    data.totals.length > 1
                      ? t('totalIn', { count: totals.rows, n: count(totals.rows), currency: totals.currency })
                      : t('totalOfAll', { count: totals.rows, n: count(totals.rows) })
                  }
                />
              ))}
            </tfoot>
          )}
        </table>
      </section>
      {data && (
        <Pager
          page={pageOf.page}
          pageSize={pageOf.page_size}
          total={data.total}
          totalPages={data.total_pages}
          hrefOf={(page) => `/reports/${report.slug}${stringifySearch({ ...search, page: page || undefined })}`}
          onPage={(page) => {
            change({ page: page || undefined });
            document.getElementById('rows')?.scrollIntoView({ block: 'start' });
          }}
          onPageSize={(size) => change({ page_size: size === defaultPageSize ? undefined : size })}
        />
      )}
    </section>
  );
}

function Body({ data, columns }: { data: ReportPage; columns: Columns }) {
  const { report, pageOf } = useView();
  const today = useToday();
  const leadOptions = useLeadOptions();
  // as in the file: where other columns lead, rows are not headed
  const leads = report.group_by.every((key, at) => columns[at]?.key === key);
  const isGrouped = pageOf.ordering === undefined && report.group_by.length > 0 && leads;
  const groupOf = (row: ReportRow): string => report.group_by.map((key) => row[key] ?? '').join(' · ');
  const card = cardKeys(report, columns);
  return data.results.map((row, at) => {
    const group = isGrouped ? groupOf(row) : null;
    const before = data.results[at - 1];
    const isNew = group !== null && (!before || groupOf(before) !== group);
    const place = data.leads ? leadOptions(data.leads.report_type, data.leads.filters[at] ?? {}) : null;
    return (
      // rows of a report have no identity; they are replaced together
      // oxlint-disable-next-line react/no-array-index-key
      <Fragment key={at}>
        {isNew && <GroupRows group={group} groups={data.groups} columns={columns} column={report.group_by[0] ?? ''} />}
        <tr role="row">
          {columns.map((column, index) => {
            const content: ReactNode = cellOf(report.type, column, row, today);
            const isTitle = column.key === card[0];
            const props = {
              className: [
                isNumber(column) ? 'num' : '',
                isTitle ? 'title' : card.includes(column.key) ? 'fact' : 'minor',
              ].join(' '),
              'data-label': column.label,
            };
            const linked =
              place && (index === 0 || isTitle) ? (
                <Link {...place} className="row-link" title={t('openRow')}>
                  {content}
                </Link>
              ) : (
                content
              );
            return index === 0 ? (
              <th key={column.key} scope="row" role="rowheader" {...props}>
                {linked}
              </th>
            ) : (
              <td key={column.key} role="cell" {...props}>
                {linked}
              </td>
            );
          })}
        </tr>
      </Fragment>
    );
  });
}

/** What a card of a phone shows: what the row is called, and the few figures it is about. */
function cardKeys({ group_by, type }: ReportDescription, columns: Columns): string[] {
  const declared = cards[type];
  if (declared) return declared;
  const title = columns.find((column) => column.type === 'text' && !group_by.includes(column.key));
  return [title?.key ?? '', ...columns.filter(({ is_summed }) => is_summed).map(({ key }) => key)].slice(0, 5);
}

const cards: Readonly<Record<string, string[]>> = {
  delivery_location: ['product', 'delivery_date', 'vendor', 'received_quantity', 'unit', 'total_price'],
  order_lines: ['product', 'delivery_date', 'vendor', 'accepted', 'unit', 'net'],
  item: ['item', 'quantity', 'base_unit', 'net_purchases', 'last_price'],
  receiving_variance: ['product', 'vendor', 'ordered', 'received', 'variance_value', 'state'],
  inventory: ['ingredient', 'on_hand', 'base_unit', 'inventory_value', 'last_movement'],
  inventory_levels: ['ingredient', 'on_hand', 'base_unit', 'value', 'last_count'],
  inventory_movements: ['ingredient', 'date', 'type', 'quantity', 'base_unit', 'balance_after'],
  price_changes: ['product', 'vendor', 'first_price', 'last_price', 'effect'],
  cost_of_goods: ['item', 'actual_usage_quantity', 'base_unit', 'actual_usage_value', 'unexplained_value'],
};

interface GroupRowsProps {
  readonly group: string;
  readonly groups: readonly GroupTotals[];
  readonly columns: Columns;
  readonly column: string;
}

/** The heading of a group, with its subtotals under their columns, a line for each currency. */
function GroupRows({ group, groups, columns, column }: GroupRowsProps) {
  const own = groups.filter((one) => one.group === group);
  const label = columns.find(({ key }) => key === column)?.label ?? column;
  const name = group || t('ungrouped', { column: label.toLowerCase() });
  return own.map((totals) => (
    <SumRow
      key={totals.currency}
      className="group"
      columns={columns}
      totals={totals}
      label={
        <>
          {name} <small>{t('groupRows', { count: totals.rows, n: count(totals.rows) })}</small>
        </>
      }
    />
  ));
}

interface SumRowProps {
  readonly className: string;
  readonly columns: Columns;
  readonly totals: ReportTotals;
  readonly label: ReactNode;
}

/** Sums under their columns; money under a column of quantities says that it is money. */
function SumRow({ className, columns, totals, label }: SumRowProps) {
  const at = columns.findIndex(({ is_summed }) => is_summed);
  const span = Math.max(1, at < 0 ? columns.length : at);
  return (
    <tr className={className} role="row">
      <th scope="row" role="rowheader" colSpan={span}>
        <span className="pin">{label}</span>
      </th>
      {columns.slice(span).map((column) => (
        <td
          key={column.key}
          role="cell"
          className={column.is_summed ? 'num fact' : 'minor'}
          data-label={column.total_label ?? column.label}
        >
          {column.is_summed && totals[column.key] !== undefined && decimal(String(totals[column.key]))}
          {column.total_label && totals[column.key] !== undefined && <small className="unit"> {totals.currency}</small>}
          {column.key === 'currency' && totals.currency}
        </td>
      ))}
    </tr>
  );
}

const Loading = ({ columns, rows }: { columns: Columns; rows: number }) =>
  Array.from({ length: Math.min(rows, 25) }, (_, at) => (
    // oxlint-disable-next-line react/no-array-index-key
    <tr key={at} role="row" className="report-skel">
      {columns.map((column, index) => (
        <td
          key={column.key}
          role="cell"
          className={isNumber(column) ? 'num minor' : index === 0 ? 'title' : 'minor'}
          aria-label={t('columnLoading', { column: column.label })}
        >
          <span className="skel" style={{ width: isNumber(column) ? 40 : 56 + ((at * 17) % 40) }} />
        </td>
      ))}
    </tr>
  ));

/** A first click asks for the latest days and the largest amounts; a third gives the order of the file back. */
function nextOrdering(column: Column, ordering: string | undefined): string {
  const first = isNumber(column) || column.type === 'date' ? `-${column.key}` : column.key;
  const second = first.startsWith('-') ? column.key : `-${column.key}`;
  return ordering === first ? second : ordering === second ? fileOrder : first;
}

function useOrder(): (ordering: string) => void {
  const { report, change } = useView();
  return (ordering) => change({ ordering: ordering === (report.default_ordering ?? fileOrder) ? undefined : ordering });
}

function Head({ column }: { column: Column }) {
  const { pageOf } = useView();
  const order = useOrder();
  const isUp = pageOf.ordering === column.key;
  const isDown = pageOf.ordering === `-${column.key}`;
  return (
    <th
      scope="col"
      role="columnheader"
      className={isNumber(column) ? 'num' : undefined}
      aria-sort={isUp ? 'ascending' : isDown ? 'descending' : undefined}
    >
      <button type="button" className="sort" onClick={() => order(nextOrdering(column, pageOf.ordering))}>
        {column.label}
        <Icon name={isUp ? 'asc' : 'desc'} />
      </button>
    </th>
  );
}

/** The order in words; on a phone, where there are no heads, the only way to change it. */
function OrderSelect() {
  const { columns, pageOf } = useView();
  const order = useOrder();
  return (
    <select
      className="s order-select"
      aria-label={t('sortBy')}
      value={pageOf.ordering ?? fileOrder}
      onChange={({ target }) => order(target.value)}
    >
      <option value={fileOrder}>{t('orderAsInFile')}</option>
      {columns.flatMap(({ key, label }) => [
        <option key={key} value={key}>
          {t('orderUp', { column: label })}
        </option>,
        <option key={`-${key}`} value={`-${key}`}>
          {t('orderDown', { column: label })}
        </option>,
      ])}
    </select>
  );
}
