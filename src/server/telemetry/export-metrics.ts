/**
 * The figures of exports, as Prometheus reads them. No label names a company or a person, and every label has few values.
 * Every process that answers HTTP counts every export of the installation: take one of them, or the largest, not the sum.
 */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export interface FinishedExport {
  readonly report: string;
  readonly format: string;
  /** From the creation to the start of the run that made the file. */
  readonly waitedSeconds: number;
  /** Of that run. */
  readonly seconds: number;
  readonly rows: number;
}

const durations = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200];
const speeds = [1_000, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000];
const labelNames = ['report', 'format'] as const;

export class ExportMetrics {
  readonly waiting: Gauge<'lane'>;
  readonly running: Gauge<'lane'>;
  readonly oldest: Gauge<'lane'>;
  private readonly duration: Histogram<'report' | 'format'>;
  private readonly waited: Histogram<'report' | 'format'>;
  private readonly speed: Histogram<'report' | 'format'>;
  private readonly rows: Counter<'report' | 'format'>;
  private readonly failed: Counter<'code'>;
  private readonly canceled: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    const gauge = (name: string, help: string): Gauge<'lane'> =>
      new Gauge({ name: `mathership_exports_${name}`, help, labelNames: ['lane'], registers });
    const histogram = (name: string, help: string, buckets: number[]): Histogram<'report' | 'format'> =>
      new Histogram({ name: `mathership_export_${name}`, help, labelNames, buckets, registers });
    this.waiting = gauge('waiting', 'Queued exports by lane');
    this.running = gauge('running', 'Exports being made by lane');
    this.oldest = gauge('oldest_waiting_seconds', 'Age of the export that has waited longest, by lane');
    this.duration = histogram('duration_seconds', 'From the start of the run that made the file to its end', durations);
    this.waited = histogram('wait_seconds', 'From the request to the start of the run that made the file', durations);
    this.speed = histogram('rows_per_second', 'Rows of a file by the seconds it took', speeds);
    this.rows = new Counter({ name: 'mathership_export_rows_total', help: 'Rows exported', labelNames, registers });
    const exports = (name: string, help: string) => ({ name: `mathership_exports_${name}_total`, help, registers });
    this.failed = new Counter({ ...exports('failed', 'Exports that failed for good, by code'), labelNames: ['code'] });
    this.canceled = new Counter(exports('canceled', 'Exports that somebody canceled'));
  }

  completed({ report, format, waitedSeconds, seconds, rows }: FinishedExport): void {
    const labels = { report, format };
    this.duration.observe(labels, seconds);
    this.waited.observe(labels, waitedSeconds);
    this.rows.inc(labels, rows);
    // a file of no rows says nothing about speed
    if (rows > 0 && seconds > 0) this.speed.observe(labels, rows / seconds);
  }

  failedWith(code: string): void {
    this.failed.inc({ code });
  }

  wasCanceled(): void {
    this.canceled.inc();
  }
}
