import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['test/global-setup.ts'],
    // A cold start of a database clone on a busy machine; no test measures time.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What files import is the same for all, and takes longer than most of their stories.
    isolate: false,
    // Most stories wait for something: two at a time, also on two cores.
    maxWorkers: 2,
    // Where nobody looks at a failure at once, a story that met a busy moment is told once more.
    retry: process.env.CI ? 1 : 0,
  },
});
