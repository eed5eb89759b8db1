import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FrameLocator, Page } from 'playwright-core';
import { ann, type ben } from './desk.ts';
import type { House, PageOptions } from './house.ts';

/** The page of another site that shows the inbox in a frame: `examples/inbox-in-a-page.html`, and the server behind it. */
export interface HostPage {
  /** Its origin. */
  readonly url: string;
  /** The page as it was opened last. */
  page: Page;
  /** What the inbox has said to the page that is open. */
  heard: string[];
  /** Who sits there. */
  who: typeof ben;
  /** What its server has handed out, the last one last. */
  tokens: string[];
  /** Whether its own server knows who sits there, and has tokens for them. */
  isSignedIn: boolean;
  /** Opens it, and answers the inbox in it. */
  open(house: House, options: PageOptions): Promise<FrameLocator>;
  /** It hands over another token, as before the end of the one that it gave. */
  renew(): Promise<void>;
  /** Takes the token out of force that was handed over so many tokens ago; 0: the last one. */
  end(ago?: number): Promise<void>;
  close(): Promise<void>;
}

const example = new URL('../../examples/inbox-in-a-page.html', import.meta.url);

/** Opens the site, before the server starts: that has to know which pages may show it. */
export async function openHostPage(): Promise<HostPage> {
  const html = await readFile(example, 'utf8');
  const tokens: string[] = [];
  let house: House | undefined;
  const server = createServer((request, response) => {
    const answer = async () => {
      if (request.url !== '/inbox-token')
        return response
          .writeHead(200, { 'content-type': 'text/html' })
          .end(html.replace('https://parley.example.com', house!.url));
      if (!host.isSignedIn) return response.writeHead(403).end();
      const { token } = await house!.call<{ token: string }>('/api/v1/sign-in', { ...host.who, as: 'token' });
      tokens.push(token);
      return response.end(JSON.stringify({ token }));
    };
    answer().catch((error) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const host: HostPage = {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    page: undefined as never,
    heard: [],
    who: ann,
    tokens,
    isSignedIn: true,
    async open(at, options) {
      house = at;
      const { page, heard } = { page: await house.page(options), heard: [] as string[] };
      Object.assign(host, { page, heard });
      await page.exposeFunction('noteHeard', (type: string) => heard.push(type));
      await page.addInitScript(
        `if (window.top === window) addEventListener('message', ({ data }) => noteHeard(data.type));`,
      );
      await page.goto(host.url);
      return page.frameLocator('iframe');
    },
    async renew() {
      const before = tokens.length;
      await host.page.evaluate(`dispatchEvent(new MessageEvent('message', {
        source: document.querySelector('iframe').contentWindow,
        origin: '${house!.url}',
        data: { type: 'parley:ready' },
      }))`);
      while (tokens.length === before) await host.page.waitForTimeout(20);
    },
    async end(ago = 0) {
      const answer = await fetch(`${house!.parley.url}/api/v1/sign-out`, {
        method: 'POST',
        headers: { authorization: `Bearer ${tokens.at(-1 - ago)}`, 'content-type': 'application/json' },
        body: '{}',
      });
      if (!answer.ok) throw new Error(`the sign-out was answered ${answer.status}`);
    },
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
  return host;
}
