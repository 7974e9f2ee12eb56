/**
 * One import from the first file to the result. It lives outside the page, so that going to another page of the
 * application and coming back finds it as it is; one for each person and company. Files that have none of our names are
 * looked at first, and what nobody can tell of them is asked.
 */
import type { CurrentImport, ImportRefusal, ImportResult } from '#contract/imports.ts';
import type { EditedCell, Inspection, ProfileSettings } from '#contract/import-profiles.ts';
import {
  inspectFile,
  readCurrentImport,
  refusalOf,
  type SaidOfFile,
  saveProfile,
  sendImport,
  stopCurrentImport,
} from '#web/api/imports.ts';
import { ApiProblem, isProblem } from '#web/api/problem.ts';
import {
  type ChosenFile,
  lookedAt,
  profilesOf,
  type ReadAs,
  sentName,
  withFiles,
  withKnown,
  withoutFile,
} from './files.ts';
import { Pace } from './pace.ts';

export type Progress = NonNullable<CurrentImport['import']>;

export type Stage =
  | { readonly name: 'files' }
  /** A file is looked at that has none of our names. */
  | { readonly name: 'looking'; readonly file: string }
  /** Somebody says how it is read. */
  | { readonly name: 'mapping'; readonly file: File; readonly problem: ApiProblem | null; readonly isSaving: boolean }
  | {
      readonly name: 'checking' | 'importing';
      readonly progress: Progress | null;
      /** Milliseconds; null while nobody can tell. */
      readonly left: number | null;
      readonly isStopping: boolean;
    }
  | { readonly name: 'ready'; readonly result: ImportResult }
  | { readonly name: 'refused'; readonly refusal: ImportRefusal }
  | { readonly name: 'failed'; readonly problem: ApiProblem; readonly during: 'checking' | 'importing' }
  | { readonly name: 'done'; readonly result: ImportResult; readonly at: number; readonly milliseconds: number };

export interface ImportOptions {
  readonly ignoreExtra: boolean;
  readonly receiptsMoveStock: boolean;
  /** Order numbers that another vendor uses are orders of their own. */
  readonly otherVendor: boolean;
  /** What may change of what has been booked. */
  readonly changes: readonly string[];
  /** Why rows of closed days are written; empty: they are not. */
  readonly reason: string;
  /** In which order days are, of files that are read by a profile; empty: as it says, unless they speak against it. */
  readonly dateOrder: string;
}

export interface ImportState {
  readonly files: readonly ChosenFile[];
  readonly options: ImportOptions;
  readonly stage: Stage;
  /** Cells that somebody corrected. */
  readonly edits: readonly EditedCell[];
  /** Why files that were dropped were not taken. */
  readonly notTaken: readonly string[];
}

const start: ImportState = {
  files: [],
  options: { ignoreExtra: false, receiptsMoveStock: false, otherVendor: false, changes: [], reason: '', dateOrder: '' },
  stage: { name: 'files' },
  edits: [],
  notTaken: [],
};

const pollMs = 400;
const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
/** How long a run that was told to stop may take to answer, before its connection is closed. */
const stopPatienceMs = 3000;

interface Run {
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

export class ImportSession {
  readonly #companyId: string;
  readonly #listeners = new Set<() => void>();
  #state = start;
  #run: Run | null = null;
  /** Counts changes of the files or options, so that only the last of several in a row is checked. */
  #edition = 0;

  constructor(companyId: string) {
    this.#companyId = companyId;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly snapshot = (): ImportState => this.#state;

  /** Takes files of any form, then checks all that are there. */
  readonly add = async (added: readonly File[]): Promise<void> => {
    // what is done is done: new files are a new import
    const known = this.#state.stage.name === 'done' ? [] : this.#state.files;
    this.#change({ notTaken: [] });
    if (added.length > 0) await this.#edit({ files: withFiles(known, added), edits: [] });
  };
  readonly remove = (name: string): Promise<void> => this.#edit({ files: withoutFile(this.#state.files, name) });
  readonly removeOne = (file: File): Promise<void> =>
    this.#edit({ files: this.#state.files.filter((chosen) => chosen.file !== file) });
  readonly setOptions = (patch: Partial<ImportOptions>): Promise<void> =>
    this.#edit({ options: { ...this.#state.options, ...patch } });
  /** Corrects a cell; checked when somebody says so. */
  readonly correct = (cell: EditedCell): void => {
    const others = this.#state.edits.filter(
      ({ file, row, column }) => file !== cell.file || row !== cell.row || column !== cell.column,
    );
    this.#change({ edits: [...others, cell] });
  };
  readonly discardEdits = (): Promise<void> => this.#edit({ edits: [] });

