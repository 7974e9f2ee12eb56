/** A signed export without a database, and ZIPs packed by somebody else: whole, altered, or made to deceive. */
import { createHash } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';
import type { ReportDocument } from '#contract/reports.ts';
import type { FileChecksum } from '#contract/verification.ts';
import type { ByteSource } from '#server/zip/byte-source.ts';
import { manifestOf } from '#server/proof/manifest.ts';
import { ManifestSigner, signingSeedOf } from '#server/proof/signing-key.ts';
import { summaryCsv } from '#server/proof/summary-csv.ts';
import { ZipWriter } from '#server/zip/zip.ts';

export const ownSigner = new ManifestSigner(signingSeedOf('the secret of this installation, long enough'));
export const otherSigner = new ManifestSigner(signingSeedOf('the secret of another installation, as long'));

export const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

export const bufferSource = (bytes: Buffer): ByteSource => ({
  bytes: bytes.length,
  read: async (offset, length) => {
    if (offset < 0 || offset + length > bytes.length) throw new RangeError('the file ends before');
    return bytes.subarray(offset, offset + length);
  },
  async *stream(from, to) {
    for (let at = from; at < to; at += 1000) yield bytes.subarray(at, Math.min(at + 1000, to));
  },
});

const text = (key: string, label: string) => ({ key, label, type: 'text' }) as const;
const document: ReportDocument = {
  reportType: 'delivery_location',
  title: 'Purchase Orders Report',
  columns: [
    text('delivery_location', 'Delivery location'),
    text('product', 'Product'),
    { key: 'total_price', label: 'Total price', type: 'money' },
    text('currency', 'Currency'),
  ],
  groupColumns: [0],
  sumColumns: ['total_price'],
  company: { id: '7', name: 'Grill Süd', timeZone: 'Europe/Berlin', currency: 'EUR', locale: 'de-DE' },
  period: { from: '2026-10-01', to: '2026-10-31' },
  dateBasis: 'Delivery date',
  contract: { major: 1, minor: 0 },
  filters: [{ label: 'Delivery locations', value: 'All' }],
  requestedBy: 'Jonas Brandt',
  snapshotAt: '2026-11-23T13:11:02.000000Z',
  totals: {
    rows: 3,
    currencies: [{ currency: 'EUR', rows: 3, sums: { total_price: '31.75' } }],
    groups: [
      { group: 'Bar', currency: 'EUR', rows: 1, sums: { total_price: '10.50' } },
      { group: '=Kitchen', currency: 'EUR', rows: 2, sums: { total_price: '21.25' } },
    ],
  },
  options: {},
};

export const csv =
  'Delivery location,Product,Total price,Currency\nBar,"Wine, red",10.50,EUR\n\'=Kitchen,Flour,20.00,EUR\n\'=Kitchen,Salt,1.25,EUR\n';
export const jobId = '019ab000-0000-7000-8000-000000000001';
export const reportFile = 'purchase-orders_grill-sud_2026-10-01_2026-10-31.csv';

export interface SignedExport {
  readonly zip: Buffer;
  /** In the ZIP's order. */
  readonly files: ReadonlyMap<string, Buffer>;
  readonly checksums: readonly FileChecksum[];
}

