/** Control totals of the database then, and where the file is a CSV in its ZIP, those counted again from it. */
import type { ExportFacts, Verification } from '#contract/verification.ts';
import { type TotalsLine, totalsLines } from '#contract/verified-totals.ts';
import { Icon } from '#web/parts/icon.tsx';
import { counted, decimal } from '#web/words/figures.ts';

/** Lines that agree; those that differ are all shown. */
const agreeingShownMax = 40;

interface TotalsProps {
  readonly totals: NonNullable<Verification['totals']>;
  readonly facts: ExportFacts;
}

export function Totals({ totals, facts }: TotalsProps) {
  const lines = totalsLines(totals, facts.sum_columns);
  const isCounted = totals.found !== null;
  const agreeing = new Set(lines.filter((line) => line.agrees).slice(0, agreeingShownMax));
  const shown = lines.filter((line) => !line.agrees || agreeing.has(line));
  const hidden = lines.length - shown.length;
  const spoilt = totals.found?.unreadable_rows ?? 0;
  return (
    <section>
      <h3>Control totals</h3>
      <table className="mini">
        <caption className="vh">Control totals, the database then{isCounted && ' and this file'}</caption>
        <thead>
          <tr>
            <th scope="col">Check</th>
            <th scope="col" className="num">
              Database then
            </th>
            {isCounted && (
              <>
                <th scope="col" className="num">
                  This file
                </th>
                <th scope="col">
                  <span className="vh">Result</span>
                </th>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {shown.map((line) => (
            <Line key={line.label} line={line} isCounted={isCounted} />
          ))}
        </tbody>
      </table>
      {hidden > 0 && <p className="sub">{counted(hidden, 'more line agrees', 'more lines agree')}.</p>}
      {spoilt > 0 && (
        <p className="tip">
          <Icon name="info" />
          <span>
            {counted(spoilt, 'row is', 'rows are')} none of this report: too few cells, or no figure where one belongs.
          </span>
        </p>
      )}
      {isCounted && lines.some(({ agrees }) => !agrees) && (
        <p className="tip">
          <Icon name="info" />
          <span>Totals are counted again from the file you dropped.</span>
        </p>
      )}
    </section>
  );
}

function Line({ line, isCounted }: { line: TotalsLine; isCounted: boolean }) {
  const { label, signed, found, agrees } = line;
  return (
    <tr>
      <th scope="row">{label}</th>
      <td className="num">{decimal(signed)}</td>
      {isCounted && (
        <>
          <td className={agrees ? 'num' : 'num bad-t'}>{found === null ? 'not printed' : decimal(found)}</td>
          <td className={agrees ? 'ok' : 'ok no'}>
            {found !== null && (
              <>
                <Icon name={agrees ? 'check' : 'x'} small />
                <span className="vh">{agrees ? 'agrees' : 'differs'}</span>
              </>
            )}
          </td>
        </>
      )}
    </tr>
  );
}
