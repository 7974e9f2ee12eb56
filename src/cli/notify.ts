/** `mathership notify`: be told by mail when an export has ended, or not after all. */
import type { TellMe } from '#contract/deliveries.ts';
import { attachServer } from './attach.ts';
import { say } from './output.ts';

interface NotifyOptions {
  readonly off: boolean;
  readonly server?: string;
  readonly json?: boolean;
}

export async function runNotifyCommand(id: string, options: NotifyOptions): Promise<void> {
  const client = await attachServer(options);
  const path = `/api/v1/export-jobs/${encodeURIComponent(id)}/notify`;
  const told = await client.ask<TellMe>('PUT', path, { notify: !options.off });
  if (options.json) return say(JSON.stringify(told));
  if (!told.notify) return say('Nothing is sent when it has ended.');
  say(
    told.to === null
      ? 'This installation sends no mail: SMTP_URL is not set.'
      : `A letter goes to ${told.to} when it has ended.`,
  );
}
