/** The one seam between deliveries and the ways they go: a sender tries once and says how it ended. */
import type { Readable } from 'node:stream';
import type { SecretKeys } from '#server/access/secret-keys.ts';
import type { Database } from '#server/database/database.ts';
import type { MailRoom } from '#server/mail/mail-room.ts';
import type { ObjectStore } from '#server/storage/store.ts';

export interface SendParts {
  readonly db: Database;
  readonly store: ObjectStore;
  readonly keys: SecretKeys;
  readonly mailRoom: MailRoom;
  /** Whether addresses in private networks, and http:, are allowed. */
  readonly allowPrivate: boolean;
  /** Of a letter on the wire, its attachment encoded. */
  readonly mailBytesMax: number;
}

/** The finished file of an export. */
export interface SentFile {
  readonly name: string;
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
  open(): Promise<Readable>;
}

export type SendOutcome =
  | { readonly kind: 'sent'; readonly detail: string }
  /** May go another time; not before so many seconds, where the receiver says so. */
  | { readonly kind: 'later'; readonly detail: string; readonly afterSeconds?: number }
  /** Would end the same however often. */
  | { readonly kind: 'failed'; readonly detail: string; readonly disables?: true }
  /** Somebody may not have it. */
  | { readonly kind: 'refused'; readonly detail: string };

/** What a person can do something about, of an error that has a code and a message for programs. */
export function sentenceOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ECONNREFUSED':
      return 'The server refused the connection.';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'The name of the server could not be found.';
    case 'ETIMEDOUT':
    case 'ESOCKETTIMEDOUT':
      return 'The server did not answer in time.';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'The server cut the connection.';
    default:
      return (message || String(error)).slice(0, 300);
  }
}
