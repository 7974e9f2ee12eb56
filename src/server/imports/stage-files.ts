/**
 * Every file that comes, into its staging table: ours by their names, others by the profiles they were sent with, out of
 * workbooks and ZIPs alike. What is none of them is reported and read past.
 */
import { ProductError } from '#contract/errors.ts';
import type { ProfileDraft } from '#contract/import-profiles.ts';
import { dayIn } from '#contract/calendar.ts';
import type { ImportKindName, ImportProgress, ReadByProfile } from '#contract/imports.ts';
import type { Connection } from '#server/database/connection.ts';
import { type EditsByFile, isEdits, readEdits } from './edits.ts';
import { openFile, type OpenedFile, type OpenLimits } from './files/opened-file.ts';
import { sheetTable } from './files/sheet-table.ts';
import { Findings } from './findings.ts';
import { fileNameOf, type ImportKind, type ImportOptions, stagedTable } from './kind.ts';
import { importKinds, kindOfFile } from './kinds.ts';
import { companyNames, VendorsOfFile } from './mapping/company-names.ts';
import { DaysOfFile, type SaidOrder } from './mapping/days-of-file.ts';
import { profileLayout } from './mapping/profile-layout.ts';
import { profileOfTable } from './mapping/profile-of-table.ts';
import type { RowSource } from './read-rows.ts';
import { createStagingTables, stageFile } from './stage-file.ts';
import { ownLayout, type TableLayout } from './table-layout.ts';
import { formOfText, textTable } from './text-table.ts';
import { ZoneClock } from './zone-clock.ts';

export interface ImportFile {
  /** Tells the kind: `receipts.csv`. A path before it is not looked at. */
  readonly name: string;
  readonly content: AsyncIterable<Buffer>;
}

export interface StageFilesRequest {
  readonly files: AsyncIterable<ImportFile> | Iterable<ImportFile>;
  readonly options: ImportOptions;
  /** Of the company. */
  readonly timeZone: string;
  readonly companyId: string;
  /** By which files are read that are not ours. */
  readonly profiles: readonly ProfileDraft[];
  /** In which order the days of those are, where somebody says so. */
  readonly dateOrder?: SaidOrder | undefined;
  readonly limits: OpenLimits;
  readonly onProgress?: (progress: ImportProgress) => void;
  readonly signal?: AbortSignal;
}

export interface StagedFiles {
  readonly findings: Findings;
  /** Rows by kind, without headers. */
  readonly read: ReadonlyMap<ImportKindName, number>;
  /** Kinds whose rows could not be made out. */
  readonly unreadable: ReadonlySet<ImportKindName>;
  /** Of every file that came, also of those that are none of ours. */
  readonly names: readonly string[];
  readonly bytes: number;
  /** What somebody corrected in them. */
  readonly edits: EditsByFile;
  readonly readByProfile: readonly ReadByProfile[];
}

/** @throws ProductError invalid_input if no file came */
export async function stageFiles(client: Connection, request: StageFilesRequest): Promise<StagedFiles> {
  const staging = new Staging(client, request);
  await createStagingTables(client, importKinds);
  for await (const file of request.files) {
    request.signal?.throwIfAborted();
    if (isEdits(file)) staging.edits = await readEdits(file);
    else for await (const opened of openFile(file, request.limits)) await staging.take(opened);
  }
  if (staging.names.length === 0) {
    throw new ProductError('invalid_input', 'No file was sent. Send at least one, for instance vendors.csv.', {
      fields: [{ field: 'files', message: 'is required' }],
    });
  }
  return staging;
}

class Staging implements StagedFiles {
  readonly findings = new Findings(importKinds);
  readonly read = new Map<ImportKindName, number>();
  readonly unreadable = new Set<ImportKindName>();
  readonly names: string[] = [];
  bytes = 0;
  edits: EditsByFile = new Map();
  readonly readByProfile: ReadByProfile[] = [];
  readonly #client: Connection;
  readonly #request: StageFilesRequest;
  readonly #clock: ZoneClock;
  #rows = 0;

  constructor(client: Connection, request: StageFilesRequest) {
    this.#client = client;
    this.#request = request;
    this.#clock = new ZoneClock(request.timeZone);
  }

