/** The grid of reports x companies: single boxes, whole rows and columns, everything; arrows move from box to box. */
import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { Me } from '#contract/access.ts';
import type { FileFormat } from '#contract/reports.ts';
import { packWords as t } from '#web/words/en/packs.ts';
import { formatName, offeredFormats } from '#web/words/formats.ts';
import { type Chosen, formatsOf, type GridRow, isTicked, toggled, withFormat } from './chosen.ts';

interface PackGridProps {
  readonly rows: readonly GridRow[];
  readonly companies: Me['companies'];
  readonly chosen: Chosen;
  readonly onChange: (chosen: Chosen) => void;
}

export function PackGrid({ rows, companies, chosen, onChange }: PackGridProps) {
  const keys = rows.map(({ key }) => key);
  const ids = companies.map(({ id }) => id);
  const toggle = (ofRows: readonly string[], ofCompanies: readonly string[]): void =>
    onChange(toggled(chosen, ofRows, ofCompanies));
  const state = (ofRows: readonly string[], ofCompanies: readonly string[]) => {
    const all = ofRows.length * ofCompanies.length;
    const on = ofRows.reduce((n, row) => n + ofCompanies.filter((id) => isTicked(chosen, row, id)).length, 0);
    return { isOn: all > 0 && on === all, isSome: on > 0 && on < all };
  };
  return (
    // the boxes in it take the keys; the table hears where they lead
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className="pack-grid scroll" onKeyDown={moveByArrows}>
      <table className="table plain">
        <caption className="vh">{t('grid')}</caption>
        <thead>
          <tr>
            <th scope="col" className="c-report">
              <Box name={t('all')} {...state(keys, ids)} at={[0, 0]} onToggle={() => toggle(keys, ids)} isShown />
            </th>
            <th scope="col">{t('formats')}</th>
            {companies.map(({ id, name }, column) => (
              <th key={id} scope="col" className="c-company">
                <Box
                  name={t('allReports', { company: name })}
                  shown={name}
                  {...state(keys, [id])}
                  at={[0, column + 1]}
                  onToggle={() => toggle(keys, [id])}
                />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, label }, line) => (
            <tr key={key}>
              <th scope="row" className="c-report">
                <Box
                  name={t('allOf', { report: label })}
                  shown={label}
                  {...state([key], ids)}
                  at={[line + 1, 0]}
                  onToggle={() => toggle([key], ids)}
                />
              </th>
              <td>
                <Formats
                  report={label}
                  chosen={formatsOf(chosen, key)}
                  onToggle={(format) => onChange(withFormat(chosen, key, format))}
                />
              </td>
              {companies.map(({ id, name }, column) => (
                <td key={id} className="c-company">
                  <Box
                    name={t('one', { report: label, company: name })}
                    isOn={isTicked(chosen, key, id)}
                    isSome={false}
                    at={[line + 1, column + 1]}
                    onToggle={() => toggle([key], [id])}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface BoxProps {
  readonly name: string;
  /** What stands beside it; its name says more. */
  readonly shown?: string;
  /** The name itself stands beside it. */
  readonly isShown?: boolean;
  readonly isOn: boolean;
  readonly isSome: boolean;
  /** Line and column, for the arrows. */
  readonly at: readonly [number, number];
  readonly onToggle: () => void;
}

function Box({ name, shown, isShown = false, isOn, isSome, at, onToggle }: BoxProps) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = isSome;
  }, [isSome]);
  const beside = isShown ? name : shown;
  return (
    <label className={beside === undefined ? 'tick' : 'tick named'}>
      <input ref={box} type="checkbox" aria-label={name} checked={isOn} data-at={at.join(' ')} onChange={onToggle} />
      {beside !== undefined && <span>{beside}</span>}
    </label>
  );
}

interface FormatsProps {
  readonly report: string;
  readonly chosen: readonly FileFormat[];
  readonly onToggle: (format: FileFormat) => void;
}

function Formats({ report, chosen, onToggle }: FormatsProps) {
  return (
    <span className="formats">
      {offeredFormats.map((format) => (
        <label key={format} className={chosen.includes(format) ? 'fmt-choice on' : 'fmt-choice'}>
          <input
            type="checkbox"
            aria-label={t('formatOf', { format: formatName(format), report })}
            checked={chosen.includes(format)}
            onChange={() => onToggle(format)}
          />
          <span aria-hidden="true">{formatName(format)}</span>
        </label>
      ))}
    </span>
  );
}

const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

function moveByArrows(event: KeyboardEvent<HTMLDivElement>): void {
  const step = steps[event.key];
  const place = (event.target as HTMLElement).dataset['at'];
  if (!step || place === undefined) return;
  const [line = 0, column = 0] = place.split(' ').map(Number);
  const next = event.currentTarget.querySelector<HTMLInputElement>(`[data-at="${line + step[0]} ${column + step[1]}"]`);
  if (!next) return;
  event.preventDefault();
  next.focus();
}
