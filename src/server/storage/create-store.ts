/** The store an installation is set up with. Beyond this only `filesRoute` cares which it is: the embedded one needs it. */
import type { EmbeddedStore, EmbeddedStoreSettings } from './embedded-store.ts';
import type { S3Store, S3StoreSettings } from './s3-store.ts';

export type StoreSettings = EmbeddedStoreSettings | S3StoreSettings;

/** Loads only what it needs: every render thread opens the store, and S3's client alone takes 10 MB of each. */
export async function createStore(settings: StoreSettings): Promise<EmbeddedStore | S3Store> {
  if (settings.kind === 's3') return new (await import('./s3-store.ts')).S3Store(settings);
  return new (await import('./embedded-store.ts')).EmbeddedStore(settings);
}
