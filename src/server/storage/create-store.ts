/** The store an installation is set up with. Beyond this only `filesRoute` cares which it is: the embedded one needs it. */
import { EmbeddedStore } from './embedded-store.ts';
import type { EmbeddedStoreSettings } from './embedded-store.ts';
import { S3Store } from './s3-store.ts';
import type { S3StoreSettings } from './s3-store.ts';

export type StoreSettings = EmbeddedStoreSettings | S3StoreSettings;

export const createStore = (settings: StoreSettings): EmbeddedStore | S3Store =>
  settings.kind === 's3' ? new S3Store(settings) : new EmbeddedStore(settings);
