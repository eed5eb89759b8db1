import { rm } from 'node:fs/promises';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { type ScratchDatabase, scratchDatabase } from '../database.ts';
import { dataFolder, type Parley, startParley } from '../parley.ts';
import { type Line, layLine } from './line.ts';
import { watch } from './quiet.ts';

/** A server at its very first start, on a database of its own, with a browser in front of it. */
export interface House {
  /** Where pages reach the server, without a slash at the end: at the near end of the line. */
  readonly url: string;
  /** Between the pages and the server. What `call` says goes around it. */
  readonly line: Line;
  /** The key of the installation. */
  readonly apiKey: string;
  readonly parley: Parley;
  readonly database: ScratchDatabase;
  readonly browser: Browser;
  /** Calls the server as an integrator with the installation's key; throws what was refused. */
  call<T = unknown>(path: string, body?: unknown, method?: string): Promise<T>;
  /** Opens a page in a context of its own: another person at another machine. */
  page(options?: PageOptions): Promise<Page>;
  /** What pages complained of since it was last asked: console errors, exceptions, calls to foreign hosts. */
  complaints(): string[];
  /** Ends what a test did: mends the line, closes all pages, and answers what they complained of. */
  tidy(): Promise<string[]>;
  close(): Promise<void>;
}

/** A context as Playwright makes it, and what of a page's complaints is expected. */
export interface PageOptions extends BrowserContextOptions {
  /** Complaints that match are no complaints; for a line that is cut on purpose. */
  expected?: RegExp;
  /** Closed shadow roots are opened, so that a test can look into them. */
  openShadows?: boolean;
}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A microphone that hums, and that may be used.
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];

/** Starts the server and the browser. Close it in `afterAll`. */
export async function openHouse(env: Record<string, string> = {}): Promise<House> {
  const database = await scratchDatabase();
  const dataDir = await dataFolder('browser');
  const line = await layLine();
  const [parley, browser] = await Promise.all([
    startParley({ dataDir, env: { DATABASE_URL: database.url, PUBLIC_URL: line.url, ...env } }),
    chromium.launch({ executablePath: process.env.CHROMIUM_PATH!, args: flags }),
  ]);
  line.leadTo(parley.url);
  const complaints: string[] = [];
  return {
    url: line.url,
    line,
    apiKey: parley.apiKey!,
    parley,
    database,
    browser,
    call: (path, body, method) => call(parley.url, parley.apiKey!, path, body, method),
    async page({ expected, openShadows, ...options } = {}) {
      const context = await browser.newContext({ baseURL: line.url, ...options });
      context.setDefaultTimeout(30_000);
      if (openShadows) await context.addInitScript(shadowsAreOpen);
      const page = await context.newPage();
      watch(page, complaints, expected);
      return page;
    },
    complaints: () => complaints.splice(0),
    async tidy() {
      line.mend();
      line.limit();
      await Promise.all(browser.contexts().map((context) => context.close()));
      return complaints.splice(0);
    },
    async close() {
      await browser.close();
      await line.close();
      await parley.stop();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const shadowsAreOpen = `{
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (init) { return attach.call(this, { ...init, mode: 'open' }); };
}`;

async function call<T>(
  url: string,
  apiKey: string,
  path: string,
  body: unknown,
  method = body === undefined ? 'GET' : 'POST',
): Promise<T> {
  const answer = await fetch(new URL(path, url), {
    method,
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${text}`);
  return (text ? JSON.parse(text) : undefined) as T;
}
