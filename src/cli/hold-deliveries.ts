/** `mathership hold-deliveries`: after a database was restored by its own means, before anything is started on it. */
import { readSettings } from '#server/config/settings.ts';
import { connectAlone } from '#server/database/connection.ts';
import { type Held, holdDeliveries } from '#server/delivery/hold.ts';
import { UsageError, say } from './output.ts';

export async function runHoldDeliveries(): Promise<void> {
  const { databaseUrl } = readSettings();
  if (databaseUrl === undefined)
    throw new UsageError('Set DATABASE_URL: mathership restore holds deliveries of the embedded database by itself.');
  const client = await connectAlone({ url: databaseUrl, applicationName: 'mathership hold-deliveries' });
  try {
    sayHeld(await holdDeliveries(client));
  } finally {
    await client.end();
  }
}

export function sayHeld({ schedules, deliveries }: Held): void {
  if (schedules + deliveries === 0) return;
  say(
    `Nothing goes out by itself: ${schedules} schedules are paused, ${deliveries} deliveries have ended. What went out after the backup ` +
      'is not known here. Look at what receivers have, then resume each on the page Schedules; it makes what was missed.',
  );
}
