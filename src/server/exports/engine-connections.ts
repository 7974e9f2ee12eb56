/**
 * The job engine on connections of ours: its own would wait on a silent network for as long as TCP does, these can be
 * cut. The shape is the engine's own seam for that.
 */
import { DatabasePool, idleTransactionSeconds } from '#server/database/database.ts';
import { Listener } from '#server/database/listener.ts';

const connectionsMax = 6;

export class EngineConnections {
  private readonly pool: DatabasePool;
  private readonly onError: (error: Error) => void;
  private listener: Listener | null = null;

  constructor(url: string, onError: (error: Error) => void) {
    this.pool = new DatabasePool({
      url,
      connectionsMax,
      applicationName: 'mathership queue',
      idleTransactionSeconds,
      onError,
    });
    this.onError = onError;
  }

  // rows are whatever the statement returns
  // oxlint-disable-next-line typescript/no-explicit-any
  executeSql(text: string, values?: unknown[]): Promise<{ rows: any[] }> {
    return this.pool.pool.query(text, values);
  }

  async listen(
    channel: string,
    onNotification: (payload: string) => void,
    onListening: () => void,
  ): Promise<{ close(): Promise<void> }> {
    const listener = new Listener({
      url: this.pool.url,
      applicationName: 'mathership queue listener',
      channels: [channel],
      onNotification: (_, payload) => onNotification(payload),
      onRestored: onListening,
      onError: this.onError,
    });
    this.listener = listener;
    await listener.start();
    onListening();
    return { close: () => listener.stop() };
  }

  /** Ends every connection at once; what comes next opens others. */
  cut(): void {
    this.pool.cut();
    this.listener?.cut();
  }

  close(): Promise<void> {
    return this.pool.close();
  }
}
