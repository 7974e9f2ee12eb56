/** Runs an action a moment after it is first asked for, never twice at a time, and never loses the last request. */

/** The first news is followed at once, the next ones at most this often. */
const firstAfterMs = 120;
const pauseMs = 1000;

export class QuietReload {
  readonly #action: () => Promise<void>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isRunning = false;
  #isAskedAgain = false;
  #lastEndedAt = 0;

  constructor(action: () => Promise<void>) {
    this.#action = action;
  }

  soon(): void {
    if (this.#isRunning) this.#isAskedAgain = true;
    if (this.#isRunning || this.#timer !== undefined) return;
    const wait = Math.max(firstAfterMs, this.#lastEndedAt + pauseMs - Date.now());
    this.#timer = setTimeout(() => void this.#run(), wait);
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #run(): Promise<void> {
    this.#timer = undefined;
    this.#isRunning = true;
    this.#isAskedAgain = false;
    try {
      await this.#action();
    } finally {
      this.#isRunning = false;
      this.#lastEndedAt = Date.now();
      if (this.#isAskedAgain) this.soon();
    }
  }
}
