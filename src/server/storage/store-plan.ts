/** Which store an installation has, as plain data: it crosses to render threads, each of which opens it for itself. */
import { createStore } from './create-store.ts';
import type { EmbeddedStoreSettings } from './embedded-store.ts';
import type { S3StoreSettings } from './s3-store.ts';

export type StorePlan = Omit<EmbeddedStoreSettings, 'baseUrl'> | S3StoreSettings;

/** `baseUrl` is asked for at every link: the port is not known before the server listens. */
export const storeOf = (plan: StorePlan, baseUrl: () => string): ReturnType<typeof createStore> =>
  createStore(plan.kind === 's3' ? plan : { ...plan, baseUrl });
