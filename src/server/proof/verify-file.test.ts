import { fromBuffer } from 'yauzl';
import { describe, expect, it } from 'vitest';
import type { Verification } from '#contract/verification.ts';
import {
  type PackedFile,
  bufferSource,
  csv,
  jobId,
  otherSigner,
  ownSigner,
  packZip,
  packedFiles,
  reportFile,
  sha256,
  signedExport,
} from '#test/signed-export.ts';
import type { ExportRecord, ExportRecords } from './export-records.ts';
import { type Trust, verifyFile } from './verify-file.ts';

const keys = [ownSigner];
const offline: Trust = { keys, currentKeyId: null, records: null };
const check = (zip: Buffer, trust: Trust = offline, name: string | null = null): Promise<Verification> =>
  verifyFile({ source: bufferSource(zip), sha256: sha256(zip), name }, trust);

const original = await signedExport();

/** The records of an installation that made `original`, as somebody sees them who may view company 7. */
function installation(changes: Partial<ExportRecord> = {}, companies: readonly string[] = ['7']): Trust {
  const record: ExportRecord = {
    id: jobId,
    company: { id: '7', name: 'Grill Süd', time_zone: 'Europe/Berlin' },
    report_type: 'delivery_location',
    file_format: 'csv',
    date_from: '2026-10-01',
    date_to: '2026-10-31',
    filters: {},
    location_names: null,
    requested_by: 'Jonas Brandt',
    created_at: '2026-11-23T13:11:01.000000Z',
    completed_at: '2026-11-23T13:11:07.000000Z',
    expires_at: '2026-12-23T13:11:07.000000Z',
    file_deleted_at: null,
    is_downloadable: true,
    row_count: 3,
    control_totals: { rows: 3, currencies: [], groups: [] },
    sha256: sha256(original.zip),
    files: original.checksums,
    ...changes,
  };
  const isSeen = companies.includes(record.company.id);
  const records: ExportRecords = {
    mayView: (id) => companies.includes(id),
    byId: async (id) => (isSeen && id === record.id ? record : null),
    byChecksum: async (checksum) =>
      isSeen && [record.sha256, ...record.files.map((file) => file.sha256)].includes(checksum)
        ? { record, others: 0 }
        : null,
    containerOf: async (id) => (id === record.id ? record.sha256 : null),
  };
  return { keys, currentKeyId: ownSigner.keyId, records };
}

const statesOf = ({ files }: Verification): Record<string, string> =>
  Object.fromEntries(files.map(({ name, state }) => [name, state]));

const entries = (change: (file: PackedFile) => PackedFile | PackedFile[]): PackedFile[] =>
  packedFiles(original.files).flatMap(change);
const replaced = (name: string, content: string | Buffer): Buffer =>
  packZip(entries((file) => (file.name === name ? { ...file, content: Buffer.from(content) } : file)));

describe('a ZIP as it was made', () => {
  it('is proven by the public key alone', async () => {
    const result = await check(original.zip);
    expect(result).toMatchObject({
      outcome: 'unchanged',
      container: 'unknown',
      signature: { state: 'valid', key_id: ownSigner.keyId },
      facts: { job_id: jobId, company: { name: 'Grill Süd' }, rows: 3, requested_by: 'Jonas Brandt' },
      totals: {
        found: {
          rows: 3,
          unreadable_rows: 0,
          currencies: [{ currency: 'EUR', rows: 3, sums: { total_price: '31.75' } }],
          groups: [
            { group: 'Bar', rows: 1, sums: { total_price: '10.50' } },
            { group: '=Kitchen', rows: 2, sums: { total_price: '21.25' } },
          ],
        },
      },
      job: null,
      added_count: 0,
      exports: null,
    });
    expect(Object.values(statesOf(result))).toEqual(['unchanged', 'unchanged', 'unchanged', 'unchanged']);
    expect(result.summary).toContain('as it was signed on 23 Nov 2026 at 14:11:07');
  });

  it('is known to the last byte where it was made', async () => {
    const result = await check(original.zip, installation());
    expect(result).toMatchObject({
      outcome: 'unchanged',
      container: 'as_made',
      job: { id: jobId, is_downloadable: true },
    });
    expect(result.summary).toBe('Byte for byte the file that Mathership made on 23 Nov 2026 at 14:11:07.');
  });

  it('stays proven when its file has expired here, and when its export was deleted', async () => {
    const expired = await check(
      original.zip,
      installation({ file_deleted_at: '2026-12-24T00:00:00.000000Z', is_downloadable: false }),
    );
    expect(expired).toMatchObject({ outcome: 'unchanged', job: { is_downloadable: false } });
    expect(expired.summary).toContain('The file was removed here on 24 Dec 2026; its proof was kept.');
    const deleted = await check(original.zip, installation({ id: 'another', sha256: '', files: [] }));
    expect(deleted).toMatchObject({ outcome: 'unchanged', container: 'unknown', job: null, facts: { job_id: jobId } });
  });

  it('tells whoever may not view its company that it is unchanged, and nothing else of it', async () => {
    const result = await check(original.zip, installation({}, []));
    expect(result).toMatchObject({
      outcome: 'unchanged',
      container: 'as_made',
      facts: null,
      totals: null,
      job: null,
      claims: null,
    });
    expect(result.summary).toBe(
      'Byte for byte the file that Mathership made. Which export it is, only people with Financial viewing in its company can see.',
    );
  });

  it('of an export without rows, and of a PDF, is proven as well', async () => {
    const empty = await signedExport({
      content: csv.slice(0, csv.indexOf('\n') + 1),
      document: { totals: { rows: 0, currencies: [], groups: [] } },
    });
    expect(await check(empty.zip)).toMatchObject({
      outcome: 'unchanged',
      totals: { found: { rows: 0, currencies: [] } },
    });
    const pdf = await signedExport({ format: 'pdf', content: '%PDF-1.7' });
    expect(await check(pdf.zip)).toMatchObject({ outcome: 'unchanged', totals: { found: null } });
  });
});

