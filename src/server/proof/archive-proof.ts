/** The manifest in a ZIP, its signature, and whether a key of ours made it. */
import type { SignatureState } from '#contract/verification.ts';
import type { ByteSource } from '#server/zip/byte-source.ts';
import { type Manifest, manifestName, readManifest, signatureName } from './manifest.ts';
import { type PackManifest, readPackManifest } from './pack-manifest.ts';
import { readTogetherManifest, type TogetherManifest } from './together-manifest.ts';
import { type VerifyingKey, isSignedBy } from './signing-key.ts';
import type { ZipEntryRecord } from '#server/zip/zip-directory.ts';
import { UnreadableEntry, wholeEntry } from '#server/zip/zip-entry.ts';

export interface ArchiveProof {
  /** The folder that everything was put into by whoever packed the ZIP again; empty for none. */
  readonly folder: string;
  readonly state: SignatureState;
  /** The key that made the signature; unproven, the one that the manifest names. */
  readonly keyId: string | null;
  readonly manifest: Manifest | null;
  /** Instead of it, of a pack. */
  readonly pack: PackManifest | null;
  /** Instead of it, of several exports downloaded together. */
  readonly together: TogetherManifest | null;
  readonly manifestBytes: Buffer | null;
  readonly signatureBytes: Buffer | null;
}

/** A manifest names every group's totals: thousands of locations are a few megabytes. */
export const manifestBytesMax = 32 * 1024 * 1024;
const signatureBytesMax = 4096;

/** Null for a ZIP that has no manifest. */
export async function readProof(
  source: ByteSource,
  entries: readonly ZipEntryRecord[],
  keys: readonly VerifyingKey[],
): Promise<ArchiveProof | null> {
  // of a pack, its own and not that of an export in it
  const found = entries
    .filter(({ name }) => name === manifestName || name.endsWith(`/${manifestName}`))
    .sort((a, b) => depth(a.name) - depth(b.name))[0];
  if (!found) return null;
  const folder = found.name.slice(0, -manifestName.length);
  const signature = entries.find(({ name }) => name === folder + signatureName);
  const manifestBytes = await readOrNull(source, found, manifestBytesMax);
  const signatureBytes = signature ? await readOrNull(source, signature, signatureBytesMax) : null;
  const manifest = manifestBytes && readManifest(manifestBytes);
  const pack = manifestBytes && !manifest ? readPackManifest(manifestBytes) : null;
  const together = manifestBytes && !manifest && !pack ? readTogetherManifest(manifestBytes) : null;
  const claimed = (manifest ?? pack ?? together)?.signature?.key_id ?? null;
  const key =
    manifestBytes && signatureBytes ? keys.find((one) => isSignedBy(one, manifestBytes, signatureBytes)) : undefined;
  const read = { folder, manifest, pack, together, manifestBytes, signatureBytes };
  if (key && (manifest || pack || together)) return { ...read, state: 'valid', keyId: key.keyId };
  // altered, or stripped of its signature: it still says that it was ours
  if (keys.some(({ keyId }) => keyId === claimed)) return { ...read, state: 'invalid', keyId: claimed };
  return { ...read, state: signatureBytes ? 'other_key' : 'missing', keyId: claimed };
}

const depth = (name: string): number => name.split('/').length;

export async function readOrNull(source: ByteSource, entry: ZipEntryRecord, bytesMax: number): Promise<Buffer | null> {
  try {
    return await wholeEntry(source, entry, bytesMax);
  } catch (error) {
    if (error instanceof UnreadableEntry) return null;
    throw error;
  }
}
