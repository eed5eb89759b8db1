#!/usr/bin/env node
import { run } from '../dist/main.js';

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  out: (line) => console.log(line),
  err: (line) => console.error(line),
});