  /** Somebody wants to say how it is read. */
  readonly openReading = (file: File): void =>
    this.#change({ stage: { name: 'mapping', file, problem: null, isSaving: false } });

  /** Looked at again, with what somebody says of it. */
  readonly lookAgain = async (file: File, said: SaidOfFile, name: string): Promise<void> => {
    const read = this.#readingOf(file);
    if (!read) return;
    try {
      const told = { ...read.told, ...said };
      const inspection = await inspectFile(this.#companyId, file, { entry: read.inspection.file, ...told });
      const settings = { ...inspection.suggestion, unknown_vendors: read.settings.unknown_vendors };
      this.#know(file, { read: { ...read, told, name, inspection, settings, looks: read.looks + 1 } });
    } catch (error) {
      this.#change({ stage: { name: 'mapping', file, problem: problemOf(error), isSaving: false } });
    }
  };

  /** Rows of a file as they are in it. */
  readonly rowsOf = async (
    { file, read }: ChosenFile,
    numbers: readonly number[],
  ): Promise<{ columns: string[]; rows: Inspection['rows'] }> => {
    const { encoding, delimiter, sheet, header_row } = read?.settings ?? {};
    const inspection = await inspectFile(this.#companyId, file, {
      ...(read && { encoding, delimiter, sheet, header_row, entry: read.inspection.file }),
      rows: numbers.map(String),
    });
    return { columns: inspection.columns.map(({ name }) => name), rows: inspection.rows };
  };

  /** Keeps how it is read, and goes on. */
  readonly keepReading = async (
    file: File,
    name: string,
    settings: ProfileSettings,
    isDaysSaid: boolean,
  ): Promise<void> => {
    const read = this.#readingOf(file);
    if (!read) return;
    this.#know(file, { read: { ...read, name, settings } });
    this.#change({ stage: { name: 'mapping', file, problem: null, isSaving: true } });
    try {
      const { fingerprint } = read.inspection;
      const kept = await saveProfile(this.#companyId, read.profileId, { ...settings, name, fingerprint });
      this.#know(file, { read: { ...read, name, settings, profileId: kept.id, isOpen: false, isDaysSaid } });
      await this.#edit({ edits: [] });
    } catch (error) {
      this.#change({ stage: { name: 'mapping', file, problem: problemOf(error), isSaving: false } });
    }
  };

  #readingOf(file: File): ReadAs | null {
    return this.#state.files.find((chosen) => chosen.file === file)?.read ?? null;
  }

  #know(file: File, patch: Partial<ChosenFile>): void {
    this.#change({ files: withKnown(this.#state.files, file, patch) });
  }

  readonly checkAgain = (): Promise<void> => this.#edit({});

  readonly importNow = (): Promise<void> => this.#send('importing');

