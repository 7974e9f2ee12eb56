/** After the check: what the files would change and the button to do it, or what is wrong with them. */
import { useState } from 'react';
import type { ImportRefusal, ImportResult, ReadByProfile } from '#contract/imports.ts';
import type { ApiProblem } from '#web/api/problem.ts';
import { TextField } from '#web/parts/form/field.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { dayText } from '#web/words/days.ts';
import { count, counted } from '#web/words/figures.ts';
import { ErrorsTable } from './errors-table.tsx';
import { saveFaultyRows } from './faulty-rows.ts';
import { orderNames } from './mapping-settings.tsx';
import { sentName, sharedNames } from './files.ts';
import { FilesTable } from './files-table.tsx';
import type { ImportSession, ImportState } from './import-session.ts';
import { Warnings } from './warnings.tsx';

interface CheckedProps {
  readonly session: ImportSession;
  readonly state: ImportState;
}

export function Ready({ session, state, result }: CheckedProps & { result: ImportResult }) {
  const sum = (name: 'created' | 'updated' | 'unchanged'): number =>
    result.files.reduce((total, file) => total + file[name], 0);
  const changed = sum('created') + sum('updated');
  return (
    <>
      <FilesTable result={result} onRemove={(name) => void session.remove(name)} />
      <Warnings result={result} />
      <Readings session={session} state={state} result={result} />
      <Options session={session} state={state} />
      <div className="sumline">
        <p>
          Checked, nothing written yet: {count(sum('created'))} new, {count(sum('updated'))} changed,{' '}
          {count(sum('unchanged'))} as they are. All or nothing.
        </p>
        <button type="button" className="btn ghost" onClick={() => void session.startOver()}>
          Start over
        </button>
        {changed > 0 ? (
          <button type="button" className="btn primary" onClick={() => void session.importNow()}>
            Import {counted(changed, 'row')}
          </button>
        ) : (
          <span className="muted">There is nothing to import: all of it is there already.</span>
        )}
      </div>
    </>
  );
}

function Options({ session, state }: CheckedProps) {
  const { receiptsMoveStock, ignoreExtra } = state.options;
  const hasReceipts = state.files.some(({ kind }) => kind === 'receipts');
  return (
    <fieldset className="f after">
      <legend>Options</legend>
      <div className="opts">
        {hasReceipts && (
          <label className="opt-row">
            <input
              type="checkbox"
              checked={receiptsMoveStock}
              onChange={({ target }) => void session.setOptions({ receiptsMoveStock: target.checked })}
            />
            <span>
              Receipts also move stock
              <span className="sub">
                Leave it off when stock movements come in a file of their own, or deliveries count twice.
              </span>
            </span>
          </label>
        )}
        <label className="opt-row">
          <input
            type="checkbox"
            checked={ignoreExtra}
            onChange={({ target }) => void session.setOptions({ ignoreExtra: target.checked })}
          />
          <span>Ignore columns that are not known</span>
        </label>
      </div>
    </fieldset>
  );
}

export function Refused({ session, state, refusal }: CheckedProps & { refusal: ImportRefusal }) {
  const wrong = refusal.files.filter(({ errors }) => errors > 0).length;
  const fine = refusal.files.length - wrong;
  return (
    <>
      <ErrorsTable
        refusal={refusal}
        wrongFiles={wrong}
        hint={waitingText(fine)}
        edits={state.edits}
        onCorrect={session.correct}
        onFaultyRows={(file) =>
          void saveFaultyRows(session, state.files, refusal, file).catch((error: unknown) =>
            showToast(problemToast(error, 'The rows were not saved')),
          )
        }
      >
        {sharedNames(state.files).map((chosen) => (
          <p key={`${chosen.file.name} ${chosen.file.lastModified} ${chosen.file.size}`} className="kind-choice">
            <span>
              <span className="mono">{chosen.file.name}</span> is one of several {sentName(chosen)}: join them, or
              import one after another.
            </span>
            <button type="button" className="btn s" onClick={() => void session.removeOne(chosen.file)}>
              Leave out {counted(chosen.file.size, 'byte')}
            </button>
          </p>
        ))}
        <Questions session={session} state={state} refusal={refusal} />
        <Readings session={session} state={state} result={null} />
      </ErrorsTable>
      <Options session={session} state={state} />
      <div className="sumline">
        <p />
        <button type="button" className="btn ghost" onClick={() => void session.startOver()}>
          Start over
        </button>
        {state.edits.length > 0 && (
          <button type="button" className="btn" onClick={() => void session.discardEdits()}>
            Discard corrections
          </button>
        )}
        <button
          type="button"
          className={state.edits.length > 0 ? 'btn primary' : 'btn'}
          onClick={() => void session.checkAgain()}
        >
          {state.edits.length > 0 ? `Check with ${counted(state.edits.length, 'correction')}` : 'Check again'}
        </button>
      </div>
    </>
  );
}

