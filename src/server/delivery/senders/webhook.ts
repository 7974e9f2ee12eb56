/**
 * Webhooks by Standard Webhooks 1.0: the same id at all tries, a timestamp of the try, a signature of both and the body, old
 * and new secret side by side while a secret is changed. 2xx alone is success; what redirects is a failure.
 */
import { createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { AddressRefused, checkedAddress, pinned } from '../network.ts';
import { type SendOutcome, sentenceOf } from '../sender.ts';

/** Seconds after the beginning at which it is tried, as the specification proposes: about 76 hours. */
export const webhookTries = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

const answerMilliseconds = 20_000;
/** Of an answer; the rest is not read. */
const answerBytesMax = 64_000;

/** `v1,…` for each secret, with spaces between. */
export function signatures(secrets: readonly string[], id: string, timestamp: number, body: string): string {
  return secrets
    .map((secret) => Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
    .map((key) => `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`)
    .join(' ');
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

export interface WebhookMessage {
  readonly url: string;
  readonly id: string;
  readonly secrets: readonly string[];
  readonly body: string;
}

async function post({ url, id, secrets, body }: WebhookMessage, allowPrivate: boolean): Promise<Answer> {
  const target = new URL(url);
  if (target.protocol !== 'https:' && !allowPrivate) throw new AddressRefused('Only https: addresses are sent to.');
  const address = await checkedAddress(target.hostname, allowPrivate);
  const timestamp = Math.floor(Date.now() / 1000);
  const deadline = AbortSignal.timeout(answerMilliseconds);
  return new Promise<Answer>((resolve, reject) => {
    const request = (target.protocol === 'https:' ? httpsRequest : httpRequest)(
      target,
      {
        method: 'POST',
        // one connection for one message, to the address that was looked at
        agent: false,
        lookup: pinned(address),
        signal: deadline,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'Mathership',
          'webhook-id': id,
          'webhook-timestamp': String(timestamp),
          'webhook-signature': signatures(secrets, id, timestamp, body),
        },
      },
      (response) => {
        const answer = { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] };
        let length = 0;
        response.on('data', (chunk: Buffer) => {
          length += chunk.length;
          if (length > answerBytesMax) response.destroy();
        });
        // a status is an answer, whatever becomes of the rest
        response.on('error', () => resolve(answer));
        response.on('close', () => resolve(answer));
      },
    );
    request.on('error', (error) => reject(deadline.aborted ? new Error('The server did not answer in time.') : error));
    request.end(body);
  });
}

/** Seconds, of a number of seconds or a date. */
function secondsOf(retryAfter: string | undefined): number | undefined {
  if (retryAfter === undefined) return undefined;
  const seconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - Date.now()) / 1000;
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 86_400) : undefined;
}

export async function sendWebhook(message: WebhookMessage, allowPrivate: boolean): Promise<SendOutcome> {
  if (message.secrets.length === 0) {
    return { kind: 'failed', detail: 'Its secret cannot be opened any more. Enter it again.' };
  }
  let answer: Answer;
  try {
    answer = await post(message, allowPrivate);
  } catch (error) {
    if (error instanceof AddressRefused) return { kind: 'failed', detail: error.message };
    return { kind: 'later', detail: sentenceOf(error) };
  }
  const { status, retryAfter } = answer;
  if (status >= 200 && status < 300) return { kind: 'sent', detail: `The receiver answered ${status}.` };
  if (status === 410) {
    return { kind: 'failed', detail: 'The receiver answered 410: it wants nothing any more.', disables: true };
  }
  const redirected = status >= 300 && status < 400 ? ' A redirection is not followed.' : '';
  const afterSeconds = secondsOf(retryAfter);
  return {
    kind: 'later',
    detail: `The receiver answered ${status}.${redirected}`,
    ...(afterSeconds !== undefined && { afterSeconds }),
  };
}
