import { defineConfig } from 'vitest/config';

// `npm run test:faults`: real processes, really killed. FAULTS=short is the form for every day.
export default defineConfig({
  test: {
    // Where nobody looks at a failure at once, a story that met a busy moment is told once more.
    retry: process.env.CI ? 1 : 0,
    include: ['test/faults/*.fault.ts'],
    globalSetup: ['test/faults/table.ts'],
    // Each of them wants the machine for itself.
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 300_000,
  },
});
