/** The imports that run in this process, one per company, so that a page can watch one and stop it. */
import type { CurrentImport, ImportProgress } from '#contract/imports.ts';

interface UnderWay {
  /** RFC 3339. */
  readonly startedAt: string;
  readonly controller: AbortController;
  progress: ImportProgress | null;
}

export class ImportsUnderWay {
  readonly #byCompany = new Map<string, UnderWay>();

  /** Runs `work` as the import of this company; a second one is not listed (and is refused by the database). */
  async watch<T>(
    companyId: string,
    work: (signal: AbortSignal, onProgress: (progress: ImportProgress) => void) => Promise<T>,
  ): Promise<T> {
    const underWay: UnderWay = {
      startedAt: new Date().toISOString(),
      controller: new AbortController(),
      progress: null,
    };
    const listed = !this.#byCompany.has(companyId);
    if (listed) this.#byCompany.set(companyId, underWay);
    try {
      return await work(underWay.controller.signal, (progress) => {
        underWay.progress = progress;
      });
    } finally {
      if (listed) this.#byCompany.delete(companyId);
    }
  }

  current(companyId: string): CurrentImport['import'] {
    const underWay = this.#byCompany.get(companyId);
    if (!underWay) return null;
    const progress = underWay.progress ?? { phase: 'reading', file: '', rows: 0, rows_total: null, bytes: 0 };
    return { started_at: underWay.startedAt, ...progress };
  }

  /** False if none runs here. */
  stop(companyId: string): boolean {
    const underWay = this.#byCompany.get(companyId);
    underWay?.controller.abort();
    return underWay !== undefined;
  }
}
