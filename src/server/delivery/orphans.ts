/** Schedules whose owner is gone or has lost the right are paused, also those that are not due: they are offered for taking over. */
import type { Database } from '#server/database/database.ts';
import { pauseSchedule, sentences } from './pause.ts';
import { ownerStands } from './standing.ts';

export async function pauseOrphans(db: Database): Promise<number> {
  const owners = await db
    .selectFrom('schedules')
    .select(['owner_id', 'company_id'])
    .distinct()
    .where('paused_at', 'is', null)
    .execute();
  let paused = 0;
  for (const owner of owners) {
    if (await ownerStands(db, owner)) continue;
    await db.transaction().execute(async (tx) => {
      const schedules = await tx
        .selectFrom('schedules')
        .select(['id', 'name', 'company_id', 'owner_id'])
        .where('company_id', '=', owner.company_id)
        .where('owner_id', owner.owner_id === null ? 'is' : '=', owner.owner_id)
        .where('paused_at', 'is', null)
        .execute();
      for (const schedule of schedules) await pauseSchedule(tx, schedule, sentences.ownerGone);
      paused += schedules.length;
    });
  }
  return paused;
}
