/**
 * One ZIP entry that is written by hand, chunk by chunk, while its archive's bytes are handed on: the bridge between
 * a renderer's three verbs and `ZipWriter.entry`, which pulls. At most two chunks wait; whoever writes takes bytes meanwhile.
 */
import type { ZipEntry, ZipWriter } from './zip.ts';

/** One chunk in deflate, one ready behind it: enough that compressing and rendering overlap. */
const waitingChunksMax = 2;

/** The content side: filled by `push`, emptied by the archive. */
class Content implements AsyncIterable<Buffer> {
  readonly #waiting: Buffer[] = [];
  #ended = false;
  #wake: (() => void) | undefined;
  #roomMade: (() => void) | undefined;

  push(chunk: Buffer): void {
    this.#waiting.push(chunk);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** Resolves with undefined once fewer than `waitingChunksMax` chunks wait. */
  room(): Promise<undefined> | undefined {
    if (this.#waiting.length < waitingChunksMax) return undefined;
    return new Promise((resolve) => {
      this.#roomMade = () => resolve(undefined);
    });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    for (;;) {
      const chunk = this.#waiting.shift();
      if (chunk) {
        this.#roomMade?.();
        yield chunk;
      } else if (this.#ended) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}

/** `yield* entry.write(chunk)` as often as needed, then `yield* entry.close()`. Errors: those of `ZipWriter.entry`. */
export class OpenZipEntry {
  readonly #content = new Content();
  readonly #bytes: AsyncGenerator<Buffer, ZipEntry, undefined>;
  /** Asked for and not yet taken; survives from one `write` to the next. */
  #next: Promise<IteratorResult<Buffer, ZipEntry>> | undefined;

  constructor(zip: ZipWriter, name: string) {
    this.#bytes = zip.entry(name, this.#content);
  }

  /** Takes the chunk (which must not be changed afterwards) and yields archive bytes until the next one has room. */
  async *write(chunk: Buffer): AsyncGenerator<Buffer, void, undefined> {
    this.#content.push(chunk);
    // Starts the archive's side even when this chunk still has room beside it.
    void this.#ask();
    for (let room = this.#content.room(); room; room = this.#content.room()) {
      const taken = await Promise.race([this.#ask(), room]);
      if (!taken) continue;
      this.#next = undefined;
      if (taken.done) return;
      yield taken.value;
    }
  }

  /** No more chunks: yields what is left of the entry. */
  async *close(): AsyncGenerator<Buffer, void, undefined> {
    this.#content.end();
    for (;;) {
      const taken = await this.#ask();
      this.#next = undefined;
      if (taken.done) return;
      yield taken.value;
    }
  }

  #ask(): Promise<IteratorResult<Buffer, ZipEntry>> {
    if (!this.#next) {
      this.#next = this.#bytes.next();
      // It may fail between two calls; whoever asks next gets the error, nobody gets it unhandled.
      this.#next.catch(() => undefined);
    }
    return this.#next;
  }
}
