import { defineConfig } from 'vitest/config';

// `npm run test:processes`: processes and databases of their own are started, frozen and killed; the stories wait for them.
export default defineConfig({
  test: {
    include: ['test/**/*.process.ts'],
    globalSetup: ['test/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    isolate: false,
    maxWorkers: 2,
    retry: process.env.CI ? 1 : 0,
  },
});