  async take(file: OpenedFile): Promise<void> {
    if (file.is === 'refused') {
      this.#refuse(file.name, file.reason);
      return;
    }
    const kind = kindOfFile(file.name.replace(/\.xlsx$/i, '.csv'));
    if (kind) {
      const { source, headerRow } = await ownTable(file, kind);
      await this.#stage(file.name, kind, source, ownLayout(kind, this.#request.options.ignoreExtra, headerRow));
      return;
    }
    const found = await profileOfTable(file, this.#request.profiles);
    if (typeof found === 'string') {
      await this.#pass(file);
      this.#refuse(file.name, found);
      return;
    }
    const { dateOrder, timeZone } = this.#request;
    const { source } = found;
    const profile =
      dateOrder === undefined || dateOrder === 'profile' ? found.profile : { ...found.profile, date_order: dateOrder };
    const days = new DaysOfFile(profile, dayIn(timeZone), dateOrder !== undefined);
    const profileKind = importKinds.find(({ name }) => name === profile.kind) as ImportKind;
    const names = await companyNames(this.#client, this.#request.companyId);
    const vendors = new VendorsOfFile(names.vendors, profile.vendor_aliases, profile.unknown_vendors === 'create');
    const layout = profileLayout({ profile, kind: profileKind, names, vendors, days });
    await this.#stage(file.name, profileKind, source, layout);
    this.readByProfile.push(days.told(file.name));
    await this.#stageVendors(vendors);
  }

  async #stage(sent: string, kind: ImportKind, source: RowSource, layout: TableLayout): Promise<void> {
    if (this.read.has(kind.name)) {
      for await (const rows of source.rows()) void rows;
      const own = fileNameOf(kind.name);
      this.#refuse(
        sent,
        sent.toLowerCase() === own
          ? 'This file was sent twice'
          : `There is a file of ${own} already: import them one after the other`,
      );
      return;
    }
    const file = fileNameOf(kind.name);
    this.names.push(file);
    const staged = await stageFile(kind, source, {
      client: this.#client,
      clock: this.#clock,
      findings: this.findings,
      layout,
      edits: this.edits.get(file) ?? new Map(),
      onProgress: (rows, bytes) => {
        const progress = { rows: this.#rows + rows, rows_total: null, bytes: this.bytes + bytes };
        this.#request.onProgress?.({ phase: 'reading', file, ...progress });
      },
    });
    this.read.set(kind.name, staged.rows);
    if (!staged.readable) this.unreadable.add(kind.name);
    this.#rows += staged.rows;
    this.bytes += source.bytes;
  }

  /** Vendors that a file names and the company does not have, where its profile makes them. */
  async #stageVendors({ created }: VendorsOfFile): Promise<void> {
    if (created.length === 0) return;
    const file = fileNameOf('vendors');
    const before = this.read.get('vendors') ?? 0;
    // behind every row that a file has
    const first = before === 0 ? 2 : 1_000_000_000;
    await this.#client.query(
      `INSERT INTO ${stagedTable('vendors')} (row_no, faulty, code, name)
       SELECT $3 + ordinality::integer - 1, false, code, name FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS made (code, name, ordinality)`,
      [created.map(({ code }) => code), created.map(({ name }) => name), first],
    );
    if (before === 0) this.names.push(file);
    this.read.set('vendors', before + created.length);
    for (const { code, name, like } of created) {
      if (like === null) continue;
      const reason = `May be ${like}, and becomes a vendor of its own (${code}). If it is the same, say so in the profile`;
      this.findings.warning('near_twin', { file, row: null, column: 'name', value: name, reason });
    }
  }

  #refuse(name: string, reason: string): void {
    this.names.push(name);
    this.findings.error({ file: name, row: null, column: null, value: null, reason });
  }

  /** What is not read has to be taken from the sender all the same. */
  async #pass(file: OpenedFile): Promise<void> {
    if (file.is === 'text') for await (const piece of file.content) void piece;
  }
}

type Table = Exclude<OpenedFile, { is: 'refused' }>;

/** A file of ours, whatever letters and delimiter it was saved with. */
async function ownTable(file: Table, kind: ImportKind): Promise<{ source: RowSource; headerRow: number }> {
  if (file.is === 'workbook') return { source: sheetTable(file.workbook, file.workbook.sheets[0] ?? ''), headerRow: 1 };
  const form = await formOfText(file.head, { names: kind.columns.map(({ name }) => name) });
  return { source: textTable(file.content, form), headerRow: form.stated ? 2 : 1 };
}