describe('a ZIP packed again', () => {
  it('from the same files is proven, and said to be packed again where that is known', async () => {
    const zip = packZip(entries((file) => ({ ...file, stored: file.name === 'summary.csv' })).toReversed());
    expect(await check(zip)).toMatchObject({ outcome: 'unchanged', container: 'unknown' });
    const result = await check(zip, installation());
    expect(result).toMatchObject({ outcome: 'repacked', container: 'repacked', facts: { job_id: jobId } });
    expect(result.summary).toContain('it was packed again');
  });

  it('inside a folder is proven too', async () => {
    const inFolder = entries((file) => ({ ...file, name: `export/${file.name}` }));
    const zip = packZip([{ name: 'export/', content: Buffer.alloc(0), stored: true }, ...inFolder]);
    expect(await check(zip, installation())).toMatchObject({ outcome: 'repacked' });
  });
});

describe('a change', () => {
  it('of one cell is found, and shown in the totals counted again', async () => {
    const result = await check(replaced(reportFile, csv.replace('20.00', '19.00')), installation());
    expect(result).toMatchObject({
      outcome: 'changed',
      container: 'repacked',
      signature: { state: 'valid' },
      totals: { signed: { rows: 3 }, found: { rows: 3, currencies: [{ sums: { total_price: '30.75' } }] } },
      job: { is_downloadable: true },
    });
    expect(statesOf(result)[reportFile]).toBe('changed');
    expect(result.summary).toBe(
      'The manifest is genuine, but the CSV is not the one that was made. Do not rely on the figures in this file.',
    );
  });

  it('of a row taken out, or spoilt, is counted', async () => {
    const short = await check(replaced(reportFile, csv.replace("'=Kitchen,Salt,1.25,EUR\n", '')));
    expect(short).toMatchObject({ outcome: 'changed', totals: { found: { rows: 2, unreadable_rows: 0 } } });
    const spoilt = await check(replaced(reportFile, csv.replace('1.25', 'x')));
    expect(spoilt).toMatchObject({ outcome: 'changed', totals: { found: { rows: 3, unreadable_rows: 1 } } });
    const other = await check(replaced(reportFile, 'not;this;report\n1;2;3\n'));
    expect(other).toMatchObject({ outcome: 'changed', totals: { found: null } });
  });

  it('of summary.csv is found', async () => {
    const result = await check(replaced('summary.csv', 'Level\n'));
    expect(result.outcome).toBe('changed');
    expect(statesOf(result)).toMatchObject({ [reportFile]: 'unchanged', 'summary.csv': 'changed' });
  });

  it('of the manifest is found by its signature, and where it was made, what else is genuine', async () => {
    const manifest = original.files.get('manifest.json')?.toString() ?? '';
    const zip = replaced('manifest.json', manifest.replace('Jonas Brandt', 'Jonas Brandl'));
    const alone = await check(zip);
    expect(alone).toMatchObject({ outcome: 'changed', signature: { state: 'invalid' }, facts: null, files: [] });
    const known = await check(zip, installation());
    expect(known).toMatchObject({ outcome: 'changed', facts: { requested_by: 'Jonas Brandt' } });
    expect(statesOf(known)).toMatchObject({ [reportFile]: 'unchanged', 'manifest.json': 'changed' });
    expect(known.summary).toContain('The report in it is the one that was made');
    const broken = await check(replaced('manifest.json', manifest.slice(1)), installation());
    expect(statesOf(broken)).toMatchObject({ 'manifest.json': 'changed', 'manifest.json.sig': 'unchanged' });
  });

  it('of the signature, or its absence, is found', async () => {
    const signature = Buffer.from(original.files.get('manifest.json.sig') ?? '');
    signature[3] = (signature[3] ?? 0) ^ 1;
    const altered = replaced('manifest.json.sig', signature);
    expect(await check(altered)).toMatchObject({ outcome: 'changed', signature: { state: 'invalid' } });
    expect(statesOf(await check(altered, installation()))['manifest.json.sig']).toBe('changed');
    const without = packZip(entries((file) => (file.name.endsWith('.sig') ? [] : file)));
    expect(await check(without)).toMatchObject({ outcome: 'changed', facts: null });
    expect(statesOf(await check(without, installation()))['manifest.json.sig']).toBe('missing');
  });

  it('by an entry added, removed, renamed or repeated is told as that', async () => {
    const extra = { name: 'note.txt', content: Buffer.from('read me') };
    const added = await check(packZip([...packedFiles(original.files), extra]), installation());
    expect(added).toMatchObject({ outcome: 'changed', added_count: 1 });
    expect(added.summary).toContain('a file was added');
    expect(statesOf(added)['note.txt']).toBe('added');

    const removed = await check(packZip(entries((file) => (file.name === 'summary.csv' ? [] : file))));
    expect([removed.outcome, statesOf(removed)['summary.csv']]).toEqual(['changed', 'missing']);

    const renamed = await check(
      packZip(entries((file) => (file.name === reportFile ? { ...file, name: 'final.csv' } : file))),
    );
    expect([renamed.outcome, statesOf(renamed)[reportFile], renamed.added_count]).toEqual(['changed', 'renamed', 0]);
    expect(renamed.summary).toContain('The files that were exported are unchanged');

    const twice = await check(
      packZip([...packedFiles(original.files), { name: reportFile, content: Buffer.from('forged') }]),
    );
    expect([twice.outcome, statesOf(twice)[reportFile]]).toEqual(['changed', 'repeated']);
  });

  it.each([
    ['a comment', packZip(packedFiles(original.files), { comment: 'paid' })],
    ['bytes before', packZip(packedFiles(original.files), { prefix: Buffer.from('#!/bin/sh\n') })],
    ['bytes between', packZip(packedFiles(original.files), { between: Buffer.from('hidden') })],
    ['bytes behind', Buffer.concat([original.zip, Buffer.from('behind')])],
    ['a prefix that offsets do not know', Buffer.concat([Buffer.from('before'), original.zip])],
    ['an entry comment', packZip(entries((file) => ({ ...file, comment: 'x' })))],
  ])('by %s is told, although every file is as signed', async (_, zip) => {
    const result = await check(zip);
    expect(result).toMatchObject({ outcome: 'changed', container: 'foreign_bytes' });
    expect(Object.values(statesOf(result))).toEqual(['unchanged', 'unchanged', 'unchanged', 'unchanged']);
    expect(result.summary).toContain('bytes that belong to none of its files');
  });
});

