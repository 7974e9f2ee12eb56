/**
 * Mail by SMTP. One message to one person; sending takes at most ten seconds, whatever the server on the other side does,
 * and a failure is the caller's to tell. Header values are one line each: nothing typed by a person can add a header.
 */
import { createTransport, type Transporter } from 'nodemailer';
import type { MailSettings } from '#server/config/sign-in-settings.ts';

export interface Mail {
  /** A bare address. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
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

  /** @throws Error when the server did not take it in time. */
  async send({ to, subject, text, html }: Mail): Promise<void> {
    const sending = this.transport.sendMail({
      from: this.from,
      // an object, so that a comma or bracket in it cannot make it two addresses
      to: { name: '', address: oneLine(to) },
      subject: oneLine(subject),
      text,
      html,
    });
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`not sent within ${this.secondsMax} s`)), this.secondsMax * 1000);
    });
    try {
      await Promise.race([sending, deadline]);
    } finally {
      clearTimeout(timer);
      sending.catch(() => undefined);
    }
  }

  close(): void {
    this.transport.close();
  }
}
