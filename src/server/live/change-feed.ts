/**
 * One reader of the change log per API process, woken by NOTIFY, fanning out in memory to any number of streams.
 * Event ids are horizons: "the oldest transaction running when this was read". Replaying from a horizon may repeat an
 * event; it never misses one, whatever committed out of order, and holds across restarts and other API processes.
 */
import { Listener } from '#server/database/listener.ts';

export interface Change<T> {
  readonly seq: string;
  readonly companyId: string;
  readonly id: string;
  /** Null: deleted. */
  readonly value: T | null;
}

export interface ChangeLog<T> {
  readonly channel: string;
  readonly keptSeconds: number;
  /** The current horizon. */
  now(): Promise<string>;
  /** What transactions from `horizon` on have committed, in order, and the horizon to go on from. */
  read(horizon: string, companyIds?: readonly string[]): Promise<{ horizon: string; changes: Change<T>[] }>;
}

export type FeedEvent<T> =
  | { readonly kind: 'change'; readonly eventId: string; readonly change: Change<T> }
  /** Reload: something may have been missed. */
  | { readonly kind: 'resync'; readonly eventId: string };

export interface Subscription<T> {
  readonly companyIds: ReadonlySet<string>;
  deliver(event: FeedEvent<T>): void;
  /** Who may see what has changed: check again. */
  accessChanged(): void;
  /** The feed stops: nothing more comes. */
  ended(): void;
}

export interface ChangeFeedOptions<T> {
  readonly url: string;
  readonly log: ChangeLog<T>;
  readonly onError: (error: Error) => void;
}

const accessChannel = 'access_changed';
/** The log is read at least this often, in case a notification was lost. */
const tickMilliseconds = 2000;

export class ChangeFeed<T> {
  private readonly options: ChangeFeedOptions<T>;
  private readonly subscriptions = new Set<Subscription<T>>();
  private readonly accessListeners = new Set<() => void>();
  private readonly observers: ((change: Change<T>) => void)[] = [];
  private readonly listener: Listener;
  private horizon = '0';
  private seen = new Set<string>();
  private reading: Promise<void> | null = null;
  private again = false;
  private stopped = false;
  private timer: NodeJS.Timeout | null = null;

  constructor(options: ChangeFeedOptions<T>) {
    this.options = options;
    this.listener = new Listener({
      url: options.url,
      applicationName: 'mathership live',
      channels: [options.log.channel, accessChannel],
      onNotification: (channel) => {
        if (channel === accessChannel) this.tellAccessChanged();
        else void this.pump();
      },
      onRestored: () => this.resync(),
      onError: options.onError,
    });
  }

  get streams(): number {
    return this.subscriptions.size;
  }

  /** Told of every change of every company, once: for counting. */
  observe(observer: (change: Change<T>) => void): void {
    this.observers.push(observer);
  }

  /** Told whenever anybody's access changes, or may have; answers the function that stops it. For whoever sends files. */
  onAccessChange(listener: () => void): () => void {
    this.accessListeners.add(listener);
    return () => void this.accessListeners.delete(listener);
  }

  async start(): Promise<void> {
    this.horizon = await this.options.log.now();
    await this.listener.start();
    this.timer = setInterval(() => void this.pump(), tickMilliseconds);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearInterval(this.timer);
    // streams never end by themselves; their readers come back to whoever serves next
    for (const each of this.subscriptions) each.ended();
    await this.listener.stop();
    await this.reading;
  }

  /** Ends the connection at once; it listens again over another, and tells everybody to look for themselves. */
  cut(): void {
    this.listener.cut();
  }

  /** The id of "now": what happens from here on will be delivered. */
  currentEventId(): string {
    return eventId(this.horizon);
  }

  /**
   * Joins the stream; with the last event id a client has seen, first replays what came after it. Resolves to the
   * function that leaves.
   */
  async subscribe(subscription: Subscription<T>, lastEventId: string | null): Promise<() => void> {
    const held: FeedEvent<T>[] = [];
    let live = false;
    const joined: Subscription<T> = {
      companyIds: subscription.companyIds,
      deliver: (event) => (live ? subscription.deliver(event) : void held.push(event)),
      accessChanged: () => subscription.accessChanged(),
      ended: () => subscription.ended(),
    };
    this.subscriptions.add(joined);
    if (this.stopped) subscription.ended();
    const leave = (): void => void this.subscriptions.delete(joined);
    try {
      if (lastEventId !== null) {
        const from = this.resumable(lastEventId);
        if (from === null) subscription.deliver({ kind: 'resync', eventId: this.currentEventId() });
        else {
          const replay = await this.options.log.read(from, [...subscription.companyIds]);
          for (const change of replay.changes) subscription.deliver({ kind: 'change', eventId: eventId(from), change });
        }
      }
    } catch (error) {
      leave();
      throw error;
    }
    // what arrived while the past was read; repeating is allowed, losing is not
    live = true;
    for (const event of held) subscription.deliver(event);
    return leave;
  }

  private resumable(id: string): string | null {
    const match = /^(\d{1,20})-(\d{1,12})$/.exec(id);
    const [horizon, seconds] = [match?.[1], Number(match?.[2])];
    if (horizon === undefined || BigInt(horizon) > BigInt(this.horizon)) return null;
    return nowSeconds() - seconds > this.options.log.keptSeconds ? null : horizon;
  }

  /** After a lost connection: everybody looks for themselves, and what was missed is read. */
  private resync(): void {
    for (const each of this.subscriptions) each.deliver({ kind: 'resync', eventId: this.currentEventId() });
    this.tellAccessChanged();
    void this.pump();
  }

  private tellAccessChanged(): void {
    for (const each of this.subscriptions) each.accessChanged();
    for (const listener of this.accessListeners) listener();
  }

  private pump(): Promise<void> {
    if (this.reading) {
      this.again = true;
      return this.reading;
    }
    this.reading = this.readOn().finally(() => {
      this.reading = null;
      if (this.again && !this.stopped) {
        this.again = false;
        void this.pump();
      }
    });
    return this.reading;
  }

  private async readOn(): Promise<void> {
    if (this.stopped) return;
    try {
      const from = this.horizon;
      const { horizon, changes } = await this.options.log.read(from);
      const seen = new Set<string>();
      for (const change of changes) {
        seen.add(change.seq);
        if (this.seen.has(change.seq)) continue;
        for (const observer of this.observers) observer(change);
        const event: FeedEvent<T> = { kind: 'change', eventId: eventId(from), change };
        for (const each of this.subscriptions) if (each.companyIds.has(change.companyId)) each.deliver(event);
      }
      // what was seen and may come again, because its transaction is not older than the new horizon
      this.seen = seen;
      this.horizon = horizon;
    } catch (error) {
      if (!this.stopped) this.options.onError(error as Error);
    }
  }
}

const nowSeconds = (): number => Math.floor(Date.now() / 1000);
const eventId = (horizon: string): string => `${horizon}-${nowSeconds()}`;
