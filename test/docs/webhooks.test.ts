import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { retrySchedule, signWebhook } from '../../src/model/webhook.ts';
import { page } from './pages.ts';

const { text, blocks } = page('docs/webhooks.md');
const folder = mkdtempSync(join(tmpdir(), 'parley-verify-'));
afterAll(() => rmSync(folder, { recursive: true }));

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=';
const former = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDC2FVsBQIhrs=';
const body = '{"text":"Hello, قهوة"}';
const now = Date.now();
const signed = (secrets: string[], at = now) => signWebhook('01a2', body, secrets, at);

/** Calls as they come, and whether they are ours. */
const calls: [name: string, headers: Record<string, string>, body: string, ours: boolean][] = [
  ['a call of ours', signed([secret]), body, true],
  ['a call while the secret is changed', signed([former, secret]), body, true],
  ['another body', signed([secret]), `${body} `, false],
  ['another secret', signed([former]), body, false],
  ['a call of six minutes ago', signed([secret], now - 360_000), body, false],
  ['a call without signature', {}, body, false],
];

const written = (lang: string, name: string): string => {
  const path = join(folder, name);
  writeFileSync(path, blocks.find((block) => block.lang === lang)!.text);
  return path;
};

const { isFromParley } = (await import(pathToFileURL(written('js', 'verify.mjs')).href)) as {
  isFromParley(headers: object, body: string, secret: string): boolean;
};

describe('the verification in Node', () => {
  it.each(calls)('%s', (_, headers, given, ours) => {
    expect(isFromParley(headers, given, secret)).toBe(ours);
  });
});

describe('the verification in Python', () => {
  const script = `${written('python', 'verify.py')}`;
  const ask = 'import json,sys;sys.path.insert(0,sys.argv[1]);import verify;c=json.load(sys.stdin)\n'.concat(
    'print(json.dumps([verify.is_from_parley(h,b.encode(),c["secret"]) for h,b in c["calls"]]))',
  );
  const python = spawnSync('python3', ['-c', ask, join(script, '..')], {
    input: JSON.stringify({ secret, calls: calls.map(([, headers, given]) => [headers, given]) }),
    encoding: 'utf8',
  });

  it('agrees, where there is a Python', (context) => {
    if (python.error) context.skip('There is no python3 on this machine.');
    expect(python.stderr).toBe('');
    expect(JSON.parse(python.stdout)).toEqual(calls.map(([, , , ours]) => ours));
  });
});

it('tells the schedule as it is', () => {
  const words = text.replace(/\s+/g, ' ');
  const units: [ms: number, word: string][] = [
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1000, 's'],
  ];
  const pauses = retrySchedule.slice(1).map((ms) => {
    const [unit, word] = units.find(([one]) => ms >= one)!;
    return `${ms / unit} ${word}`;
  });
  expect(words).toContain(`is tried ${retrySchedule.length} times: at once, then after`);
  expect(words).toContain(`${pauses.slice(0, -1).join(', ')} and ${pauses.at(-1)}`);
  const hours = retrySchedule.reduce((sum, ms) => sum + ms, 0) / 3_600_000;
  expect(words).toContain(`about ${Math.round(hours / 10) * 10} hours`);
});
