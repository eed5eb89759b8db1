import { defineConfig } from 'vitest/config';

// `npm run test:peers`: servers that this project did not write, started and killed by the tests themselves.
export default defineConfig({
  test: {
    include: ['test/peers/*.peer.ts'],
    globalSetup: ['test/global-setup.ts'],
    fileParallelism: false,
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 300_000,
    retry: process.env.CI ? 1 : 0,
  },
});