describe('what is not an export of this installation', () => {
  it('a ZIP of another installation, with its key and what it says of itself', async () => {
    const foreign = await signedExport({ signer: otherSigner });
    const result = await check(foreign.zip, installation({ id: 'none', sha256: '', files: [] }));
    expect(result).toMatchObject({
      outcome: 'other_signature',
      signature: { state: 'other_key', key_id: otherSigner.keyId },
      our_key_id: ownSigner.keyId,
      claims: { report_title: 'Purchase Orders Report', date_from: '2026-10-01' },
      facts: null,
      totals: null,
      files: [],
    });
  });

  it('a forgery under the id of one of ours, signed by somebody else', async () => {
    const forged = await signedExport({ signer: otherSigner, content: csv.replace('20.00', '2.00') });
    const result = await check(forged.zip, installation());
    expect(result).toMatchObject({ outcome: 'other_signature', facts: null });
  });

  it('a file that nobody knows', async () => {
    expect(await check(Buffer.from('a,b\n'), installation())).toMatchObject({ outcome: 'not_ours', signature: null });
    expect(await check(Buffer.alloc(0), installation())).toMatchObject({ outcome: 'not_ours' });
    expect(await check(packZip([{ name: 'a.txt', content: Buffer.from('a') }]), installation())).toMatchObject({
      outcome: 'not_ours',
    });
  });

  it('a ZIP that is cut off, anywhere', async () => {
    for (let length = 4; length < original.zip.length; length += 97) {
      expect((await check(original.zip.subarray(0, length), installation())).outcome).toBe('damaged');
    }
  });
});

