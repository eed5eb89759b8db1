import { defineConfig } from 'vitest/config';

// `npm run test:figures`: figures of a million messages compared with a plain count. FIGURES_MESSAGES says another number.
export default defineConfig({
  test: {
    include: ['test/figures/*.figures.ts'],
    globalSetup: ['test/global-setup.ts'],
    testTimeout: 3_600_000,
    hookTimeout: 3_600_000,
  },
});
