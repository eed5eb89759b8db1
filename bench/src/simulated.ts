import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Parley } from './parley.ts';

/** A simulated provider in a process of its own (`sim`). */
export interface Simulated {
  readonly type: string;
  readonly settings: Record<string, unknown>;
  /** What its control address answers. */
  ask(method: string, path: string, body?: object): Promise<Record<string, number>>;
  stop(): void;
}

/** Starts one, by its name and with options of its command line. */
export async function simulate(name: string, ...options: string[]): Promise<Simulated> {
  const main = fileURLToPath(new URL('../../sim/dist/main.js', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [main, name, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
  const { control, type, settings } = JSON.parse(line) as {
    control: string;
    type: string;
    settings: Record<string, unknown>;
  };
  return {
    type,
    settings,
    async ask(method, path, body) {
      const answered = await fetch(control + path, { method, ...(body && { body: JSON.stringify(body) }) });
      if (!answered.ok) throw new Error(`${method} ${path}: ${await answered.text()}`);
      return (await answered.json()) as Record<string, number>;
    },
    stop: () => void child.kill('SIGTERM'),
  };
}

interface Channel {
  webhookUrl?: string;
  connections?: { open: number }[];
}

async function channel(parley: Parley, method: string, id: string, body?: object): Promise<Channel> {
  const answered = await fetch(`${parley.url}/api/v1/channels/${id}`, {
    method,
    headers: { 'x-api-key': parley.key, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const told = (await answered.json()) as Channel;
  if (!answered.ok) throw new Error(`${id}: ${answered.status} ${JSON.stringify(told)}`);
  return told;
}

/** Sets a channel up. */
export function put(parley: Parley, id: string, settings: Record<string, unknown>): Promise<Channel> {
  return channel(parley, 'PUT', id, { settings });
}

/** Sets a channel up, and waits until all that it keeps open is. Answers the path of its webhook address. */
export async function connect(
  parley: Parley,
  id: string,
  settings: Record<string, unknown>,
): Promise<string> {
  const { webhookUrl } = await put(parley, id, settings);
  await until(`${id} is connected`, async () => {
    const { connections = [] } = await channel(parley, 'GET', id);
    return connections.every(({ open }) => open > 0);
  });
  return webhookUrl === undefined ? '' : new URL(webhookUrl).pathname;
}

/** Waits for a condition; throws after two minutes. */
export async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 120_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not after 120 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
