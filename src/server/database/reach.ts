/** Waits for a database that is still starting, as it does beside everything else after a reboot. */
import { setTimeout as delay } from 'node:timers/promises';
import { StartupError } from '#server/config/startup-error.ts';
import { isConnectionLoss } from './connection-loss.ts';
import { connectAlone, endConnection } from './connection.ts';

const retryMilliseconds = 250;

/** @throws StartupError when it has not answered in time, or refuses us. */
export async function reachDatabase(url: string, withinSeconds = 30): Promise<void> {
  const end = performance.now() + withinSeconds * 1000;
  for (;;) {
    try {
      const client = await connectAlone({ url, applicationName: 'mathership start' });
      const { rows } = await client
        .query<{ zone: string; dates: string }>(
          `SELECT current_setting('timezone') AS zone, current_setting('datestyle') AS dates`,
        )
        .finally(() => endConnection(client));
      requireSessionSettings(rows[0]);
      return;
    } catch (error) {
      if (error instanceof StartupError) throw error;
      const { code, message } = error as Error & { code?: string };
      const { host, pathname } = new URL(url);
      const where = `The database ${pathname.slice(1)} at ${host}`;
      if (!isConnectionLoss(error)) throw new StartupError(`${where} refuses the connection: ${message}.`);
      if (performance.now() > end) {
        throw new StartupError(
          `${where} has not answered for ${withinSeconds} s (${code ?? message}): start it, or set DATABASE_URL to one that runs.`,
        );
      }
    }
    await delay(retryMilliseconds);
  }
}

/** A pooler may take the settings of a session and forget them; times would then be read wrongly without a word. */
function requireSessionSettings(session: { zone: string; dates: string } | undefined): void {
  if (session?.zone === 'UTC' && session.dates.startsWith('ISO')) return;
  throw new StartupError(
    `The connection to the database does not keep the settings of a session (its time zone is ${session?.zone}): ` +
      "point DATABASE_URL at PostgreSQL itself, or ALTER ROLE … SET timezone = 'UTC' as docs/operations.md says under PgBouncer.",
  );
}
