/** The check box of a row, and the one above them all; Shift chooses all between this row and the last. */
import { useEffect, useRef } from 'react';
import type { ExportJob } from '#contract/export-jobs.ts';
import { historyWords as t } from '#web/words/en/history.ts';
import { jobName } from '#web/words/jobs.ts';
import type { Selection } from './use-selection.ts';

interface SelectBoxProps {
  readonly job: ExportJob;
  readonly isSelected: boolean;
  readonly onSelect: Selection['toggle'];
}

export function SelectBox({ job, isSelected, onSelect }: SelectBoxProps) {
  const isRange = useRef(false);
  return (
    <td role="cell" className="c-sel">
      {/* the whole cell is the target */}
      <label>
        <span className="vh">{t('select', { name: jobName(job) })}</span>
        <input
          type="checkbox"
          checked={isSelected}
          onClick={(event) => (isRange.current = event.shiftKey)}
          onChange={() => onSelect(job, isRange.current)}
        />
      </label>
    </td>
  );
}

interface SelectPageProps {
  /** How many of the page's rows are chosen. */
  readonly selected: number;
  readonly rows: number;
  readonly onToggle: () => void;
}

export function SelectPage({ selected, rows, onToggle }: SelectPageProps) {
  const box = useRef<HTMLInputElement>(null);
  const isSome = selected > 0 && selected < rows;
  useEffect(() => {
    if (box.current) box.current.indeterminate = isSome;
  }, [isSome]);
  return (
    <th scope="col" role="columnheader" className="c-sel" aria-label={t('selectPage')}>
      <label>
        <span className="vh">{t('selectPage')}</span>
        <input ref={box} type="checkbox" checked={rows > 0 && selected === rows} onChange={onToggle} />
      </label>
    </th>
  );
}
