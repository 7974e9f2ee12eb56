/**
 * Senders and readers slower than any line. Whoever needs half a minute for 64 kB holds what others wait for (a
 * connection, a file, memory), and is given up. Only waiting for them counts, never the time that this side takes.
 */

export interface Pace {
  /** Of waiting, for so many bytes. */
  readonly seconds: number;
  readonly bytes: number;
}

/** 2 kB a second: a tenth of what the slowest telephone line carries. */
export const slowestPace: Pace = { seconds: 30, bytes: 64 * 1024 };

/** Measures waiting against what arrives; `giveUp` is called once, when a pace is not kept. */
class Patience {
  readonly #pace: Pace;
  readonly #giveUp: () => void;
  #left: number;
  #moved = 0;
  #since = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(pace: Pace, giveUp: () => void) {
    this.#pace = pace;
    this.#giveUp = giveUp;
    this.#left = pace.seconds * 1000;
  }

  begin(): void {
    this.#since = performance.now();
    this.#timer = setTimeout(this.#giveUp, Math.max(0, this.#left));
  }

  /** The wait is over. @param bytes what it was for */
  end(bytes: number): void {
    clearTimeout(this.#timer);
    this.#left -= performance.now() - this.#since;
    this.#moved += bytes;
    if (this.#moved < this.#pace.bytes) return;
    this.#moved = 0;
    this.#left = this.#pace.seconds * 1000;
  }
}

/**
 * The same items, as a sender sends them.
 * @param bytesOf an item; of what has none, the pace's own, so that each renews its time
 * @param giveUp ends the source of a sender that is too slow; the generator then throws `gone`
 */
export async function* fromSender<T>(
  items: AsyncIterable<T>,
  pace: Pace,
  { bytesOf, giveUp, gone }: { bytesOf: (item: T) => number; giveUp: () => void; gone: () => Error },
): AsyncGenerator<T> {
  const silence = Promise.withResolvers<never>();
  silence.promise.catch(() => undefined);
  const patience = new Patience(pace, () => {
    silence.reject(gone());
    giveUp();
  });
  const source = items[Symbol.asyncIterator]();
  try {
    for (;;) {
      patience.begin();
      let bytes = 0;
      let next: IteratorResult<T>;
      try {
        next = await Promise.race([source.next(), silence.promise]);
        if (!next.done) bytes = bytesOf(next.value);
      } finally {
        patience.end(bytes);
      }
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // lets go of what is left; not waited for, since a silent sender would keep us here
    void Promise.resolve(source.return?.()).catch(() => undefined);
  }
}

/**
 * The same pieces, for a reader who takes them one by one.
 * @param giveUp ends the reader that is too slow, and with it this generator
 */
export async function* toReader(pieces: AsyncIterable<Buffer>, pace: Pace, giveUp: () => void): AsyncGenerator<Buffer> {
  const patience = new Patience(pace, giveUp);
  for await (const piece of pieces) {
    patience.begin();
    try {
      yield piece;
    } finally {
      patience.end(piece.length);
    }
  }
}
