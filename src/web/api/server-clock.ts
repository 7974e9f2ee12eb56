/**
 * The server's clock as far as answers tell it, so that "waiting for 4 s" is right on a computer whose clock is not.
 * The Date header counts whole seconds: a difference below two is taken for none.
 */
let skewMs = 0;

export function learnServerTime(dateHeader: string | null): void {
  if (!dateHeader) return;
  const difference = Date.parse(dateHeader) + 500 - Date.now();
  if (Number.isFinite(difference)) skewMs = Math.abs(difference) < 2000 ? 0 : difference;
}

/** Milliseconds since the epoch, by the server's clock. */
export const serverNow = (): number => Date.now() + skewMs;
