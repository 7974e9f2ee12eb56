/**
 * A body on its way into a store: counts its bytes, stops at once when the signal aborts, even while the body hangs,
 * and remembers whether it was the body that failed, so that the store's errors are never blamed for it.
 */
export class Source implements AsyncIterable<Buffer> {
  readonly #body: AsyncIterable<Buffer>;
  readonly #signal: AbortSignal | undefined;
  #bytes = 0;
  #failure: { readonly error: unknown } | undefined;

  constructor(body: AsyncIterable<Buffer>, signal?: AbortSignal) {
    this.#body = body;
    this.#signal = signal;
  }

  /** Handed on so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Rethrows what the body threw, or why it was aborted; returns when neither is the case. */
  rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    this.#signal?.throwIfAborted();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    const signal = this.#signal;
    const iterator = this.#body[Symbol.asyncIterator]();
    let stop = (_reason: unknown): void => {};
    const onAbort = (): void => stop(signal?.reason);
    signal?.addEventListener('abort', onAbort);
    let state: 'reading' | 'handed on' | 'over' = 'handed on';
    try {
      for (;;) {
        signal?.throwIfAborted();
        state = 'reading';
        // One promise per step: racing against a single long-lived one would keep every step in memory.
        const step = await new Promise<IteratorResult<Buffer>>((resolve, reject) => {
          stop = reject;
          iterator.next().then(resolve, reject);
        }).catch((error: unknown) => {
          this.#failure = { error };
          throw error;
        });
        if (step.done) {
          state = 'over';
          return;
        }
        state = 'handed on';
        this.#bytes += step.value.length;
        yield step.value;
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
      // A body that is still reading closes when its read answers; waiting for that could take for ever.
      if (state === 'reading') iterator.return?.().then(undefined, () => undefined);
      if (state === 'handed on') await iterator.return?.();
    }
  }
}
