/** The passphrase of a backup, from a file: words of a command stand in lists of processes and histories of shells. */
import { readFile } from 'node:fs/promises';
import { UsageError } from './output.ts';

const lengthMin = 16;

export interface SealOptions {
  readonly passphraseFile?: string;
}

/** Null: none is named. @throws UsageError */
export async function passphraseOf({ passphraseFile }: SealOptions): Promise<string | null> {
  if (passphraseFile === undefined) return null;
  const text = await readFile(passphraseFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${passphraseFile} cannot be read (${error.code ?? error.message}).`);
  });
  const passphrase = text.trim();
  if (passphrase.length < lengthMin) {
    throw new UsageError(
      `${passphraseFile} holds ${passphrase.length} characters; a passphrase has ${lengthMin} or more (openssl rand -base64 32).`,
    );
  }
  return passphrase;
}
