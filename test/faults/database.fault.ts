import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../parley.ts';
import { callAt } from './house.ts';
import { type Load, sendOrders } from './load.ts';
import { openSite, type Site, short } from './site.ts';
import { judge, quiet } from './verdict.ts';

const statuses = ['sent', 'delivered', 'read'] as const;
let site: Site;
let over: AbortController;

beforeEach(() => {
  over = new AbortController();
});
afterEach(async () => {
  over.abort();
  await site.close();
});

/** Seconds until somebody is accepted again. */
async function healed(load: Load): Promise<number> {
  const before = load.accepted.size;
  const began = performance.now();
  await until('messages are accepted again', () => load.accepted.size > before, 60_000);
  return (performance.now() - began) / 1000;
}

/** Asks for something that needs the database, again and again: each refusal says when to come again. */
async function refusals(url: string, signal: AbortSignal): Promise<number> {
  let refused = 0;
  while (!signal.aborted) {
    const answer = await callAt(url, 'GET', '/api/v1/messages/none', undefined, { signal }).catch((error) => {
      if (!signal.aborted) throw error;
    });
    if (!answer) break;
    const { status, headers } = answer;
    if (status === 503) {
      refused += 1;
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    } else expect(status).toBe(404);
    await sleep(20);
  }
  return refused;
}

it.each([
  ['is restarted in order', 'SIGINT' as const],
  ['is killed with -9', 'SIGKILL' as const],
])(
  'PostgreSQL %s under load: callers are told to come again, and nothing is lost or doubled',
  async (how, signal) => {
    const times = short ? 1 : 3;
    site = await openSite({ statuses, answerAfterMs: 50 });
    const refused = refusals(site.url()!, over.signal);
    const seconds: number[] = [];
    const load = sendOrders(site, short ? 500 : 6000, async (load) => {
      for (let n = 0; n < times; n++) {
        const before = load.accepted.size;
        await until('messages are accepted', () => load.accepted.size > before + 100, 60_000);
        const { pid } = site.postgres;
        process.kill(pid, signal);
        await until('it is started again', () => site.postgres.pid !== pid, 60_000);
        seconds.push(await healed(load));
      }
    });
    await load.done;
    over.abort();
    const told = await refused;
    await quiet(site);
    // Parley itself was there all the time.
    expect(load.unanswered.size).toBe(0);
    expect([...load.refused.keys()].filter((status) => status !== 503)).toEqual([]);
    const shown = `healed after ${Math.max(...seconds).toFixed(1)} s, ${told} times 503 with Retry-After`;
    await judge(site, load, { test: 4, name: `PostgreSQL ${how}`, kills: times, window: 0, shown });
  },
);

/** A process of PostgreSQL and all its children. */
function family(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/status`, 'utf8').includes(`\nPPid:\t${pid}\n`);
      } catch {
        return false;
      }
    })
    .map(Number);
  return [pid, ...children];
}

/** The most memory that a process ever had, MB. */
function peakMb(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

/** Callers that do not wait: each gives up after a second and comes again. */
async function impatient(url: string, signal: AbortSignal): Promise<number> {
  let calls = 0;
  const caller = async () => {
    while (!signal.aborted) {
      calls += 1;
      // Numbers that end in 9 have no outcome of their own in the sandbox.
      const to = { phone: `96651${String(calls % 1000).padStart(6, '0')}9` };
      const body = { channelId: 'dummy:sandbox', to, content: { text: 'x'.repeat(500) } };
      const late = AbortSignal.timeout(1000);
      await callAt(url, 'POST', '/api/v1/messages', body, { signal: late }).catch(() => {});
      await sleep(10);
    }
  };
  await Promise.all(Array.from({ length: 50 }, caller));
  return calls;
}

it.skipIf(process.platform !== 'linux').each([
  ['one process', 1],
  ['two processes', 2],
])(
  'PostgreSQL is frozen, %s: memory stays bounded, and nothing is claimed twice when it wakes',
  async (name, processes) => {
    const seconds = short ? 12 : 60;
    site = await openSite({ statuses, answerAfterMs: 100 });
    if (processes === 2) await site.start();
    const load = sendOrders(site, short ? 400 : 5000);
    await until('many are sent', () => site.cloud.sent.length > 200, 60_000);
    const frozen = family(site.postgres.pid);
    for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    const calls = impatient(site.url()!, over.signal);
    await sleep(seconds * 1000);
    over.abort();
    const tried = await calls;
    for (const pid of frozen) process.kill(pid, 'SIGCONT');
    await load.done;
    await quiet(site);
    const mb = Math.max(...site.parleys.map(({ pid }) => peakMb(pid)));
    expect([...load.refused.keys()].filter((status) => status !== 503)).toEqual([]);
    const shown = `frozen ${seconds} s, ${tried} further calls, at most ${Math.round(mb)} MB`;
    await judge(site, load, {
      test: 5,
      name: `frozen, ${name}`,
      kills: 1,
      window: 0,
      shown,
    });
    expect(mb).toBeLessThan(400);
  },
);
