/**
 * Notices a database that has fallen silent. TCP by itself waits a quarter of an hour for one, and every query with it:
 * here a connection of its own asks every two seconds, and when the answer stays out whoever waits is told at once.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type Connection, connectAlone, cutConnection, endConnection } from './connection.ts';

export interface PulseOptions {
  readonly url: string;
  /** The place to cut every connection to this database: what waits on them would wait for ever. */
  readonly onSilence: () => void;
  readonly onError: (error: Error) => void;
}

const beatMilliseconds = 2_000;
/** A little more than a connection is given to be made, so that a silent beginning counts too. */
const silenceMilliseconds = 5_000;
const refusedWithinMilliseconds = 3_000;

export class Pulse {
  private readonly options: PulseOptions;
  private readonly ending = new AbortController();
  private connection: Connection | null = null;
  private beating: Promise<void> = Promise.resolve();

  constructor(options: PulseOptions) {
    this.options = options;
  }

  start(): void {
    this.beating = this.beat();
  }

  async stop(): Promise<void> {
    this.ending.abort();
    if (this.connection) await endConnection(this.connection);
    await this.beating;
  }

  private async beat(): Promise<void> {
    const { signal } = this.ending;
    while (!signal.aborted) {
      const asked = performance.now();
      const over = new AbortController();
      const answered = await Promise.race([this.ask(), tooLate(AbortSignal.any([signal, over.signal]))]);
      over.abort();
      if (!answered && !signal.aborted) this.miss(performance.now() - asked);
      await delay(beatMilliseconds, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** A refusal comes at once, and everybody else hears it too; only silence must be told. */
  private miss(milliseconds: number): void {
    if (this.connection) cutConnection(this.connection);
    this.connection = null;
    if (milliseconds < refusedWithinMilliseconds) return;
    this.options.onError(new Error(`the database has not answered for ${Math.round(milliseconds / 1000)} s`));
    this.options.onSilence();
  }

  private async ask(): Promise<boolean> {
    try {
      this.connection ??= await this.connect();
      await this.connection.query('SELECT 1');
      return true;
    } catch {
      return false;
    }
  }

  private async connect(): Promise<Connection> {
    const connection = await connectAlone({ url: this.options.url, applicationName: 'mathership pulse' });
    connection.on('end', () => {
      if (this.connection === connection) this.connection = null;
    });
    return connection;
  }
}

/** After a stop of this process itself (a frozen machine) the answer may lie unread in the socket: it gets one more turn. */
async function tooLate(signal: AbortSignal): Promise<false> {
  await delay(silenceMilliseconds, undefined, { signal, ref: false }).catch(() => undefined);
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => void setImmediate(resolve));
  return false;
}
