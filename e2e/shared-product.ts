/**
 * One product for all browser tests: started once, in an empty folder, stopped when they are done. A browser that could
 * not show it is told before any test runs, once.
 */
import type { TestProject } from 'vitest/node';
import { launchBrowser } from './browser.ts';
import { newDataDir, removeDataDir, startProduct } from './product.ts';

declare module 'vitest' {
  interface ProvidedContext {
    address: string;
  }
}

export default async function startShared(project: TestProject): Promise<() => Promise<void>> {
  const browser = await launchBrowser();
  await browser.close();
  const dataDir = await newDataDir();
  const product = await startProduct(dataDir);
  project.provide('address', product.address);
  return async () => {
    await product.stop();
    await removeDataDir(dataDir);
  };
}
