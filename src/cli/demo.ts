/** `mathership demo`: the demo company group into a database that may already hold other things. */
import { hashPassword } from '#server/access/passwords.ts';
import { demoPassword } from '#demo/accounts.ts';
import { loadDemo } from '#demo/load-demo.ts';
import { attachDatabase } from './attach.ts';
import { say } from './output.ts';
import { progressBar } from './progress-bar.ts';

export interface DemoCommandOptions {
  readonly seed?: number;
  readonly months?: number;
  readonly sites?: number;
  readonly scale?: number;
  readonly json?: boolean;
}

export async function runDemo({ json, ...size }: DemoCommandOptions): Promise<void> {
  const { databaseUrl } = await attachDatabase();
  const bar = progressBar('Demo company');
  const loaded = await loadDemo({
    url: databaseUrl,
    passwordHash: await hashPassword(demoPassword),
    ...size,
    onProgress: ({ step, done, total }) => {
      if (!json) bar.update(done, total, step);
    },
  }).finally(() => bar.stop());
  if (json) return say(JSON.stringify(loaded));
  say(
    `${loaded.receiptLines.toLocaleString('en')} receipt lines and ${loaded.stockMovements.toLocaleString('en')} stock movements in ${loaded.seconds.toFixed(1)} s`,
  );
}
