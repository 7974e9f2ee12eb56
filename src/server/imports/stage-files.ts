/** Every file that comes, into its staging table; names that are none of ours are reported and read past. */
import { ProductError } from '#contract/errors.ts';
import type { ImportKindName, ImportProgress } from '#contract/imports.ts';
import type { Connection } from '#server/database/connection.ts';
import { Findings } from './findings.ts';
import { fileNameOf, type ImportKind, type ImportOptions } from './kind.ts';
import { importKinds, kindOfFile } from './kinds.ts';
import { createStagingTables, stageFile } from './stage-file.ts';
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
}

/** @throws ProductError invalid_input if no file came */
export async function stageFiles(client: Connection, request: StageFilesRequest): Promise<StagedFiles> {
  const findings = new Findings(importKinds);
  const clock = new ZoneClock(request.timeZone);
  const read = new Map<ImportKindName, number>();
  const unreadable = new Set<ImportKindName>();
  const names: string[] = [];
  let [rowsBefore, bytesBefore] = [0, 0];
  await createStagingTables(client, importKinds);
  for await (const { name: path, content } of request.files) {
    request.signal?.throwIfAborted();
    const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    const kind = kindOfFile(name);
    if (!kind || read.has(kind.name)) {
      names.push(name);
      findings.error({ file: name, row: null, column: null, value: null, reason: refusalOf(name, kind) });
      for await (const chunk of content) void chunk;
      continue;
    }
    const file = fileNameOf(kind.name);
    names.push(file);
    let bytes = 0;
    const staged = await stageFile(kind, content, {
      client,
      clock,
      findings,
      ignoreExtra: request.options.ignoreExtra,
      onProgress: (rows, bytesOfFile) => {
        bytes = bytesOfFile;
        const progress = { rows: rowsBefore + rows, rows_total: null, bytes: bytesBefore + bytes };
        request.onProgress?.({ phase: 'reading', file, ...progress });
      },
    });
    read.set(kind.name, staged.rows);
    if (!staged.readable) unreadable.add(kind.name);
    rowsBefore += staged.rows;
    bytesBefore += bytes;
  }
  if (names.length === 0) {
    throw new ProductError('invalid_input', 'No file was sent. Send at least one, for instance vendors.csv.', {
      fields: [{ field: 'files', message: 'is required' }],
    });
  }
  return { findings, read, unreadable, names, bytes: bytesBefore };
}

function refusalOf(name: string, kind: ImportKind | undefined): string {
  if (kind) return 'This file was sent twice';
  if (/\.zip$/i.test(name)) return 'Unpack the ZIP and send the CSV files in it';
  return `Not one of the names: ${importKinds.map((known) => fileNameOf(known.name)).join(', ')}`;
}
