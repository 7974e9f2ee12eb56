/**
 * LISTEN for as long as the process runs: a connection that is lost is made again, and whoever listens is told that
 * notifications may have been missed meanwhile.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type Connection, connectAlone, cutConnection, endConnection } from './connection.ts';

export interface ListenerOptions {
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly channels: readonly string[];
  readonly onNotification: (channel: string, payload: string) => void;
  /** It listens again. */
  readonly onRestored: () => void;
  readonly onError: (error: Error) => void;
}

const retryMilliseconds = 500;

export class Listener {
  private readonly options: ListenerOptions;
  private readonly ending = new AbortController();
  private connection: Connection | null = null;
  private restoring: Promise<void> = Promise.resolve();

  constructor(options: ListenerOptions) {
    this.options = options;
  }

  /** Rejects when the first connection cannot be made; later ones are tried until one can. */
  async start(): Promise<void> {
    await this.listen();
  }

  /** Ends the connection at once; the next one is on its way. */
  cut(): void {
    if (this.connection) cutConnection(this.connection);
  }

  async stop(): Promise<void> {
    this.ending.abort();
    if (this.connection) await endConnection(this.connection);
    await this.restoring;
  }

  private async listen(): Promise<void> {
    const { url, applicationName, channels, onNotification, onError } = this.options;
    const connection = await connectAlone({ url, applicationName, onError });
    // before it listens: a network that falls silent in between must not keep whoever cuts from it
    this.connection = connection;
    let listening = false;
    connection.on('notification', ({ channel, payload }) => onNotification(channel, payload ?? ''));
    connection.once('end', () => {
      if (this.connection === connection) this.connection = null;
      if (listening) this.restoring = this.restore();
    });
    try {
      await connection.query(channels.map((channel) => `LISTEN ${connection.escapeIdentifier(channel)}`).join(';'));
    } catch (error) {
      cutConnection(connection);
      throw error;
    }
    listening = true;
    if (this.ending.signal.aborted) this.cut();
  }

  private async restore(): Promise<void> {
    const { signal } = this.ending;
    while (!signal.aborted) {
      try {
        await this.listen();
        if (!signal.aborted) this.options.onRestored();
        return;
      } catch (error) {
        this.options.onError(error as Error);
        await delay(retryMilliseconds, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
  }
}
