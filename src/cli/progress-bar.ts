/** A progress bar on a terminal; on anything else nothing is drawn. */
import { Presets, SingleBar } from 'cli-progress';

export interface ProgressBar {
  update(done: number, total: number, note?: string): void;
  stop(): void;
}

export function progressBar(title: string): ProgressBar {
  if (!process.stdout.isTTY) return { update: () => undefined, stop: () => undefined };
  const bar = new SingleBar(
    { format: `${title} {bar} {percentage}% {note}`, clearOnComplete: true, hideCursor: true, barsize: 30 },
    Presets.shades_classic,
  );
  let running = false;
  return {
    update(done, total, note = '') {
      if (!running) bar.start(total, done, { note });
      running = true;
      bar.setTotal(total);
      bar.update(done, { note });
    },
    stop() {
      if (running) bar.stop();
    },
  };
}
