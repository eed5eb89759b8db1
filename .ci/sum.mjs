// Sums vitest's reports: node .ci/sum.mjs <folder>. Passed and failed go to stdout; what failed is named on stderr.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const reports = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ suite: name.slice(0, -5), ...JSON.parse(readFileSync(join(folder, name), 'utf8')) }));
const sum = (name) => reports.reduce((total, report) => total + report[name], 0);
process.stdout.write(`${sum('numPassedTests')} ${sum('numFailedTests')}\n`);

const show = (...parts) => process.stderr.write(`\n${parts.join(': ').slice(0, 2000)}\n`);
for (const { suite, testResults } of reports)
  for (const { name, message, assertionResults } of testResults) {
    if (message) show(suite, name, message);
    for (const { status, fullName, failureMessages } of assertionResults)
      if (status === 'failed') show(suite, name, fullName, failureMessages.join('\n'));
  }
