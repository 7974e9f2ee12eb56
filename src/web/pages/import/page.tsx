/**
 * Import: drop files, say how those are read that are not known, see what is wrong with them or what they would change,
 * then import them, all or nothing. The check begins by itself; nothing is written before somebody says so.
 */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { currentImportQuery } from '#web/api/imports.ts';
import { announce } from '#web/frame/announcer.tsx';
import { useCompany, useMay, useMe } from '#web/frame/company-context.tsx';
import { NoAccess } from '#web/parts/no-access.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { counted } from '#web/words/figures.ts';
import { CheckFailed, Ready, Refused } from './checked.tsx';
import { Done } from './done.tsx';
import { DropZone } from './drop-zone.tsx';
import { importSession, type ImportSession, type Stage } from './import-session.ts';
import { KindsTable } from './kinds-table.tsx';
import { Mapping } from './mapping.tsx';
import { OtherImport } from './other-import.tsx';
import { Running } from './running.tsx';
import { Steps } from './steps.tsx';
import '#web/styles/settings.css';
import '#web/styles/import.css';
import '#web/styles/verify.css';
import '#web/styles/import-page.css';
import '#web/styles/import-mapping.css';

export function ImportPage() {
  const company = useCompany();
  const may = useMay('import_data');
  return (
    <>
      <PageHead
        title="Import"
        lead={`Orders, receipts, invoices and stock of ${company.name} from files of any system.`}
      />
      {may ? (
        <Import />
      ) : (
        <NoAccess
          capability="import_data"
          title={`You cannot import into ${company.name}`}
          why="An import adds to and changes the data of the company."
        />
      )}
    </>
  );
}

function Import() {
  const me = useMe();
  const company = useCompany();
  const session = importSession(me.user.id, company.id);
  const state = useSyncExternalStore(session.subscribe, session.snapshot);
  const { stage, files } = state;
  const { data: other } = useQuery({ ...currentImportQuery(company.id), enabled: stage.name === 'files' });
  useSpokenEnd(stage);
  useStayUntilSent(stage);
  if (other && files.length === 0) return <OtherImport progress={other} />;
  const mapped = stage.name === 'mapping' ? files.find(({ file }) => file === stage.file) : undefined;
  const isBusy = stage.name === 'checking' || stage.name === 'importing';
  return (
    <>
      <Steps stage={stage.name} />
      {stage.name !== 'importing' && stage.name !== 'done' && <DropZone session={session} state={state} />}
      {files.length === 0 && stage.name === 'files' && <KindsTable />}
      {isBusy && <Running stage={stage} files={files} onStop={() => void session.stop()} />}
      {stage.name === 'looking' && (
        <output className="running">
          Looking at <span className="mono">{stage.file}</span>…
        </output>
      )}
      {stage.name === 'mapping' && mapped?.read && (
        <Mapping
          key={`${mapped.file.name} ${mapped.read.looks}`}
          session={session}
          file={mapped.file}
          read={mapped.read}
          problem={stage.problem}
          isSaving={stage.isSaving}
        />
      )}
      {stage.name === 'files' && files.length > 0 && <Stopped session={session} />}
      {stage.name === 'ready' && <Ready session={session} state={state} result={stage.result} />}
      {stage.name === 'refused' && <Refused session={session} state={state} refusal={stage.refusal} />}
      {stage.name === 'failed' && <CheckFailed session={session} problem={stage.problem} during={stage.during} />}
      {stage.name === 'done' && <Done session={session} stage={stage} />}
    </>
  );
}

/** A check that was stopped: the files are still here. */
function Stopped({ session }: { session: ImportSession }) {
  return (
    <div className="sumline">
      <p>Nothing was written.</p>
      <button type="button" className="btn ghost" onClick={() => void session.startOver()}>
        Start over
      </button>
      <button type="button" className="btn primary" onClick={() => void session.checkAgain()}>
        Check the files
      </button>
    </div>
  );
}

/** Progress is never spoken, the end is. */
function useSpokenEnd(stage: Stage): void {
  useEffect(() => {
    const spoken = endOf(stage);
    if (spoken) announce(spoken);
    // oxlint-disable-next-line react/exhaustive-deps -- once per stage, not per progress
  }, [stage.name]);
}

function endOf(stage: Stage): string | null {
  if (stage.name === 'ready') return 'The files are checked. Nothing is written yet.';
  if (stage.name === 'done') {
    const rows = stage.result.files.reduce((sum, { created, updated }) => sum + created + updated, 0);
    return `Imported. ${counted(rows, 'row is', 'rows are')} in.`;
  }
  return null;
}

/** Closing the tab while files are still being sent would stop the import. */
function useStayUntilSent(stage: Stage): void {
  const isSending = stage.name === 'importing' && stage.progress?.phase !== 'writing';
  useEffect(() => {
    if (!isSending) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [isSending]);
}
