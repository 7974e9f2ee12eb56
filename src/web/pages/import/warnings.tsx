/** What is noticed but stops nothing; opened when somebody wants to know. */
import type { ImportResult } from '#contract/imports.ts';
import { csvText, saveCsv } from '#web/parts/csv-file.ts';
import { Icon } from '#web/parts/icon.tsx';
import { count, counted } from '#web/words/figures.ts';
import { FindingsTable, findingRows } from './errors-table.tsx';

/** More than this are in the CSV. */
const shownMax = 100;

export function Warnings({ result }: { result: ImportResult }) {
  const { warnings, warning_count: total, warning_kinds: kinds } = result;
  if (total === 0) return null;
  return (
    <details className="warnings after" open={kinds.some(({ rank }) => rank === 'grave')}>
      <summary className="ic warn-t">
        <Icon name="warn" />
        <span>{counted(total, 'warning')}, none stops the import</span>
        <Icon name="down" />
      </summary>
      <ul className="warning-kinds">
        {kinds.map(({ kind, label, count: times, rank }) => (
          <li key={kind} className={rank === 'grave' ? 'ic warn-t' : 'ic muted'}>
            {rank === 'grave' && <Icon name="warn" />}
            <span>
              {label}: {count(times)}
            </span>
          </li>
        ))}
      </ul>
      <FindingsTable caption="Warnings" findings={warnings.slice(0, shownMax)} />
      <p className="bar after">
        <span className="muted grow">
          {total > shownMax && `The first ${count(Math.min(shownMax, warnings.length))} of ${count(total)} are shown.`}
        </span>
        <button
          type="button"
          className="btn s"
          onClick={() => saveCsv('import-warnings.csv', csvText(findingRows(warnings)))}
        >
          <Icon name="download" />
          Warnings as CSV
        </button>
      </p>
    </details>
  );
}