describe('a single file', () => {
  it('is known by its checksum, and only to those who may view its company', async () => {
    const report = original.files.get(reportFile) ?? Buffer.alloc(0);
    const result = await check(report, installation());
    expect(result).toMatchObject({
      outcome: 'unchanged',
      given: { kind: 'file' },
      files: [{ name: reportFile, state: 'unchanged' }],
      facts: { job_id: jobId, filters: [{ label: 'Delivery locations', value: 'All' }] },
    });
    expect(result.summary).toBe(
      'This is the CSV out of the export Purchase Orders Report, 1 Oct 2026 to 31 Oct 2026, made on 23 Nov 2026 at 14:11:07.',
    );
    expect(await check(report, installation({}, []))).toEqual({
      ...(await check(Buffer.from('unknown'), installation({}, []))),
      given: { kind: 'file', sha256: sha256(report), bytes: report.length },
    });
    expect((await check(report)).summary).toContain('carries no manifest');
  });
});

describe('what is made to deceive', () => {
  const huge = Buffer.alloc(64 * 1024 * 1024);

  it('a bomb in the place of a file is not unpacked: its size alone says that it is another', async () => {
    const zip = replaced(reportFile, huge);
    expect(zip.length).toBeLessThan(100_000);
    const result = await check(zip);
    expect(result.outcome).toBe('changed');
    expect(result.files[0]).toMatchObject({ state: 'changed', found: { sha256: null, bytes: huge.length } });
  });

  it('one that lies about its size is stopped there', async () => {
    const lying = (name: string) =>
      packZip(entries((file) => (file.name === name ? { ...file, content: huge, declaredBytes: 100 } : file)));
    expect(statesOf(await check(lying(reportFile)))[reportFile]).toBe('unreadable');
    expect(await check(lying('manifest.json'))).toMatchObject({
      outcome: 'other_signature',
      signature: { key_id: null },
    });
  });

  it.each([
    ['encrypted', { encrypted: true }],
    ['another name in its own header', { localName: 'other.csv' }],
    ['bytes hidden behind its end', { hidden: Buffer.from('hidden') }],
  ])('an entry that is %s counts for nothing', async (_, change) => {
    const result = await check(packZip(entries((file) => (file.name === reportFile ? { ...file, ...change } : file))));
    expect([result.outcome, statesOf(result)[reportFile]]).toEqual(['changed', 'unreadable']);
  });

  it('entries over the same bytes, and more entries than any export has, are not read', async () => {
    const zip = Buffer.from(original.zip);
    const second = zip.indexOf(Buffer.from('504b0102', 'hex'), zip.indexOf(Buffer.from('504b0102', 'hex')) + 4);
    zip.writeUInt32LE(0, second + 42);
    expect((await check(zip)).outcome).toBe('damaged');
    const many = Array.from({ length: 1001 }, (_, n) => ({ name: `${n}`, content: Buffer.from('x') }));
    expect((await check(packZip([...packedFiles(original.files), ...many]))).outcome).toBe('not_ours');
  });
});

/** What another program reads out of a ZIP; null where it refuses. */
const unzipped = (zip: Buffer): Promise<Map<string, string> | null> =>
  new Promise((resolve) => {
    fromBuffer(zip, { lazyEntries: true, validateEntrySizes: true }, (error, archive) => {
      if (error) return resolve(null);
      const found = new Map<string, string>();
      archive.on('error', () => resolve(null));
      archive.on('end', () => resolve(found));
      archive.on('entry', (entry) => {
        archive.openReadStream(entry, (failed, stream) => {
          if (failed) return resolve(null);
          const pieces: Buffer[] = [];
          stream.on('data', (piece: Buffer) => pieces.push(piece));
          stream.on('error', () => resolve(null));
          stream.on('end', () => {
            found.set(entry.fileName, sha256(Buffer.concat(pieces)));
            archive.readEntry();
          });
        });
      });
      archive.readEntry();
    });
  });

describe('every single byte of a ZIP', () => {
  it('changed: never taken for the original where it was made, and proven elsewhere only if every file reads the same', async () => {
    const trust = installation();
    const wanted = new Map(original.checksums.map(({ name, sha256: checksum }) => [name, checksum]));
    const taken: number[] = [];
    const wrong: number[] = [];
    for (let at = 0; at < original.zip.length; at += 1) {
      const zip = Buffer.from(original.zip);
      zip[at] = (zip[at] ?? 0) ^ (1 << (at % 8));
      if (at % 16 === 0 && (await check(zip, trust)).outcome === 'unchanged') taken.push(at);
      if ((await check(zip)).outcome !== 'unchanged') continue;
      const read = await unzipped(zip);
      if (read && ![...wanted].every(([name, checksum]) => read.get(name) === checksum)) wrong.push(at);
    }
    expect(taken).toEqual([]);
    expect(wrong).toEqual([]);
  }, 120_000);
});
