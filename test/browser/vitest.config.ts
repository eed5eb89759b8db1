import { defineConfig } from 'vitest/config';
import { chromiumPath } from './chromium.ts';

const chromium = chromiumPath();

// `npm run test:browser`: pages in a real Chromium, on a real server.
export default defineConfig({
  test: {
    // Without a Chromium there is nothing to run; why, was said.
    include: chromium ? ['test/browser/**/*.browser.ts'] : [],
    passWithNoTests: chromium === undefined,
    ...(chromium !== undefined && { env: { CHROMIUM_PATH: chromium } }),
    globalSetup: ['test/global-setup.ts'],
    // A browser and a server are as much as two cores bear at once.
    fileParallelism: false,
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
    // What a page or a server does by itself takes longer than a second on a machine that is busy.
    expect: { poll: { timeout: 20_000, interval: 100 } },
    retry: process.env.CI ? 1 : 0,
  },
});