  /** Nothing of a run that is stopped stays; the files do. */
  readonly stop = async (): Promise<void> => {
    const run = this.#run;
    if (!run) return;
    const { stage } = this.#state;
    if ('isStopping' in stage) this.#change({ stage: { ...stage, isStopping: true } });
    await stopCurrentImport(this.#companyId).catch(() => undefined); // it may have ended a moment ago
    await Promise.race([run.ended, pause(stopPatienceMs)]);
    run.controller.abort();
    await run.ended;
    await this.#whenFree();
  };

  readonly startOver = async (): Promise<void> => {
    this.#edition += 1;
    await this.stop();
    this.#change(start);
  };

  #change(patch: Partial<ImportState>): void {
    this.#state = { ...this.#state, ...patch };
    for (const listener of this.#listeners) listener();
  }

  /** Whatever was known about the files is no longer true: the check of before is stopped, and a new one begins. */
  async #edit(patch: Partial<ImportState>): Promise<void> {
    const edition = ++this.#edition;
    this.#change({ ...patch, stage: { name: 'files' } });
    await this.stop();
    if (edition !== this.#edition) return;
    await this.#look(edition);
    if (edition !== this.#edition) return;
    const open = this.#state.files.find(({ read }) => read?.isOpen);
    if (open) this.openReading(open.file);
    else if (this.#state.files.length === 0) this.#change({ stage: { name: 'files' } });
    else await this.#send('checking');
  }

  /** At files that have none of our names; what cannot be read is told, and not kept. */
  async #look(edition: number): Promise<void> {
    for (const chosen of this.#state.files) {
      if (chosen.kind !== null || chosen.read !== null || chosen.isOurZip) continue;
      this.#change({ stage: { name: 'looking', file: chosen.file.name } });
      try {
        const inspection = await inspectFile(this.#companyId, chosen.file, {});
        if (edition !== this.#edition) return;
        this.#know(chosen.file, lookedAt(chosen, inspection));
      } catch (error) {
        if (edition !== this.#edition) return;
        const notTaken = [...this.#state.notTaken, `${chosen.file.name}: ${problemOf(error).detail}`];
        this.#change({ notTaken, files: this.#state.files.filter((one) => one !== chosen) });
      }
    }
  }

  async #send(what: 'checking' | 'importing'): Promise<void> {
    if (this.#run) return;
    const controller = new AbortController();
    const ended = Promise.withResolvers<void>();
    this.#run = { controller, ended: ended.promise };
    const edition = this.#edition;
    this.#change({ stage: { name: what, progress: null, left: null, isStopping: false } });
    void this.#watch(controller.signal, ended.promise);
    const stage = await this.#outcome(what, controller.signal);
    this.#run = null;
    ended.resolve();
    // of a run that was stopped because the files changed, nobody wants to know
    if (edition === this.#edition) this.#change({ stage });
  }

  async #outcome(what: 'checking' | 'importing', signal: AbortSignal): Promise<Stage> {
    const { files, options, edits } = this.#state;
    const named = files.map((chosen) => ({ name: sentName(chosen), file: chosen.file }));
    const startedAt = performance.now();
    try {
      const result = await sendImport(
        this.#companyId,
        named,
        {
          ...options,
          dateOrder: options.dateOrder || (files.some(({ read }) => read?.isDaysSaid) ? 'profile' : ''),
          edits,
          profileIds: profilesOf(files),
          dryRun: what === 'checking',
        },
        signal,
      );
      if (what === 'checking') return { name: 'ready', result };
      return { name: 'done', result, at: Date.now(), milliseconds: performance.now() - startedAt };
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal) return { name: 'refused', refusal };
      const { stage } = this.#state;
      if ('isStopping' in stage && stage.isStopping) return { name: 'files' };
      return { name: 'failed', problem: problemOf(error), during: what };
    }
  }

  /** A run whose connection was closed still holds its company for a moment. */
  async #whenFree(): Promise<void> {
    const until = performance.now() + stopPatienceMs;
    while (performance.now() < until) {
      if ((await readCurrentImport(this.#companyId).catch(() => null)) === null) return;
      await pause(pollMs);
    }
  }

  async #watch(signal: AbortSignal, ended: Promise<void>): Promise<void> {
    const pace = new Pace();
    const isRunning = (): boolean => this.#run?.ended === ended;
    while (isRunning()) {
      await Promise.race([ended, pause(pollMs)]);
      // progress is a courtesy: one answer missing changes nothing
      const progress = await readCurrentImport(this.#companyId, signal).catch(() => null);
      const { stage } = this.#state;
      if (!isRunning() || !progress || !('progress' in stage)) continue;
      this.#change({ stage: { ...stage, progress, left: pace.left(progress, performance.now()) } });
    }
  }
}

function problemOf(error: unknown): ApiProblem {
  if (isProblem(error, 'unreachable')) {
    const detail = 'The files could not be sent. If one of them was changed since it was chosen, choose it again.';
    return new ApiProblem({ status: 0, title: 'The files did not arrive', detail }, 'unreachable');
  }
  return error instanceof ApiProblem ? error : new ApiProblem({ status: 0 }, 'internal');
}

const sessions = new Map<string, ImportSession>();

export function importSession(userId: string, companyId: string): ImportSession {
  const key = `${userId} ${companyId}`;
  const session = sessions.get(key) ?? new ImportSession(companyId);
  sessions.set(key, session);
  return session;
}
