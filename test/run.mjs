// Runs a TypeScript file of the tests as a program of its own: node test/run.mjs FILE
import { resolve } from 'node:path';
import { runnerImport } from 'vite';

await runnerImport(resolve(process.argv[2]), { configFile: false, logLevel: 'error' });
