/** Sends a file to be verified, and tells how far it is: the one request of the page whose way there takes time. */
import type { Verification } from '#contract/verification.ts';
import { apiUrl, problemOf } from './client.ts';
import { unreachable } from './problem.ts';

interface SendOptions {
  /** Bytes that have left. */
  readonly onSent: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/** @throws ApiProblem; an AbortError when it was given up. */
export function verifyFile(file: File, { onSent, signal }: SendOptions): Promise<Verification> {
  return new Promise((resolve, reject) => {
    // fetch cannot tell how much of a body has been sent
    const request = new XMLHttpRequest();
    const stop = (): void => request.abort();
    request.upload.addEventListener('progress', ({ loaded }) => onSent(loaded));
    request.addEventListener('load', () => {
      const { status, responseText } = request;
      const answer = new Response(responseText, {
        status,
        headers: {
          'content-type': request.getResponseHeader('content-type') ?? '',
          'retry-after': request.getResponseHeader('retry-after') ?? '',
        },
      });
      if (status === 200) answer.json().then(resolve, () => reject(unreachable()));
      else problemOf(answer).then(reject, reject);
    });
    request.addEventListener('error', () => reject(unreachable()));
    request.addEventListener('abort', () => reject(new DOMException('given up', 'AbortError')));
    request.addEventListener('loadend', () => signal.removeEventListener('abort', stop));
    signal.addEventListener('abort', stop);
    request.open('POST', apiUrl('/verify', { filename: file.name.slice(0, 400) }));
    request.setRequestHeader('accept', 'application/json');
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.send(file);
  });
}
