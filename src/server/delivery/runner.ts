/**
 * Schedules and deliveries as they go by themselves, in every process that works: what is due is planned, begun, settled and
 * sent, each by whoever comes first. Nothing is held in memory that a process may not lose.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { CreateDependencies } from '#server/exports/create.ts';
import { tellChanged } from './changed-exports.ts';
import { claimDelivery, deliver } from './deliver.ts';
import { sendNotice } from './notices.ts';
import { closeOf } from './close-of.ts';
import { NotPlanned, planDue } from './plan-runs.ts';
import { pauseOrphans } from './orphans.ts';
import type { SendParts } from './sender.ts';
import { settleEnded } from './settle-runs.ts';
import { startRun, type WaitingRun, waitingRuns } from './start-runs.ts';

export interface RunnerOptions {
  readonly create: CreateDependencies;
  readonly send: SendParts;
  readonly onError: (error: Error) => void;
  /** Deliveries at once in this process. */
  readonly concurrency?: number;
}

const restMilliseconds = 1_000;
/** How often owners are looked at whose right nobody has asked for meanwhile. */
const orphanRounds = 10;
/** What could not be begun is left alone for so long. */
const retryMilliseconds = 30_000;

export class DeliveryRunner {
  readonly #options: RunnerOptions;
  readonly #ending = new AbortController();
  readonly #resting = new Map<string, number>();
  #loops: Promise<void>[] = [];

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  start(): void {
    const { concurrency = 8 } = this.#options;
    let round = 0;
    this.#loops = [
      this.#loop(async () => {
        round += 1;
        if (round % orphanRounds === 0) await pauseOrphans(this.#options.send.db);
        return this.#round();
      }),
      this.#loop(() => sendNotice(this.#options.send)),
      this.#loop(() => tellChanged(this.#options.send.db)),
      ...Array.from({ length: concurrency }, () => this.#loop(() => this.#deliverOne())),
    ];
  }

  /** What is being sent may end; what is not begun waits for whoever comes next. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await Promise.all(this.#loops);
  }

  /** Does what there is to do; rests when there is nothing, or when it cannot be done. */
  async #loop(work: () => Promise<boolean>): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      const did = await work().catch((error: Error) => {
        this.#options.onError(error);
        return false;
      });
      if (!did) await delay(restMilliseconds, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #round(): Promise<boolean> {
    const { create } = this.#options;
    const { db } = create;
    const { rows } = await sql<{ now: string }>`SELECT clock_timestamp() AS now`.execute(db);
    const now = new Date(rows[0]?.now ?? Date.now());
    let did = false;
    while (!this.#ending.signal.aborted && (await this.#plan(now))) did = true;
    for (const run of await waitingRuns(db)) {
      if (this.#atRest().includes(run.schedule_id)) continue;
      if (await this.#begin(run)) did = true;
    }
    while (!this.#ending.signal.aborted && (await settleEnded(db))) did = true;
    return did;
  }

  async #begin(run: WaitingRun): Promise<boolean> {
    try {
      await startRun(this.#options.create, run);
      return true;
    } catch (error) {
      this.#rest(run.schedule_id, error as Error);
      return false;
    }
  }

  async #plan(now: Date): Promise<boolean> {
    const { create } = this.#options;
    try {
      return await planDue(create.db, now, closeOf, this.#atRest());
    } catch (error) {
      if (!(error instanceof NotPlanned)) throw error;
      this.#rest(error.scheduleId, error);
      return true;
    }
  }

  #rest(scheduleId: string, error: Error): void {
    this.#resting.set(scheduleId, performance.now() + retryMilliseconds);
    this.#options.onError(error);
  }

  #atRest(): string[] {
    const now = performance.now();
    for (const [id, until] of this.#resting) if (until <= now) this.#resting.delete(id);
    return [...this.#resting.keys()];
  }

  async #deliverOne(): Promise<boolean> {
    const { send } = this.#options;
    const claimed = await claimDelivery(send.db);
    if (!claimed) return false;
    await deliver(send, claimed);
    return true;
  }
}
