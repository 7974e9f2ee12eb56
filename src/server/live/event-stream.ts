/** Server-sent events over one reply: ids, a comment line at least every 15 s, an end for readers that do not keep up. */
import type { FastifyReply } from 'fastify';

const heartbeatMilliseconds = 10_000;
/** Bytes a slow reader may lag behind before it is cut off; it reconnects and replays. */
const lagBytesMax = 4 * 1024 * 1024;

export class EventStream {
  private readonly reply: FastifyReply;
  private readonly heartbeat: NodeJS.Timeout;
  private markNow: () => string | null = () => null;
  private lastMark: string | null = null;

  constructor(reply: FastifyReply) {
    this.reply = reply;
    reply.hijack();
    const headers = Object.fromEntries(
      Object.entries(reply.getHeaders()).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    reply.raw.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      connection: 'keep-alive',
      // reverse proxies must not hold events back
      'x-accel-buffering': 'no',
    });
    reply.raw.write('retry: 1000\n\n');
    this.heartbeat = setInterval(() => {
      const id = this.markNow();
      if (id === null || id === this.lastMark) this.write(': still here\n\n');
      else this.mark(id);
    }, heartbeatMilliseconds);
  }

  /** Asked at each heartbeat for the id up to which everything has been sent, so that a quiet reader's does not grow old. */
  onHeartbeat(mark: () => string | null): void {
    this.markNow = mark;
  }

  onClose(closed: () => void): void {
    this.reply.raw.on('close', () => {
      clearInterval(this.heartbeat);
      closed();
    });
  }

  send(event: string, id: string, data: unknown): void {
    this.write(`event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Where a reader that hears nothing more goes on from; no event by itself. Never ahead of what was sent. */
  mark(id: string): void {
    this.lastMark = id;
    this.write(`: still here\nid: ${id}\n\n`);
  }

  end(): void {
    clearInterval(this.heartbeat);
    this.reply.raw.end();
  }

  private write(text: string): void {
    if (this.reply.raw.writableEnded || this.reply.raw.destroyed) return;
    if (this.reply.raw.writableLength > lagBytesMax) this.reply.raw.destroy();
    else this.reply.raw.write(text);
  }
}
