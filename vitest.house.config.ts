import { defineConfig } from 'vitest/config';

/** The rules of the house alone: they read files, and need no database. */
export default defineConfig({ test: { include: ['test/house/**/*.test.ts'], testTimeout: 60_000 } });
