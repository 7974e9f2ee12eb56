/** What people use instead, each as a program of its own, and the packages they need: installed aside, never in this one. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Table = 'csv' | 'xlsx' | 'pdf';
export interface Peer {
  readonly name: string;
  readonly table: Table;
  /** The program and its arguments, before URL, statement file and file to write; null says why it cannot run. */
  readonly command: readonly string[] | null;
  readonly why?: string;
}

const packages = {
  archiver: '7.0.1',
  'csv-stringify': '6.9.0',
  exceljs: '4.4.0',
  pdfmake: '0.2.20',
  pg: '8.23.1',
  'pg-query-stream': '4.10.3',
};
const here = import.meta.dirname;

/** Into a folder below the system's temporary one, kept for the next run. Null when they cannot be had. */
function installPackages(): string | null {
  const folder = join(tmpdir(), 'mathership-compare');
  mkdirSync(folder, { recursive: true });
  const wanted = JSON.stringify({ name: 'compare', private: true, type: 'module', dependencies: packages });
  try {
    if (!existsSync(join(folder, 'installed'))) {
      writeFileSync(join(folder, 'package.json'), wanted);
      execFileSync('npm', ['install', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'ignore' });
      writeFileSync(join(folder, 'installed'), '');
    }
    cpSync(here, folder, { recursive: true, filter: (path) => path === here || path.endsWith('.mjs') });
    return folder;
  } catch (error) {
    console.log(`npm could not install the packages to compare with: ${(error as Error).message.split('\n')[0]}`);
    return null;
  }
}

function python(): string | null {
  const found = ['/usr/bin/python3', 'python3'].find((program) => {
    try {
      execFileSync(program, ['-c', 'import psycopg2'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
  return found ?? null;
}

/** `psql` and `zip`, as an operator would type them. */
const shell = 'psql "$0" -qc "\\copy ($(tr "\\n" " " < "$1")) TO STDOUT CSV HEADER" | zip -q - - > "$2"';

export function findPeers(): readonly Peer[] {
  const folder = installPackages();
  const interpreter = python();
  const script = (name: string, table: Table, file: string): Peer => ({
    name,
    table,
    command: folder === null ? null : [process.execPath, '--max-old-space-size=6144', join(folder, file)],
    why: 'its packages could not be installed',
  });
  return [
    script('SELECT all, csv-stringify, archiver', 'csv', 'select-all.mjs'),
    script('cursor, csv-stringify, archiver', 'csv', 'cursor.mjs'),
    {
      name: 'Python: cursor, csv, zipfile',
      table: 'csv',
      command: interpreter === null ? null : [interpreter, join(here, 'csv_zipfile.py')],
      why: "there is no Python with psycopg2 (Debian's python3-psycopg2)",
    },
    { name: '`psql` piped to `zip`', table: 'csv', command: ['bash', '-c', shell] },
    script('exceljs, streaming', 'xlsx', 'exceljs.mjs'),
    script('pdfmake', 'pdf', 'pdfmake.mjs'),
    { name: 'Chromium, print to PDF', table: 'pdf', command: [process.execPath, join(here, 'chromium-print.ts')] },
  ];
}
