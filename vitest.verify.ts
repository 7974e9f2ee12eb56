import { defineConfig } from 'vitest/config';

/** The architecture test alone, without a database: part of `npm run verify`. */
export default defineConfig({ test: { include: ['test/architecture.test.ts'] } });
