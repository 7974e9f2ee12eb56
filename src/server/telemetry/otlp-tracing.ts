/** Traces over OTLP/HTTP. Spans are sent in batches beside the work; a collector that is away costs spans, nothing else. */
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Context,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, BatchSpanProcessor, ParentBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import type { OpenSpan, SpanFacts, TimeSpan, Tracing, TracingOptions } from './tracing.ts';

const kinds = { server: SpanKind.SERVER, consumer: SpanKind.CONSUMER } as const;
const sendMilliseconds = 3_000;
const stopMilliseconds = 5_000;
const traceParentPattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

export class OtlpTracing implements Tracing {
  private readonly provider: TracerProvider;
  private readonly tracer: Tracer;

  constructor({ endpoint, serviceName, serviceVersion }: TracingOptions) {
    const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, timeoutMillis: sendMilliseconds });
    this.provider = new TracerProvider({
      resource: resourceFromAttributes({
        'service.name': serviceName,
        'service.version': serviceVersion,
        'service.instance.id': `${hostname()}:${process.pid}`,
      }),
      // whoever calls us decides whether their trace is kept
      sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
      spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 1000 })],
    });
    this.tracer = this.provider.getTracer(serviceName, serviceVersion);
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  }

  open(facts: SpanFacts): OpenSpan {
    const { span, within } = this.begin(facts);
    return {
      traceParent: traceParentOf(span),
      within: (work) => context.with(within, work),
      end: (attributes, failed) => {
        span.setAttributes(attributes);
        if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      },
    };
  }

  async traced<T>(facts: SpanFacts, work: () => Promise<T>): Promise<T> {
    const { span, within } = this.begin(facts);
    try {
      return await context.with(within, work);
    } catch (error) {
      const { code, name } = error as { code?: unknown; name?: string };
      span.setStatus({ code: SpanStatusCode.ERROR, message: typeof code === 'string' ? code : (name ?? 'Error') });
      throw error;
    } finally {
      span.end();
    }
  }

  record({ endedAt, ...facts }: SpanFacts & TimeSpan): void {
    this.begin(facts, facts.startedAt).span.end(endedAt);
  }

  activeTraceParent(): string | null {
    const span = trace.getActiveSpan();
    return span ? traceParentOf(span) : null;
  }

  /** Sends what is left; a collector that does not answer is not waited for. */
  async stop(): Promise<void> {
    const over = new AbortController();
    await Promise.race([
      this.provider.shutdown().catch(() => undefined),
      delay(stopMilliseconds, undefined, { signal: over.signal, ref: false }).catch(() => undefined),
    ]);
    over.abort();
    context.disable();
  }

  private begin(facts: SpanFacts, startTime?: number): { span: Span; within: Context } {
    const remote = facts.parent === undefined ? null : parsed(facts.parent);
    const parent =
      facts.parent === undefined
        ? context.active()
        : remote
          ? trace.setSpanContext(ROOT_CONTEXT, remote)
          : ROOT_CONTEXT;
    const links = (facts.links ?? []).map(parsed).filter((each) => each !== null);
    const span = this.tracer.startSpan(
      facts.name,
      {
        kind: facts.kind ? kinds[facts.kind] : SpanKind.INTERNAL,
        links: links.map((each) => ({ context: each })),
        ...(facts.attributes && { attributes: facts.attributes }),
        ...(startTime !== undefined && { startTime }),
      },
      parent,
    );
    return { span, within: trace.setSpan(parent, span) };
  }
}

function traceParentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

function parsed(traceParent: string | null): SpanContext | null {
  const [, traceId = '', spanId = '', flags = '00'] = traceParentPattern.exec(traceParent ?? '') ?? [];
  const found = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return isSpanContextValid(found) ? found : null;
}
