/**
 * One reader of the change log per API process, woken by NOTIFY, fanning out in memory to any number of streams.
 * The id of an event names the place in the log up to which everything had been sent before it. Resuming there may repeat
 * an event; it never misses one, whatever committed out of order, and holds across restarts and other API processes.
 */
import { Listener } from '#server/database/listener.ts';

export interface Change<T> {
  readonly seq: string;
  readonly companyId: string;
  readonly id: string;
  /** Null: deleted. */
  readonly value: T | null;
  /** Everything that it has something of; absent: its company alone. */
  readonly companyIds?: readonly string[];
  /** Part of something that is told itself: for counting alone. */
  readonly isPart?: boolean;
  /** The company's data are of this version now; nothing was said of a job. */
  readonly dataVersion?: number;
}

/** How far a reader has seen: `since` to read on from, `id` to resume from later, by any process. */
export interface Position {
  readonly since: string;
  readonly id: string;
}

export interface ChangeLog<T> {
  readonly channel: string;
  now(): Promise<Position>;
  /** Where to read from for whoever saw this id last; null when the log is not the one it names, or no longer has it. */
  since(id: string): Promise<string | null>;
  /** What has been committed that was not over at `since`, in order, each change once. */
  read(since: string, companyIds?: readonly string[]): Promise<Position & { changes: Change<T>[] }>;
}

export type FeedEvent<T> =
  | { readonly kind: 'change'; readonly eventId: string; readonly change: Change<T> }
  /** Reload: something may have been missed. */
  | { readonly kind: 'resync'; readonly eventId: string }
  /** Everything up to here has been delivered. */
  | { readonly kind: 'mark'; readonly eventId: string };

export interface Subscription<T> {
  readonly companyIds: ReadonlySet<string>;
  /** What is of several companies is told to whoever may see all of them. */
  readonly viewable: ReadonlySet<string>;
  deliver(event: FeedEvent<T>): void;
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

/** Told whose access has changed; null: anybody's may have. */
export type AccessListener = (userId: string | null) => void;

export class ChangeFeed<T> {
  private readonly options: ChangeFeedOptions<T>;
  private readonly subscriptions = new Set<Subscription<T>>();
  private readonly accessListeners = new Set<AccessListener>();
  private readonly observers: ((change: Change<T>) => void)[] = [];
  private readonly listener: Listener;
  private position: Position = { since: '', id: '' };
  /** The connection was lost: what is at its other end now may be another history. */
  private isDoubtful = false;
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
      onNotification: (channel, payload) => {
        if (channel === accessChannel) this.tellAccessChanged(payload || null);
        else void this.pump();
      },
      onRestored: () => {
        this.isDoubtful = true;
        this.tellAccessChanged(null);
        void this.pump();
      },
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

  /** Answers the function that stops it. */
  onAccessChange(listener: AccessListener): () => void {
    this.accessListeners.add(listener);
    return () => void this.accessListeners.delete(listener);
  }

  async start(): Promise<void> {
    this.position = await this.options.log.now();
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

  /** Up to here everything has been delivered to whoever has joined. */
  currentEventId(): string {
    return this.position.id;
  }

  /**
   * Joins the stream; with the last event id a client has seen, first replays what came after it. Then, and only then, a
   * mark: where a client goes on from that hears nothing more. Resolves to the function that leaves.
   */
  async subscribe(subscription: Subscription<T>, lastEventId: string | null): Promise<() => void> {
    const held: FeedEvent<T>[] = [];
    let live = false;
    const joined: Subscription<T> = {
      companyIds: subscription.companyIds,
      viewable: subscription.viewable,
      deliver: (event) => (live ? subscription.deliver(event) : void held.push(event)),
      ended: () => subscription.ended(),
    };
    this.subscriptions.add(joined);
    if (this.stopped) subscription.ended();
    const leave = (): void => void this.subscriptions.delete(joined);
    try {
      if (lastEventId !== null) await this.replay(subscription, lastEventId);
    } catch (error) {
      leave();
      throw error;
    }
    // what arrived while the past was read; repeating is allowed, losing is not
    live = true;
    for (const event of held) subscription.deliver(event);
    subscription.deliver({ kind: 'mark', eventId: this.currentEventId() });
    return leave;
  }

  private async replay(subscription: Subscription<T>, eventId: string): Promise<void> {
    const { log } = this.options;
    const since = await log.since(eventId);
    if (since === null) return subscription.deliver({ kind: 'resync', eventId: this.currentEventId() });
    const { changes } = await log.read(since, [...subscription.companyIds]);
    for (const change of changes)
      if (concerns(change, subscription)) subscription.deliver({ kind: 'change', eventId, change });
  }

  private tellAccessChanged(userId: string | null): void {
    for (const listener of this.accessListeners) listener(userId);
  }

  private pump(): Promise<void> {
    if (this.reading) {
      this.again = true;
      return this.reading;
    }
    this.reading = this.readOn()
      .catch((error: Error) => {
        if (!this.stopped) this.options.onError(error);
      })
      .finally(() => {
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
    const { log } = this.options;
    if (this.isDoubtful) {
      if ((await log.since(this.position.id)) === null) this.position = await log.now();
      this.isDoubtful = false;
      for (const each of this.subscriptions) each.deliver({ kind: 'resync', eventId: this.currentEventId() });
    }
    const eventId = this.currentEventId();
    const { since, id, changes } = await log.read(this.position.since);
    for (const change of changes) {
      if (change.dataVersion === undefined) for (const observer of this.observers) observer(change);
      for (const each of this.subscriptions) {
        if (concerns(change, each)) each.deliver({ kind: 'change', eventId, change });
      }
    }
    this.position = { since, id };
  }
}

const concerns = <T>(
  { companyId, companyIds = [], isPart = false }: Change<T>,
  { companyIds: asked, viewable }: Subscription<T>,
): boolean => !isPart && asked.has(companyId) && companyIds.every((id) => viewable.has(id));
