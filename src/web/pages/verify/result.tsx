/** The verdict, and under it what it rests on. */
import { useEffect, useRef } from 'react';
import { type Verification, type VerifyOutcome, isProven } from '#contract/verification.ts';
import { outcomeTitles } from '#contract/verification-text.ts';
import { Icon, type IconName } from '#web/parts/icon.tsx';
import { periodText } from '#web/words/days.ts';
import { Actions } from './actions.tsx';
import { Checksums } from './checksums.tsx';
import { ExportFacts } from './export-facts.tsx';
import type { Checked } from './checked.ts';
import { Signature } from './signature.tsx';
import { Totals } from './totals.tsx';

interface ResultProps {
  readonly checked: Checked;
  readonly isOver: boolean;
  readonly onAnother: () => void;
}

const marks: Readonly<Record<VerifyOutcome, { tone: 'good' | 'bad' | 'unknown'; icon: IconName }>> = {
  unchanged: { tone: 'good', icon: 'seal' },
  repacked: { tone: 'good', icon: 'seal' },
  changed: { tone: 'bad', icon: 'unseal' },
  other_signature: { tone: 'bad', icon: 'unseal' },
  damaged: { tone: 'bad', icon: 'unseal' },
  not_ours: { tone: 'unknown', icon: 'ask' },
};

export function Result({ checked, isOver, onAnother }: ResultProps) {
  const { name, result } = checked;
  const title = useRef<HTMLHeadingElement>(null);
  // the button that was pressed is gone: whoever reads with the keyboard goes on at the verdict
  useEffect(() => title.current?.focus({ preventScroll: true }), []);
  const { tone, icon } = marks[result.outcome];
  const isShort = !isProven(result.outcome) && result.files.length === 0;
  return (
    <section className={`verify-card${isShort ? ' narrow' : ''}${isOver ? ' over' : ''}`} aria-labelledby="verdict">
      <div className="verdict">
        <span className={`mark ${tone}`}>
          <Icon name={icon} />
        </span>
        <div>
          <h2 id="verdict" ref={title} tabIndex={-1}>
            {outcomeTitles[result.outcome]}
          </h2>
          <p>{result.summary}</p>
          <p className="hash">{name}</p>
        </div>
        <button type="button" className="btn s" onClick={onAnother}>
          <Icon name="upload" />
          Another file
        </button>
      </div>
      {isShort ? <Unproven result={result} /> : <Proof result={result} />}
      <Actions checked={checked} />
    </section>
  );
}

function Proof({ result }: { result: Verification }) {
  const { facts, totals } = result;
  return (
    <div className="proof">
      {facts && <ExportFacts facts={facts} />}
      {facts && totals && <Totals totals={totals} facts={facts} />}
      <Signature result={result} />
      <Checksums result={result} />
    </div>
  );
}

function Unproven({ result }: { result: Verification }) {
  const { claims, signature, our_key_id: ourKey } = result;
  if (result.outcome === 'not_ours') {
    return (
      <div className="means">
        <h3>What it can mean</h3>
        <ul>
          <li>
            It was opened and saved in a spreadsheet. Even without an edit that changes its bytes. Drop the ZIP instead.
          </li>
          <li>It was not made by this server.</li>
          <li>It belongs to a company you have no access to.</li>
        </ul>
      </div>
    );
  }
  if (!signature) return null;
  return (
    <dl className="kv">
      {claims && (
        <>
          <dt>It says</dt>
          <dd>
            {claims.report_title}, {periodText(claims.date_from, claims.date_to)}
          </dd>
        </>
      )}
      <dt>Its key</dt>
      <dd className="hash">{signature.key_id ?? 'None is named'}</dd>
      {ourKey && (
        <>
          <dt>Our key</dt>
          <dd className="hash">{ourKey}</dd>
        </>
      )}
    </dl>
  );
}
