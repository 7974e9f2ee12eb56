/** Figures of schedules and deliveries, of all processes together: read from the database at each visit. */
import { sql } from 'kysely';
import { Gauge, type Registry } from 'prom-client';
import type { DatabasePool } from '#server/database/database.ts';

interface Figures {
  readonly waiting: number;
  readonly sending: number;
  readonly failed_day: number;
  readonly refused_day: number;
  readonly overdue: number;
  readonly schedules: number;
  readonly paused: number;
  readonly late: number;
}

export function deliveryMetrics(registry: Registry, { db }: DatabasePool): void {
  const gauge = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Gauge({ name: `mathership_${name}`, help, labelNames, registers: [registry] });
  const deliveries = new Gauge({
    name: 'mathership_deliveries',
    help: 'Under way, and ended in the last day without having arrived',
    labelNames: ['status'],
    registers: [registry],
    collect: () => readFigures(),
  });
  const overdue = gauge('delivery_overdue_seconds', 'Since the delivery that is due longest was due');
  const schedules = gauge('schedules', 'By whether they are paused, and why', ['state']);
  const late = gauge('schedule_late_seconds', 'Since the schedule that is due longest was due');
  async function readFigures(): Promise<void> {
    const { rows } = await sql<Figures>`
      SELECT count(*) FILTER (WHERE status = 'waiting')::int AS waiting, count(*) FILTER (WHERE status = 'sending')::int AS sending,
        count(*) FILTER (WHERE status = 'failed' AND next_at > now() - interval '1 day')::int AS failed_day,
        count(*) FILTER (WHERE status = 'refused' AND next_at > now() - interval '1 day')::int AS refused_day,
        coalesce(extract(epoch FROM now() - min(next_at) FILTER (WHERE status = 'waiting' AND next_at < now())), 0)::float8 AS overdue,
        (SELECT count(*)::int FROM schedules WHERE paused_at IS NULL) AS schedules,
        (SELECT count(*)::int FROM schedules WHERE paused_reason IS NOT NULL) AS paused,
        (SELECT coalesce(extract(epoch FROM now() - min(next_due_at)), 0)::float8 FROM schedules WHERE paused_at IS NULL AND next_due_at < now()) AS late
      FROM deliveries WHERE status IN ('waiting', 'sending') OR next_at > now() - interval '1 day'`
      .execute(db)
      // a database that is away has a figure of its own
      .catch(() => ({ rows: [] }));
    const [figures] = rows;
    if (!figures) return;
    for (const [status, n] of Object.entries({
      waiting: figures.waiting,
      sending: figures.sending,
      failed: figures.failed_day,
      refused: figures.refused_day,
    }))
      deliveries.set({ status }, n);
    overdue.set(figures.overdue);
    schedules.set({ state: 'running' }, figures.schedules);
    schedules.set({ state: 'paused_by_itself' }, figures.paused);
    late.set(figures.late);
  }
}
