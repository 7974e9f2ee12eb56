/**
 * Resolves at the first SIGINT, SIGTERM or SIGHUP; one more, later, ends the process at once. Under npm a single Ctrl+C
 * arrives twice, from the terminal and from npm: what follows within a second is the same one.
 */
const echoMilliseconds = 1000;

export const signalled = (): Promise<void> =>
  new Promise((resolve) => {
    let askedAt: number | null = null;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        const now = performance.now();
        if (askedAt !== null && now - askedAt > echoMilliseconds) process.exit(1);
        askedAt ??= now;
        resolve();
      });
    }
  });
