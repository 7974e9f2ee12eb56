/** Two connections to one server, kept open between exports; one that broke is replaced. A failed run's are never used again. */
import { connectAlone, type Connection, cutConnection, endConnection } from '#server/database/connection.ts';

/** No statement may outlive the longest run. */
const statementSecondsMax = 4 * 3600;

export class KeptConnections {
  private readonly url: string;
  private kept: (Connection | null)[] = [null, null];

  constructor(url: string) {
    this.url = url;
  }

  async take(at: 0 | 1): Promise<Connection> {
    const ours = this.kept;
    const found = ours[at];
    if (found) return found;
    const fresh = await connectAlone({
      url: this.url,
      applicationName: 'mathership render',
      statementTimeoutSeconds: statementSecondsMax,
    });
    // the run that wanted it has ended meanwhile
    if (ours !== this.kept) cutConnection(fresh);
    fresh.on('end', () => {
      if (ours[at] === fresh) ours[at] = null;
    });
    ours[at] = fresh;
    return fresh;
  }

  async drop(): Promise<void> {
    await Promise.all(this.taken().map(endConnection));
  }

  /** Ends the queries of an abandoned run with their connections, without waiting for the server. */
  cut(): void {
    for (const each of this.taken()) cutConnection(each);
  }

  private taken(): Connection[] {
    const dropped = this.kept;
    this.kept = [null, null];
    return dropped.filter((each) => each !== null);
  }
}
