import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from './load.ts';
import type { Load } from './measure.ts';
import { freePort } from './parley.ts';
import type { Figure } from './scenarios.ts';

/** Where Debian's `kannel` and `kannel-extras` put the programs. */
const programs = {
  bearerbox: '/usr/sbin/bearerbox',
  smsbox: '/usr/sbin/smsbox',
  fakesmsc: '/usr/lib/kannel/test/fakesmsc',
};

/** Whether Kannel and its fake SMSC are on this machine. */
export function hasKannel(): boolean {
  return Object.values(programs).every((path) => existsSync(path));
}

interface Kannel {
  /** Where messages are asked to be sent. */
  url: string;
  /** How many messages its SMSC has taken. */
  sent(): Promise<number>;
  /** Connects a fake SMSC, which takes what is sent. */
  connectSmsc(): void;
  stop(): Promise<void>;
}

/** Where it keeps what it has accepted: all messages in one file, or a file for each of them in a folder. */
export type Store = 'file' | 'spool';

/** The gateway with one of its stores, as its guide sets it up; nothing of it is left behind. */
async function startKannel(store: Store): Promise<Kannel> {
  const folder = await mkdtemp(join(tmpdir(), 'kannel-bench-'));
  const [admin, box, smsc, http] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const file = join(folder, 'kannel.conf');
  await mkdir(join(folder, 'spool'));
  await writeFile(file, configuration({ store, folder, admin, box, smsc, http }));
  const bearerbox = start(programs.bearerbox, [file]);
  const status = async () => {
    const answer = await fetch(`http://127.0.0.1:${admin}/status.xml?password=bench`);
    return answer.text();
  };
  await eventually(status, () => true);
  const children = [start(programs.smsbox, [file])];
  await eventually(status, (text) => text.includes('<type>smsbox</type>'));
  return {
    url: `http://127.0.0.1:${http}`,
    sent: async () => Number(/<sms>.*?<sent><total>(\d+)</s.exec(await status())?.[1] ?? 0),
    connectSmsc: () =>
      void children.push(
        start(programs.fakesmsc, ['-H', '127.0.0.1', '-r', String(smsc), '-m', '0', '1 2 text hello']),
      ),
    async stop() {
      for (const child of children) await end(child);
      await end(bearerbox);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function configuration(at: {
  store: Store;
  folder: string;
  admin: number;
  box: number;
  smsc: number;
  http: number;
}): string {
  return `
group = core
admin-port = ${at.admin}
admin-password = bench
status-password = bench
admin-interface = 127.0.0.1
smsbox-port = ${at.box}
smsbox-interface = 127.0.0.1
box-allow-ip = "127.0.0.1"
log-level = 4
store-type = ${at.store}
store-location = "${join(at.folder, at.store)}"
sms-outgoing-queue-limit = 10000000

group = smsc
smsc = fake
smsc-id = FAKE
host = 127.0.0.1
port = ${at.smsc}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = ${at.http}
sendsms-interface = 127.0.0.1
log-level = 4
global-sender = 13013

group = sendsms-user
username = bench
password = bench
max-messages = 10
`;
}

function start(program: string, args: string[]): ChildProcess {
  return spawn(program, args, { stdio: 'ignore' });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(late);
}

async function eventually(ask: () => Promise<string>, isThere: (text: string) => boolean): Promise<void> {
  for (let i = 0; i < 200; i++) {
    const text = await ask().catch(() => undefined);
    if (text !== undefined && isThere(text)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('Kannel did not start within 10 s');
}

const sends = (url: string, connections: number, requests: number) =>
  load(url, {
    connections,
    requests,
    make: (n) => ({
      path: '/cgi-bin/sendsms',
      headers: {
        'content-type': 'text/plain',
        'x-kannel-username': 'bench',
        'x-kannel-password': 'bench',
        'x-kannel-from': '13013',
        'x-kannel-to': String(919_900_000_000 + (n % 5000)),
      },
      body: `Your order ${n} is on its way and will be with you tomorrow between 9 and 12.`,
    }),
  });

/** Messages accepted into its store while no SMSC is connected. */
export async function kannelAccept(store: Store, { requests, connections, warmup }: Load): Promise<Figure> {
  const kannel = await startKannel(store);
  try {
    await sends(kannel.url, connections, warmup);
    const { perSecond, p50, p99 } = await sends(kannel.url, connections, requests);
    return { name: kannelNames[store].accept, perSecond, p50, p99 };
  } finally {
    await kannel.stop();
  }
}

/** From the first HTTP request until its fake SMSC has taken the last message. */
export async function kannelEndToEnd(store: Store, { requests, connections, warmup }: Load): Promise<Figure> {
  const kannel = await startKannel(store);
  try {
    kannel.connectSmsc();
    await new Promise((resolve) => setTimeout(resolve, 500));
    const taken = async (messages: number) => {
      while ((await kannel.sent()) < messages) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    await sends(kannel.url, connections, warmup);
    await taken(warmup);
    const began = performance.now();
    await sends(kannel.url, connections, requests);
    await taken(warmup + requests);
    return { name: kannelNames[store].end, perSecond: requests / ((performance.now() - began) / 1000) };
  } finally {
    await kannel.stop();
  }
}

export const kannelNames = {
  file: {
    accept: 'Kannel, all in one file: accepted',
    end: 'Kannel, all in one file: accepted and taken by its fake SMSC',
  },
  spool: {
    accept: 'Kannel, a file for each message: accepted',
    end: 'Kannel, a file for each message: accepted and taken by its fake SMSC',
  },
} satisfies Record<Store, object>;
