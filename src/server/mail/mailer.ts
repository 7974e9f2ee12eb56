/**
 * Mail by SMTP. One message to one person; sending takes at most so long, whatever the server on the other side does,
 * and a failure is the caller's to tell. Header values are one line each: nothing typed by a person can add a header.
 */
import type { Readable } from 'node:stream';
import { createTransport, type Transporter } from 'nodemailer';
import type { MailSettings } from '#server/config/sign-in-settings.ts';

export interface Mail {
  /** A bare address. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly attachment?: { readonly filename: string; readonly content: Readable };
  /** For all of it, the attachment too; 10 unless given. */
  readonly secondsMax?: number;
}

const usualSecondsMax = 10;

/** Line breaks would end a header, and other control characters have no place in one. */
// oxlint-disable-next-line no-control-regex
const oneLine = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim();

export class Mailer {
  private readonly transport: Transporter;
  private readonly from: string;
  private readonly secondsMax: number;

  /** @param secondsMax for one letter, whatever the server says meanwhile */
  constructor({ url, from }: MailSettings, { secondsMax = usualSecondsMax } = {}) {
    this.from = from;
    this.secondsMax = secondsMax;
    this.transport = createTransport({
      url,
      connectionTimeout: 5_000,
      greetingTimeout: 5_000,
      socketTimeout: 8_000,
      dnsTimeout: 5_000,
      disableFileAccess: true,
      disableUrlAccess: true,
    } as Parameters<typeof createTransport>[0]);
  }

  /** @throws Error when the server did not take it in time; with `responseCode` when it said why. */
  async send({ to, subject, text, html, headers, attachment, secondsMax = this.secondsMax }: Mail): Promise<void> {
    const sending = this.transport.sendMail({
      from: this.from,
      // an object, so that a comma or bracket in it cannot make it two addresses
      to: { name: '', address: oneLine(to) },
      subject: oneLine(subject),
      text,
      html,
      ...(headers && {
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, oneLine(value)])),
      }),
      ...(attachment && { attachments: [{ ...attachment, contentType: 'application/zip' }] }),
    });
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`not sent within ${secondsMax} s`)), secondsMax * 1000);
    });
    try {
      await Promise.race([sending, deadline]);
    } finally {
      clearTimeout(timer);
      sending.catch(() => undefined);
    }
  }

  /** Signs in and sends nothing. @throws Error when the server cannot be reached or does not let us in. */
  async check(): Promise<void> {
    await this.transport.verify();
  }

  close(): void {
    this.transport.close();
  }
}
