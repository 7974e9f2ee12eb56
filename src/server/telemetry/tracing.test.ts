import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DownloadLink, ExportJob } from '#contract/export-jobs.ts';
import { startInstallation, type TestInstallation } from '#test/installation.ts';
import { type CollectedSpan, startTraceCollector, type TraceCollector } from '#test/trace-collector.ts';
import { activeTraceParent, traced } from './tracing.ts';

const caller = { trace: 'a'.repeat(32), span: 'b'.repeat(16) };

describe('with an endpoint for traces', () => {
  let collector: TraceCollector;
  let site: TestInstallation;

  beforeAll(async () => {
    collector = await startTraceCollector();
    site = await startInstallation({ environment: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint } });
  });
  afterAll(async () => {
    await site.close();
    await collector.close();
  });

  const call = async <T>(method: string, path: string, flags: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${site.installation.address}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${site.key}`,
        traceparent: `00-${caller.trace}-${caller.span}-${flags}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return (await answer.json()) as T;
  };
  const ask = { date_from: '2026-01-01', date_to: '2026-12-31', file_format: 'csv' };

  it('one trace goes from the caller through the request, the worker and its steps to the download', async () => {
    const { id } = await call<ExportJob>('POST', '/api/v1/export-jobs', '01', { ...ask, company_id: site.companyId });
    expect((await site.finished(id)).status).toBe('completed');
    await site.ask<DownloadLink>('GET', `/api/v1/export-jobs/${id}/download`);

    const inTrace = (): CollectedSpan[] => collector.spans.filter(({ traceId }) => traceId === caller.trace);
    const named = (name: string): CollectedSpan => {
      const found = inTrace().find((span) => span.name === name);
      if (!found)
        throw new Error(
          `no span ${name} among ${inTrace()
            .map((span) => span.name)
            .join(', ')}`,
        );
      return found;
    };
    await vi.waitFor(() => named('export download'), { timeout: 10_000 });

    const request = named('POST /api/v1/export-jobs');
    expect(request.parentSpanId).toBe(caller.span);
    const run = named('export run');
    for (const name of ['export run', 'export queued', 'export download'])
      expect([name, named(name).parentSpanId]).toEqual([name, request.spanId]);
    const steps = ['claim', 'count', 'copy', 'zip', 'upload', 'confirm'].map((step) => named(`export ${step}`));
    for (const step of steps) {
      expect([step.name, step.parentSpanId]).toEqual([step.name, run.spanId]);
      expect(BigInt(step.startTimeUnixNano) <= BigInt(step.endTimeUnixNano)).toBe(true);
    }
    const facts = Object.fromEntries(
      run.attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]),
    );
    expect(facts).toMatchObject({ 'mathership.job_id': id, 'mathership.format': 'csv', 'mathership.attempt': 1 });

    // the click has a trace of its own, which the download names
    const click = collector.spans.find(({ name }) => name === 'GET /api/v1/export-jobs/:id/download');
    expect(click?.traceId).not.toBe(caller.trace);
    expect(named('export download').links).toMatchObject([{ traceId: click?.traceId, spanId: click?.spanId }]);
    expect([...collector.services]).toEqual(['mathership']);
    // ids and facts, no data: nothing of the report, nobody's name
    expect(JSON.stringify(collector.spans)).not.toMatch(/Grill|Finance|Tomatoes/);
  });

  it('a caller who does not keep their trace is not traced, in the worker neither', async () => {
    const before = collector.spans.length;
    const { id } = await call<ExportJob>('POST', '/api/v1/export-jobs', '00', {
      ...ask,
      company_id: site.companyId,
      date_to: '2026-06-30',
    });
    await site.finished(id);
    const other = await site.create({ date_to: '2026-05-31' });
    await site.finished(other.id);
    const ofJob = (jobId: string): CollectedSpan[] =>
      collector.spans
        .slice(before)
        .filter(({ attributes }) => attributes.some(({ value }) => value.stringValue === jobId));
    await vi.waitFor(() => expect(ofJob(other.id).length).toBe(2), { timeout: 10_000 });
    expect(ofJob(id)).toEqual([]);
  });

  it('a collector that is gone costs spans and nothing else', async () => {
    await collector.close();
    expect((await site.finished((await site.create({ date_to: '2026-04-30' })).id)).status).toBe('completed');
  });
});

describe('without one', () => {
  it('nothing is loaded, recorded or kept with the job', async () => {
    const work = Promise.resolve(1);
    expect(traced({ name: 'x' }, () => work)).toBe(work);
    expect(activeTraceParent()).toBeNull();
  });
});
