/** A letter to one recipient: with the file where it is to be attached and fits, else with the way to it. */
import { ProductError } from '#contract/errors.ts';
import type { Mail } from '#server/mail/mailer.ts';
import { type SendOutcome, type SendParts, sentenceOf, type SentFile } from '../sender.ts';

const headerBytes = 8_000;
/** For all of a letter with a file. */
const sendSecondsMax = 120;

/** Whether a letter with this file stays within the limit on the wire: base64 in lines of 76 characters. */
export const fitsOnWire = (bytes: number, mailBytesMax: number): boolean =>
  Math.ceil(bytes / 57) * 78 + headerBytes <= mailBytesMax;

/** @param file attached, unless null */
export async function sendMail(
  { mailRoom }: Pick<SendParts, 'mailRoom'>,
  letter: Mail,
  file: SentFile | null,
): Promise<SendOutcome> {
  if (!mailRoom.mailer) return { kind: 'failed', detail: 'This installation sends no mail: SMTP_URL is not set.' };
  const content = await file?.open();
  // when the letter is given up, nobody else listens any more
  content?.on('error', () => undefined);
  try {
    await mailRoom.mailer.send({
      ...letter,
      ...(file && content && { attachment: { filename: file.name, content }, secondsMax: sendSecondsMax }),
    });
    return { kind: 'sent', detail: 'The mail server took it.' };
  } catch (error) {
    if (error instanceof ProductError) throw error;
    const { responseCode, response } = error as { responseCode?: number; response?: string };
    const said = response ? ` ${response.slice(0, 200)}` : '';
    if (responseCode !== undefined && responseCode >= 500) {
      return { kind: 'failed', detail: `The mail server refused it:${said}` };
    }
    if (responseCode !== undefined)
      return { kind: 'later', detail: `The mail server wants to be asked again later:${said}` };
    return { kind: 'later', detail: sentenceOf(error) };
  } finally {
    content?.destroy();
  }
}
