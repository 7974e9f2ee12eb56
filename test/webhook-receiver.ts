/** A receiver of webhooks on loopback that keeps what it is sent and answers as it is told. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface ReceivedCall {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  /** Nothing is ever answered. */
  readonly silent?: true;
  /** Half of an answer, then the connection is cut. */
  readonly cut?: true;
}

export interface WebhookReceiver {
  readonly url: string;
  readonly calls: ReceivedCall[];
  /** What the next ones are answered, each once; then 204 again. */
  answerWith(...answers: Answer[]): void;
  /** Called with each before it is answered. */
  onCall: (call: ReceivedCall) => void;
  close(): Promise<void>;
}

export async function openWebhookReceiver(): Promise<WebhookReceiver> {
  const calls: ReceivedCall[] = [];
  const answers: Answer[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const call = { path: request.url ?? '', headers: request.headers, body };
      calls.push(call);
      receiver.onCall(call);
      const { status, headers = {}, silent, cut } = answers.shift() ?? { status: 204 };
      if (silent) return;
      if (cut) {
        response.socket?.end('HTTP/1.1 2');
        return;
      }
      response.writeHead(status, headers).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver: WebhookReceiver = {
    onCall: () => undefined,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    calls,
    answerWith: (...more) => void answers.push(...more),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return receiver;
}
