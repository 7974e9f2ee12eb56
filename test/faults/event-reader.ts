/** A reader of the live stream, as a browser would be, but that it never comes back by itself. */
import type { ExportJob } from '#contract/export-jobs.ts';

export interface EventReader {
  /** `resync`, or a job's status, in order; for progress `processing 5/10`. */
  readonly heard: readonly string[];
  readonly jobs: readonly ExportJob[];
  ended(): boolean;
  close(): void;
}

export async function readEvents(address: string, key: string, companyId: string): Promise<EventReader> {
  const abort = new AbortController();
  const answer = await fetch(`${address}/api/v1/export-jobs/events?company_id=${companyId}`, {
    headers: { authorization: `Bearer ${key}` },
    signal: abort.signal,
  });
  const heard: string[] = [];
  const jobs: ExportJob[] = [];
  let over = false;
  const read = async (): Promise<void> => {
    let rest = '';
    for await (const text of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const events = `${rest}${text}`.split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) {
        const name = /^event: (\w+)$/m.exec(event)?.[1];
        const data = /^data: (.*)$/m.exec(event)?.[1];
        if (name === 'resync') heard.push('resync');
        if (name === 'job' && data) {
          const job = JSON.parse(data) as ExportJob;
          jobs.push(job);
          heard.push(job.status);
        }
      }
    }
  };
  void read()
    .catch(() => undefined)
    .finally(() => {
      over = true;
    });
  return { heard, jobs, ended: () => over, close: () => abort.abort() };
}
