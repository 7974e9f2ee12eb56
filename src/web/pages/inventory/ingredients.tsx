/** The ingredients, page by page, and the totals of all of them. */
import type { InventorySummary, ReportTotals } from '#contract/report-summaries.ts';
import type { ReportPage, ReportRow } from '#web/api/reports.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { Pager } from '#web/parts/pager.tsx';
import { ReportTable, type TableColumn } from '#web/parts/report/report-table.tsx';
import { TotalsRow } from '#web/parts/report/totals-row.tsx';
import { useToday } from '#web/parts/use-clock.ts';
import { stringifySearch } from '#web/url-search.ts';
import { shortDay } from '#web/words/days.ts';
import { count, decimal, roundedDecimal } from '#web/words/figures.ts';
import { defaultOrdering, defaultPageSize, type InventorySearch, moneyColumns } from './search.ts';
import { useView } from './use-view.ts';

interface IngredientsProps {
  readonly data: ReportPage | undefined;
  readonly summary: InventorySummary | undefined;
}

export function Ingredients({ data, summary }: IngredientsProps) {
  const { withMoney, search, pageOf, change } = useView();
  const today = useToday();
  const first = pageOf.page * pageOf.page_size + 1;
  return (
    <section aria-labelledby="ingredients">
      <div className="hd">
        <h2 id="ingredients">Ingredients</h2>
        {data && (
          <span>
            {count(first)} – {count(Math.min(first + pageOf.page_size - 1, data.total))} of {count(data.total)}
          </span>
        )}
      </div>
      <ReportTable
        title="Ingredients"
        caption="Ingredients"
        className={withMoney ? 'stockt' : 'stockt quantities'}
        columns={columnsOf(today).filter(({ key }) => withMoney || !moneyColumns.includes(key))}
        rows={data?.results}
        expected={pageOf.page_size}
        ordering={pageOf.ordering}
        onSort={(ordering) =>
          change({ ordering: ordering === defaultOrdering ? undefined : (ordering as InventorySearch['ordering']) })
        }
      >
        {data && withMoney && <StockTotals rows={data.total} totals={data.totals[0]} active={summary?.active} />}
      </ReportTable>
      {data && (
        <Pager
          page={pageOf.page}
          pageSize={pageOf.page_size}
          total={data.total}
          totalPages={data.total_pages}
          hrefOf={(page) => `/inventory${stringifySearch({ ...search, page: page || undefined })}`}
          onPage={(page) => {
            change({ page: page || undefined });
            document.getElementById('ingredients')?.scrollIntoView({ block: 'start' });
          }}
          onPageSize={(size) => change({ page_size: size === defaultPageSize ? undefined : size })}
        />
      )}
    </section>
  );
}

interface StockTotalsProps {
  readonly rows: number;
  readonly totals: ReportTotals | undefined;
  readonly active: number | undefined;
}

/** Quantities of different units are never added up: what stands under them is their value, and says so. */
function StockTotals({ rows, totals, active }: StockTotalsProps) {
  const company = useCompany();
  const currency = totals?.currency ?? company.currency;
  return (
    <TotalsRow
      label={
        <>
          Value of all {count(rows)} <small>in {currency}, not quantities</small>
        </>
      }
      span={4}
      totals={summed.map(([key, label]) => ({
        key,
        label,
        figure: decimal(String(totals?.[key] ?? '').replace(key === 'adjustments' ? '' : /^-/, '')),
        unit: currency,
      }))}
      rest={2}
    >
      <td colSpan={2} className="num">
        {active === undefined ? '' : `${count(active)} active`}
      </td>
    </TotalsRow>
  );
}

const summed = [
  ['inventory_value', 'On hand'],
  ['receipts', 'Receipts'],
  ['issues', 'Issues'],
  ['waste', 'Waste'],
  ['adjustments', 'Adjusted'],
  ['transfers_in', 'Transfer in'],
  ['transfers_out', 'Transfer out'],
] as const;

const figure = (key: string) => (row: ReportRow) => decimal(row[key] ?? '');

/** To four places, so that costs stand under each other; the file has all six. */
const unitCost = (row: ReportRow) => {
  const cost = row['unit_cost'] ?? '';
  return <span title={decimal(cost)}>{decimal(roundedDecimal(cost, 4))}</span>;
};

/** What moved, without its direction: the column says it. Nothing is a dash, and "0" to a screen reader. */
const movedFigure = (key: string) => (row: ReportRow) => {
  const text = (row[key] ?? '0').replace(/^-/, '');
  if (Number(text) !== 0) return decimal(text);
  return <Nothing />;
};

const Nothing = ({ spoken = '0' }: { spoken?: string }) => (
  <span className="muted">
    <span aria-hidden="true">–</span>
    <span className="vh">{spoken}</span>
  </span>
);

function adjusted(row: ReportRow) {
  const text = row['adjustments'] ?? '0';
  const size = Number(text);
  if (size === 0) return <Nothing />;
  return size > 0 ? `+${decimal(text)}` : <span className="neg">{decimal(text)}</span>;
}

function columnsOf(today: string): TableColumn[] {
  const amount = { isNumber: true, startsDescending: true };
  return [
    {
      key: 'ingredient',
      label: 'Ingredient',
      cell: (row) => (
        <>
          {row['ingredient']} <span className="code">{row['item_code']}</span>
        </>
      ),
    },
    { ...amount, key: 'on_hand', label: 'On hand', cell: figure('on_hand') },
    {
      key: 'base_unit',
      label: 'Base unit',
      isLabelHidden: true,
      isUnsorted: true,
      className: 'u',
      cell: (row) => row['base_unit'],
    },
    { ...amount, key: 'unit_cost', label: 'Unit cost', cell: unitCost },
    { ...amount, key: 'inventory_value', label: 'Value', className: 'med', cell: figure('inventory_value') },
    { ...amount, key: 'receipts', label: 'Receipts', cell: movedFigure('receipts') },
    { ...amount, key: 'issues', label: 'Issues', cell: movedFigure('issues') },
    { ...amount, key: 'waste', label: 'Waste', cell: movedFigure('waste') },
    { ...amount, key: 'adjustments', label: 'Adjusted', startsDescending: false, cell: adjusted },
    { ...amount, key: 'transfers_in', label: 'Transfer in', cell: movedFigure('transfers_in') },
    { ...amount, key: 'transfers_out', label: 'Transfer out', cell: movedFigure('transfers_out') },
    {
      key: 'last_movement',
      label: 'Last moved',
      startsDescending: true,
      className: 'moved',
      cell: (row) =>
        row['last_movement'] ? shortDay(row['last_movement'], today) : <Nothing spoken="not in this period" />,
    },
    { key: 'active', label: 'Active', cell: activity },
  ];
}

function activity(row: ReportRow) {
  if (!/^(active|yes|true)$/i.test(row['active'] ?? '')) return <span className="muted">Inactive</span>;
  return (
    <span className="active-mark">
      <Icon name="check" small />
      Active
    </span>
  );
}
