/** Which columns are on screen and in the file, and in which order: ticked, moved, and all of them back at a press. */
import { useState } from 'react';
import { Icon } from '#web/parts/icon.tsx';
import { PopoverButton } from '#web/parts/popover-button.tsx';
import { reportWords as t } from '#web/words/en/reports.ts';
import { useView } from './use-view.ts';

export function ColumnsButton() {
  const { report, columns, withMoney, search } = useView();
  const all = report.columns.filter(({ key }) => withMoney || report.quantity_columns?.includes(key));
  return (
    <PopoverButton
      className="btn s"
      label={t('columnsButton')}
      placement="bottom end"
      face={search.columns ? t('columnsSome', { n: columns.length, all: all.length }) : t('columnsButton')}
    >
      {(close) => <Panel all={all} onDone={close} />}
    </PopoverButton>
  );
}

type Columns = ReturnType<typeof useView>['columns'];

function Panel({ all, onDone }: { all: Columns; onDone: () => void }) {
  const { columns, change } = useView();
  const [shown, setShown] = useState<readonly string[]>(() => columns.map(({ key }) => key));
  // those shown in their order, then the others in the report's
  const [order, setOrder] = useState<readonly string[]>(() => [
    ...new Set([...columns.map(({ key }) => key), ...all.map(({ key }) => key)]),
  ]);
  const move = (at: number, by: -1 | 1): void => {
    const next = [...order];
    const [key] = next.splice(at, 1);
    if (key !== undefined) next.splice(at + by, 0, key);
    setOrder(next);
  };
  const apply = (): void => {
    const chosen = order.filter((key) => shown.includes(key));
    const isAll = chosen.length === all.length && all.every(({ key }, at) => key === chosen[at]);
    change({ columns: isAll || chosen.length === 0 ? undefined : chosen });
    onDone();
  };
  return (
    <div className="columns-panel">
      <p className="cap">{t('columnsHint')}</p>
      <ul className="scroller">
        {order.map((key, at) => {
          const label = all.find((column) => column.key === key)?.label ?? key;
          return (
            <li key={key}>
              <label className="item">
                <input
                  type="checkbox"
                  checked={shown.includes(key)}
                  onChange={({ target: { checked } }) =>
                    setShown((known) => (checked ? [...known, key] : known.filter((other) => other !== key)))
                  }
                />
                <span>{label}</span>
              </label>
              <button
                type="button"
                className="icon-btn"
                disabled={at === 0}
                aria-label={t('columnUp', { column: label })}
                onClick={() => move(at, -1)}
              >
                <Icon name="asc" small />
              </button>
              <button
                type="button"
                className="icon-btn"
                disabled={at === order.length - 1}
                aria-label={t('columnDown', { column: label })}
                onClick={() => move(at, 1)}
              >
                <Icon name="desc" small />
              </button>
            </li>
          );
        })}
      </ul>
      <div className="foot">
        <button
          type="button"
          className="btn s ghost"
          onClick={() => {
            change({ columns: undefined });
            onDone();
          }}
        >
          {t('columnsReset')}
        </button>
        <button type="button" className="btn s primary" onClick={apply}>
          {t('apply')}
        </button>
      </div>
    </div>
  );
}
