/**
 * `mathership verify`: which export a file is, and whether a byte of it changed. With --key by the signature alone, on
 * any machine; else by the installation: the one on this machine, or with --server one elsewhere.
 */
import { createReadStream } from 'node:fs';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { ProductError } from '#contract/errors.ts';
import { type Verification, isProven } from '#contract/verification.ts';
import { verificationLines } from '#contract/verification-text.ts';
import { grantEverywhere } from '#server/access/decide.ts';
import { DatabasePool } from '#server/database/database.ts';
import { checksumOf, fileSource } from '#server/zip/byte-source.ts';
import { exportRecords } from '#server/proof/export-records.ts';
import { knownKeys } from '#server/proof/known-keys.ts';
import { ManifestSigner, type VerifyingKey, readPublicKeys, signingSeedOf } from '#server/proof/signing-key.ts';
import { type Trust, verifyFile } from '#server/proof/verify-file.ts';
import { attachDatabase, attachServer, secretOf } from './attach.ts';
import { say, UsageError } from './output.ts';

export interface VerifyOptions {
  /** File with the public key, PEM or JSON Web Key (Set). */
  readonly key?: string;
  readonly server?: string;
  readonly json?: boolean;
}

/** Exit status 0: proven. 1: not. @throws UsageError (2) when there is no such file or key. */
export async function runVerify(path: string, options: VerifyOptions): Promise<void> {
  if (options.key !== undefined && options.server !== undefined) {
    throw new UsageError('--key needs no server, and --server no key: give one of them.');
  }
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${path} cannot be read (${error.code ?? error.message}).`);
  });
  try {
    const { size } = await file.stat().then((stat) => {
      if (!stat.isFile()) throw new UsageError(`${path} is not a file.`);
      return stat;
    });
    const result = await (options.server === undefined
      ? verifyHere(file, size, basename(path), options.key)
      : verifyThere(path, size, options.server));
    if (options.json) say(JSON.stringify({ file: path, ...result }));
    else say(verificationLines(path, result).join('\n'));
    if (!isProven(result.outcome)) process.exitCode = 1;
  } finally {
    await file.close();
  }
}

async function verifyHere(
  file: FileHandle,
  bytes: number,
  name: string,
  keyFile: string | undefined,
): Promise<Verification> {
  const source = fileSource(file, bytes);
  const check = async (trust: Trust): Promise<Verification> =>
    verifyFile({ source, sha256: await checksumOf(source), name }, trust);
  if (keyFile !== undefined) return check({ keys: await keysIn(keyFile), currentKeyId: null, records: null });
  const { settings, databaseUrl } = await attachDatabase();
  const authSecret = await secretOf(settings);
  const pool = new DatabasePool({ url: databaseUrl, connectionsMax: 2 });
  try {
    const operator = { userId: null, name: 'Operator', email: '', via: 'operator', credentialId: null } as const;
    const view = await grantEverywhere(pool.db, operator, 'view_financials');
    return await check({
      keys: await knownKeys(pool.db),
      currentKeyId: new ManifestSigner(signingSeedOf(authSecret)).keyId,
      records: exportRecords(pool.db, view),
    });
  } finally {
    await pool.close();
  }
}

async function keysIn(path: string): Promise<VerifyingKey[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${path} cannot be read (${error.code ?? error.message}).`);
  });
  try {
    return readPublicKeys(text);
  } catch {
    throw new UsageError(
      `${path} holds no public Ed25519 key. Get it from the installation: curl URL/api/v1/signing-keys -o ${basename(path)}`,
    );
  }
}

async function verifyThere(path: string, bytes: number, server: string): Promise<Verification> {
  const client = await attachServer({ server });
  const answer = await client.fetch('POST', `/api/v1/verify?filename=${encodeURIComponent(basename(path))}`, {
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(bytes) },
    body: Readable.toWeb(createReadStream(path)) as ReadableStream,
    duplex: 'half',
  } as RequestInit);
  const result = (await answer.json()) as Verification;
  if (result.given.bytes !== bytes) throw new ProductError('invalid_input', 'The file changed while it was sent.');
  return result;
}