export async function signedExport(
  changes: {
    readonly signer?: ManifestSigner;
    readonly document?: Partial<ReportDocument>;
    readonly content?: string | Buffer;
    readonly format?: 'csv' | 'pdf';
  } = {},
): Promise<SignedExport> {
  const signer = changes.signer ?? ownSigner;
  const format = changes.format ?? 'csv';
  const made = { ...document, ...changes.document };
  const name = reportFile.replace('.csv', `.${format}`);
  const files = new Map<string, Buffer>([
    [name, Buffer.from(changes.content ?? csv)],
    ['summary.csv', Buffer.from(summaryCsv(made))],
  ]);
  const listed = [...files].map(([file, bytes]) => ({ name: file, sha256: sha256(bytes), bytes: bytes.length }));
  const manifest = Buffer.from(
    manifestOf(
      {
        jobId,
        attempt: 1,
        fileFormat: format,
        filters: {},
        requestedAt: '2026-11-23T13:11:01.000000Z',
        createdAt: '2026-11-23T13:11:07.000Z',
        dataVersion: 7,
        asOfVersion: null,
        keyId: signer.keyId,
        guardedCells: 2,
        files: listed,
      },
      made,
    ),
  );
  files.set('manifest.json', manifest);
  files.set('manifest.json.sig', signer.sign(manifest));
  const writer = new ZipWriter({ modifiedAt: new Date('2026-11-23T13:11:02Z') });
  const pieces: Buffer[] = [];
  for (const [file, bytes] of files) {
    for await (const piece of writer.entry(file, once(bytes))) pieces.push(piece);
  }
  for await (const piece of writer.finish()) pieces.push(piece);
  const checksums = [...files].map(([file, bytes]) => ({ name: file, sha256: sha256(bytes), bytes: bytes.length }));
  return { zip: Buffer.concat(pieces), files, checksums };
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

export interface PackedFile {
  readonly name: string;
  readonly content: Buffer;
  readonly stored?: boolean;
  /** What the entry's own header calls it. */
  readonly localName?: string;
  /** Said in the headers instead of the true size. */
  readonly declaredBytes?: number;
  readonly encrypted?: boolean;
  /** Put behind the packed data, within its declared length. */
  readonly hidden?: Buffer;
  readonly comment?: string;
}

export const packedFiles = (files: ReadonlyMap<string, Buffer>): PackedFile[] =>
  [...files].map(([name, content]) => ({ name, content }));

/** As another program would pack it: sizes in the headers, time stamps in extra fields. */
export function packZip(
  files: readonly PackedFile[],
  around: { readonly prefix?: Buffer; readonly between?: Buffer; readonly comment?: string } = {},
): Buffer {
  const pieces: Buffer[] = [around.prefix ?? Buffer.alloc(0)];
  const central: Buffer[] = [];
  let offset = pieces[0]?.length ?? 0;
  for (const file of files) {
    const { head, body } = localPart(file);
    pieces.push(head, body);
    central.push(centralPart(file, body, offset));
    offset += head.length + body.length;
  }
  const between = around.between ?? Buffer.alloc(0);
  const directory = Buffer.concat(central);
  const comment = Buffer.from(around.comment ?? '');
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset + between.length, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...pieces, between, directory, end, comment]);
}

const extra = Buffer.from('5554050001aabbccdd', 'hex');

/** Version, flags, method, time, checksum, sizes, name and extra length: the 26 bytes that both headers share. */
function shared(file: PackedFile, name: Buffer, bodyBytes: number): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(0x0800 | (file.encrypted ? 1 : 0), 2);
  fields.writeUInt16LE(file.stored ? 0 : 8, 4);
  fields.writeUInt32LE(0x5d6a0000, 6);
  fields.writeUInt32LE(crc32(file.content), 10);
  fields.writeUInt32LE(bodyBytes, 14);
  fields.writeUInt32LE(file.declaredBytes ?? file.content.length, 18);
  fields.writeUInt16LE(name.length, 22);
  fields.writeUInt16LE(extra.length, 24);
  return fields;
}

function localPart(file: PackedFile): { head: Buffer; body: Buffer } {
  const packed = file.stored ? file.content : deflateRawSync(file.content);
  const body = Buffer.concat([packed, file.hidden ?? Buffer.alloc(0)]);
  const name = Buffer.from(file.localName ?? file.name);
  const head = Buffer.concat([Buffer.from('504b0304', 'hex'), shared(file, name, body.length), name, extra]);
  return { head, body };
}

function centralPart(file: PackedFile, body: Buffer, offset: number): Buffer {
  const name = Buffer.from(file.name);
  const comment = Buffer.from(file.comment ?? '');
  const rest = Buffer.alloc(14);
  rest.writeUInt16LE(comment.length, 0);
  rest.writeUInt32LE(offset, 10);
  return Buffer.concat([
    Buffer.from('504b01021403', 'hex'),
    shared(file, name, body.length),
    rest,
    name,
    extra,
    comment,
  ]);
}
