/**
 * Traces, when an endpoint for them is configured: what a request began goes on in the worker, and ends in the download.
 * Otherwise nothing is loaded, nothing recorded, and the work is called as it is.
 */
export interface SpanFacts {
  readonly name: string;
  readonly kind?: 'server' | 'consumer';
  /** W3C traceparent of what it belongs to; the span that is active here unless given. Null or malformed: a new trace. */
  readonly parent?: string | null;
  /** Traceparents of spans in other traces that led to this one. */
  readonly links?: readonly (string | null)[];
  /** Ids and facts; no business data. */
  readonly attributes?: Readonly<Record<string, string | number>>;
}

/** In milliseconds since 1970. */
export interface TimeSpan {
  readonly startedAt: number;
  readonly endedAt: number;
}

/** A span that is ended by whoever opened it. */
export interface OpenSpan {
  /** W3C traceparent. */
  readonly traceParent: string;
  /** Spans begun in `work`, and in whatever it starts, belong to this one. */
  within(work: () => void): void;
  end(attributes: Readonly<Record<string, string | number>>, failed: boolean): void;
}

export interface Tracing {
  open(facts: SpanFacts): OpenSpan;
  traced<T>(facts: SpanFacts, work: () => Promise<T>): Promise<T>;
  record(facts: SpanFacts & TimeSpan): void;
  activeTraceParent(): string | null;
  stop(): Promise<void>;
}

export interface TracingOptions {
  /** Of an OTLP collector, without the path of traces. */
  readonly endpoint: string;
  readonly serviceName: string;
  readonly serviceVersion: string;
}

let current: { readonly tracing: Tracing; users: number } | null = null;

/** For the whole process, once; resolves to the function that sends what is left and ends it. */
export async function startTracing(options: TracingOptions): Promise<() => Promise<void>> {
  const { OtlpTracing } = await import('./otlp-tracing.ts');
  current ??= { tracing: new OtlpTracing(options), users: 0 };
  current.users += 1;
  return async () => {
    if (!current || (current.users -= 1) > 0) return;
    const { tracing } = current;
    current = null;
    await tracing.stop();
  };
}

/** Runs `work` as a span: its failure is the span's, and is thrown on. */
export const traced = <T>(facts: SpanFacts, work: () => Promise<T>): Promise<T> =>
  current ? current.tracing.traced(facts, work) : work();

/** A span that is over already. */
export const recordSpan = (facts: SpanFacts & TimeSpan): void => current?.tracing.record(facts);

/** Null when nothing is traced. */
export const openSpan = (facts: SpanFacts): OpenSpan | null => current?.tracing.open(facts) ?? null;

/** Null when nothing is traced here. */
export const activeTraceParent = (): string | null => current?.tracing.activeTraceParent() ?? null;
