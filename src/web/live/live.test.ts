import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { QueryClient } from '@tanstack/react-query';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ExportJob, Page } from '#contract/export-jobs.ts';
import { jobListsKey } from '#web/api/export-jobs.ts';
import { readEventStream, type StreamEvent } from './event-stream.ts';
import { addJob, dropJob, putJob } from './job-cache.ts';
import { HeardEvents } from './heard.ts';
import { JobWatch } from './job-watch.ts';
import { QuietReload } from './quiet-reload.ts';

const job = (change: Partial<ExportJob>): ExportJob =>
  ({
    id: 'j1',
    company_id: 'c1',
    status: 'pending',
    attempt: 1,
    progress: null,
    queue_position: 3,
    created_at: '2026-11-23T12:00:00.000000Z',
    updated_at: '2026-11-23T12:00:00.000000Z',
    created_by: { id: 'u1', name: 'Jonas Brandt' },
    ...change,
  }) as ExportJob;

describe('a stream of events', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  /** Answers one request with `answer` and reads it to its end. */
  async function read(answer: (response: ServerResponse, lastEventId: string | undefined) => void, lastEventId = '7') {
    const listening = createServer((request, response) =>
      answer(response, request.headers['last-event-id'] as string | undefined),
    );
    server = listening;
    await new Promise<void>((resolve) => void listening.listen(0, '127.0.0.1', resolve));
    const events: StreamEvent[] = [];
    const opened = vi.fn<() => void>();
    const ended = await readEventStream({
      url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}/`,
      lastEventId,
      signal: new AbortController().signal,
      onOpen: opened,
      onEvent: (event) => events.push(event),
    });
    return { events, opened, ended };
  }

  it('is read whatever the pieces it comes in, comments left out', async () => {
    const { events, opened, ended } = await read((response, lastEventId) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(':hello\n\nid: 8\nevent: job\nda');
      response.write(`ta: {"a":"${lastEventId}"}\r\n\r`);
      response.end('\nid: 9\nevent: deleted\ndata: x\ndata: y\n\nid: 10\ndata: cut off');
    });
    expect(opened).toHaveBeenCalledOnce();
    expect(events).toEqual([
      { id: '8', event: 'job', data: '{"a":"7"}' },
      { id: '9', event: 'deleted', data: 'x\ny' },
    ]);
    expect(ended.code).toBe('unreachable');
  });

  it('says why it was refused', async () => {
    const { opened, ended } = await read((response) => {
      response.writeHead(403, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ code: 'missing_capability', status: 403, title: 'No', detail: 'No.' }));
    });
    expect(opened).not.toHaveBeenCalled();
    expect(ended).toMatchObject({ code: 'missing_capability', status: 403 });
  });
});

describe('what is news about a job', () => {
  const at = Date.parse('2026-11-23T12:00:05Z');

  it('is its making, once', () => {
    const watch = new JobWatch();
    expect(watch.hear(job({}), at)).toBe('new');
    expect(watch.hear(job({}), at)).toBeNull();
  });

  it('is its end, once, whether heard or seen', () => {
    const watch = new JobWatch();
    watch.see(job({ status: 'processing' }));
    const done = job({ status: 'completed', updated_at: '2026-11-23T12:00:09.000000Z' });
    expect(watch.hear(done, at)).toBe('ended');
    expect(watch.see(done)).toBeNull();
  });

  it('is not a state that has passed already', () => {
    const watch = new JobWatch();
    watch.see(job({ status: 'failed', updated_at: '2026-11-23T12:00:09.000000Z' }));
    expect(watch.hear(job({ status: 'processing', updated_at: '2026-11-23T12:00:03.000000Z' }), at)).toBeNull();
  });

  it('is no making when the job is old and merely was not on the page', () => {
    expect(new JobWatch().hear(job({ created_at: '2026-11-23T10:00:00.000000Z' }), at)).toBe('changed');
  });
});

describe('rows on the page', () => {
  const listWith = (...results: ExportJob[]) => {
    const queryClient = new QueryClient();
    const key = [...jobListsKey('c1'), {}];
    queryClient.setQueryData(key, { results, page: 0, page_size: 20, total: results.length, total_pages: 1 });
    return { queryClient, rows: () => queryClient.getQueryData<Page<ExportJob>>(key) };
  };

  it('change in place and leave the others as they are', () => {
    const other = job({ id: 'j2' });
    const { queryClient, rows } = listWith(job({}), other);
    putJob(queryClient, job({ status: 'processing', queue_position: null, updated_at: '2026-11-23T12:00:01.000000Z' }));
    expect(rows()?.results[0]).toMatchObject({ status: 'processing', queue_position: null });
    expect(rows()?.results[1]).toBe(other);
  });

  it('never go back in time', () => {
    const { queryClient, rows } = listWith(
      job({
        status: 'processing',
        progress: { rows_done: 500, rows_total: 900 },
        updated_at: '2026-11-23T12:00:01.000000Z',
      }),
    );
    const before = rows();
    putJob(queryClient, job({}));
    putJob(
      queryClient,
      job({
        status: 'processing',
        progress: { rows_done: 400, rows_total: 900 },
        updated_at: '2026-11-23T12:00:01.000000Z',
      }),
    );
    expect(rows()).toBe(before);
  });

  it('go on with the attempt that came later, though it has written less and is of the same instant', () => {
    const first = job({ status: 'processing', attempt: 1, progress: { rows_done: 500, rows_total: 900 } });
    const second = job({ status: 'processing', attempt: 2, progress: { rows_done: 3, rows_total: 900 } });
    const { queryClient, rows } = listWith(first);
    putJob(queryClient, second);
    expect(rows()?.results[0]).toMatchObject({ attempt: 2, progress: { rows_done: 3 } });
    putJob(queryClient, first);
    expect(rows()?.results[0]).toMatchObject({ attempt: 2, progress: { rows_done: 3 } });
  });

  it('keep the place in the queue that an event does not tell', () => {
    const { queryClient, rows } = listWith(job({}));
    putJob(queryClient, job({ queue_position: null, updated_at: '2026-11-23T12:00:01.000000Z' }));
    expect(rows()?.results[0]?.queue_position).toBe(3);
  });

  it('begin with a job just made where it belongs, and only there', () => {
    const made = job({ id: 'j9', created_at: '2026-11-23T12:00:07.000000Z', file_format: 'csv' });
    const inView = (view: object) => {
      const queryClient = new QueryClient();
      const key = [...jobListsKey('c1'), { page: 0, page_size: 20, ordering: '-created_at', ...view }];
      queryClient.setQueryData(key, { results: [job({})], page: 0, page_size: 20, total: 41, total_pages: 3 });
      addJob(queryClient, made);
      addJob(queryClient, made);
      return queryClient.getQueryData<Page<ExportJob>>(key);
    };
    expect(inView({ file_format: ['csv', 'pdf'] })).toMatchObject({ total: 42, results: [{ id: 'j9' }, { id: 'j1' }] });
    for (const view of [
      { page: 1 },
      { ordering: 'status' },
      { file_format: ['pdf'] },
      { created_from: '2026-11-01' },
    ]) {
      expect(inView(view)).toMatchObject({ total: 41, results: [{ id: 'j1' }] });
    }
  });

  it('go when their export is deleted', () => {
    const { queryClient, rows } = listWith(job({}), job({ id: 'j2' }));
    dropJob(queryClient, 'c1', 'j1');
    expect(rows()).toMatchObject({ total: 1, results: [{ id: 'j2' }] });
  });
});

describe('an answer that was under way while events came', () => {
  const page = (...results: ExportJob[]): Page<ExportJob> => ({
    results,
    page: 0,
    page_size: 20,
    total: results.length,
    total_pages: 1,
  });
  const view = { page: 0, page_size: 20, ordering: '-created_at' };
  const done = job({ status: 'completed', updated_at: '2026-11-23T12:00:09.000000Z' });
  const made = job({ id: 'j9', created_at: '2026-11-23T12:00:07.000000Z' });

  it('is brought up to date with them', () => {
    const heard = new HeardEvents();
    const askedAt = performance.now();
    heard.add({ job: done, isNew: false });
    heard.add({ job: made, isNew: true });
    heard.add({ deletedId: 'j2' });
    const fresh = heard.freshPage(page(job({}), job({ id: 'j2' })), view, askedAt);
    expect(fresh.results.map(({ id, status }) => `${id} ${status}`)).toEqual(['j9 pending', 'j1 completed']);
    expect(fresh.total).toBe(2);
    expect(heard.freshJob(job({}), askedAt).status).toBe('completed');
  });

  it('is left alone by what was heard before it was asked for', () => {
    const heard = new HeardEvents();
    heard.add({ job: made, isNew: true });
    const answer = page(job({}));
    expect(heard.freshPage(answer, view, performance.now() + 1)).toBe(answer);
  });
});

describe('the quiet reload', () => {
  afterEach(() => void vi.useRealTimers());

  it('runs once for many requests, never twice at a time, and never loses the last', async () => {
    vi.useFakeTimers();
    let finish = (): void => {};
    const action = vi.fn<() => Promise<void>>(() => new Promise((resolve) => (finish = resolve)));
    const reload = new QuietReload(action);
    for (let n = 0; n < 5; n++) reload.soon();
    await vi.advanceTimersByTimeAsync(200);
    expect(action).toHaveBeenCalledTimes(1);
    reload.soon();
    await vi.advanceTimersByTimeAsync(5000);
    expect(action).toHaveBeenCalledTimes(1);
    finish();
    await vi.advanceTimersByTimeAsync(1500);
    expect(action).toHaveBeenCalledTimes(2);
  });
});
