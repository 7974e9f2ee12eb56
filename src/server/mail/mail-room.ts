/**
 * What a process needs to write to people, whichever role it plays: one mailer, and the address that links in letters are
 * made of. It is opened once, where the process is, and handed to everything that sends.
 */
import type { MailSettings } from '#server/config/sign-in-settings.ts';
import { Mailer } from './mailer.ts';

export interface MailRoom {
  /** Null: this installation sends no mail. */
  readonly mailer: Mailer | null;
  /** The address people use, without a slash at its end; never taken from a request. */
  readonly site: () => string;
  close(): void;
}

export function openMailRoom(settings: MailSettings | undefined, site: () => string): MailRoom {
  const mailer = settings ? new Mailer(settings) : null;
  return { mailer, site, close: () => mailer?.close() };
}