/** Files that are read by a profile: by which, and the way to change it. */
function Readings({ session, state, result }: CheckedProps & { result: ImportResult | null }) {
  return state.files.map(({ file, read }) =>
    read === null ? null : (
      <p key={file.name} className="kind-choice">
        <span>
          <span className="mono">{file.name}</span> is read by the profile {read.name}.
          {daysRead(result?.read_by_profile.find((one) => one.file === read.inspection.file))}
        </span>
        <button type="button" className="btn s" onClick={() => session.openReading(file)}>
          Change how it is read
        </button>
      </p>
    ),
  );
}

/** Where a day could be another in another order: how it was taken, and on whose word. */
function daysRead(told: ReadByProfile | undefined): string {
  if (!told?.example) return '';
  const { date_order, date_order_of, profile, example } = told;
  const whose = date_order_of === 'request' ? 'as you said' : `as in profile ${profile}`;
  return ` Days are read as ${ordersSaid[date_order]}, ${whose}: ${example.value} is ${dayText(example.read)}.`;
}

const ordersSaid = { ymd: 'year/month/day', dmy: 'day/month/year', mdy: 'month/day/year' } as const;

/** What the refusal would let through if somebody says so; the rows it is about stand in the table below. */
function Questions({ session, state, refusal }: CheckedProps & { refusal: ImportRefusal }) {
  const asked = Map.groupBy(
    refusal.errors.filter(({ option }) => option !== undefined),
    ({ option }) => option ?? '',
  );
  return [...asked].map(([option, errors]) => {
    const [name, what = ''] = option.split('=');
    const allow = (): Promise<void> =>
      session.setOptions(
        name === 'date_order'
          ? { dateOrder: what }
          : name === 'other_vendor'
            ? { otherVendor: true }
            : { changes: [...state.options.changes, what] },
      );
    return (
      <p key={option} className="kind-choice">
        <span>
          {name === 'date_order'
            ? errors[0]?.reason
            : `${questionOf[option] ?? option} (${counted(errors.length, 'row')} below)`}
        </span>
        <button type="button" className="btn s" onClick={() => void allow()}>
          {name === 'date_order'
            ? `Read as ${orderNames[what as keyof typeof orderNames]}`
            : name === 'other_vendor'
              ? 'Yes, orders of their own'
              : 'Yes, change it'}
        </button>
        {name === 'date_order' && (
          <button type="button" className="btn s" onClick={() => void session.setOptions({ dateOrder: 'profile' })}>
            Read as the profile says
          </button>
        )}
      </p>
    );
  });
}

const questionOf: Readonly<Record<string, string>> = {
  'other_vendor=new_orders': 'These order numbers belong to other vendors already. Are these orders of their own?',
  'change=order_currency': 'Orders with receipts would get another currency. Change it, with their lines?',
  'change=order_location': 'Orders with receipts would go to another place. Move their lines?',
  'change=item_unit': 'The unit of an ingredient with stock would change. Is only its name another?',
  'change=vendor_currency': 'A vendor who was invoiced in another currency would change. From now on?',
  'change=article_item': 'Articles that were booked would be another ingredient. Move their lines?',
};

const waitingText = (fine: number): string => {
  const rest = fine === 0 ? '' : fine === 1 ? ' The other file waits here.' : ` The other ${fine} files wait here.`;
  return `Correct the values here, or the files and drop them again.${rest}`;
};

/** Closed days may be changed here by whoever says why. */
function ClosedReason({ session }: { session: ImportSession }) {
  const [reason, setReason] = useState('');
  return (
    <form
      className="sumline"
      onSubmit={(event) => {
        event.preventDefault();
        void session.setOptions({ reason: reason.trim() });
      }}
    >
      <TextField
        id="closed-reason"
        label="Why closed days change"
        value={reason}
        onChange={setReason}
        maxLength={500}
      />
      <button type="submit" className="btn" disabled={reason.trim() === ''}>
        Check with this reason
      </button>
    </form>
  );
}

interface CheckFailedProps {
  readonly session: ImportSession;
  readonly problem: ApiProblem;
  readonly during: 'checking' | 'importing';
}

/** Neither a result nor errors came: what happened, and the way to try again. */
export function CheckFailed({ session, problem, during }: CheckFailedProps) {
  const request = problem.status >= 500 && problem.requestId ? ` Request ${problem.requestId}.` : '';
  return (
    <>
      <div className="banner bad after" role="alert">
        <Icon name="fail" />
        <div>
          <b>{headOf(problem, during)}.</b>
          <p>
            {problem.detail}
            {request}
          </p>
        </div>
      </div>
      {problem.code === 'period_closed' && problem.answer['policy'] === 'reason' && <ClosedReason session={session} />}
      <div className="sumline">
        <p />
        <button type="button" className="btn ghost" onClick={() => void session.startOver()}>
          Start over
        </button>
        <button type="button" className="btn primary" onClick={() => void session.checkAgain()}>
          Check again
        </button>
      </div>
    </>
  );
}

/** Only what the server refused is known not to have happened: whoever lost the answer has to look. */
function headOf(problem: ApiProblem, during: 'checking' | 'importing'): string {
  if (during === 'checking') return 'The files could not be checked';
  return problem.status >= 400 && problem.status < 500
    ? 'Nothing was imported'
    : 'It is not known whether the files were imported';
}
