/** A file that has been looked at, and when. */
import type { Verification } from '#contract/verification.ts';

export interface Checked {
  readonly name: string;
  readonly result: Verification;
  /** Milliseconds, by the server's clock. */
  readonly at: number;
  readonly tookMs: number;
}
