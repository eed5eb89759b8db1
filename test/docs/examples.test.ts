import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { type Block, codeOf, page, pages, root, tableRows } from './pages.ts';
import { startTour, type Tour } from './tour.ts';

const readme = page('README.md');
const soon = { timeout: 15_000, interval: 50 };
const token = 'a-token-for-examples-only';

/** What a reader fills in. */
const tour = await startTour((self) => ({
  PARLEY_URL: () => self.server.address,
  PARLEY_API_KEY: () => self.server.pipeline.first!.apiKey!,
  BUSINESS: async () => {
    const { core, first } = self.server.pipeline;
    return (await core.setup(first!.businessId)).business.uuid;
  },
  ENDPOINT: async () => {
    const { core, first } = self.server.pipeline;
    const { endpoints } = await core.setup(first!.businessId);
    return [...endpoints.values()].find(({ url }) => url.endsWith('/all'))!.id;
  },
  SESSION: () => vi.waitFor(() => sessionOf(self, 'dummy966500000400_sandbox'), soon),
  WHATSAPP_ACCESS_TOKEN: () => token,
  WHATSAPP_APP_SECRET: () => token,
}));
afterAll(() => tour.end());

/** Out of the printed lines, as a reader would find it. */
function sessionOf(self: Tour, contactId: string): string {
  const events = self.posted().flatMap(({ body }) => (body.events ?? []) as Record<string, string>[]);
  const { sessionId } = events.find((event) => event.contactId === contactId) ?? {};
  if (!sessionId) throw new Error(`no line names a session of ${contactId}`);
  return sessionId;
}

const under = (heading: string, { blocks } = readme): Block[] => {
  const found = blocks.filter((block) => block.heading === heading);
  expect(found.length, heading).toBeGreaterThan(0);
  return found;
};

/** What was told of a contact to the address at `path`, as short names in their order. */
function told(path: string, contactId: string): string[] {
  return tour
    .posted()
    .filter((posted) => posted.path === path)
    .map(({ body }) => body as Record<string, Record<string, unknown>[]>)
    .filter(({ contacts }) => contacts?.[0]?.contactId === contactId)
    .flatMap(({ events = [], messages = [], statuses = [] }) => [
      ...events.map((event) => String(event.eventCode)),
      ...messages.map(() => 'a message'),
      ...statuses.map((status) => String(status.status)),
    ]);
}

describe('the tour of README.md, as it stands', () => {
  it('names commands that there are', () => tour.follow(under('Two commands')));

  it('begins with the address and the key', () => tour.follow(under('Five minutes with curl')));

  it('sends a message, and is told of a mistake', () => tour.follow(under('Send a message')));

  it('hears of six events', async () => {
    await tour.follow(under('Hear what happens'));
    const contact = 'dummy966500000400_sandbox';
    await vi.waitFor(() => expect(told('/events', contact)).toContain('READ'), soon);
    const all = told('/events', contact);
    expect(all[0]).toBe('SESSION_INIT');
    expect(all.toSorted()).toEqual(
      ['SESSION_INIT', 'SENT', 'DLVRD', 'READ', 'SESSION_ROUTED', 'a message'].toSorted(),
    );
  });

  it('reads the conversation', () => tour.follow(under('Read a conversation')));

  it('connects something of its own, both ways', async () => {
    await tour.follow(under('Connect something of your own'));
    await vi.waitFor(() => expect(tour.posted().map(({ path }) => path)).toContain('/connector'), soon);
    const [shown] = under('Messages to people', page('docs/channels/custom.md'));
    const { body } = tour.posted().find(({ path }) => path === '/connector')!;
    expect(body).toEqual({ ...JSON.parse(shown!.text), id: expect.stringMatching(/^[0-9a-f]{24}$/) });
  });

  it('sets up WhatsApp, whose webhook address answers to Meta', async () => {
    await tour.follow(under('Connect WhatsApp'));
    const { server, variables } = tour;
    const told = await fetch(`${server.address}/api/v1/channels/wacfb:966500000001`, {
      headers: { 'x-api-key': variables.PARLEY_API_KEY! },
    });
    const { webhookUrl } = (await told.json()) as { webhookUrl: string };
    const address = `${server.address}${new URL(webhookUrl).pathname}`;
    const asked = `?hub.mode=subscribe&hub.verify_token=${variables.WHATSAPP_VERIFY_TOKEN}&hub.challenge=17`;
    expect(await (await fetch(address + asked)).text()).toBe('17');
    const body = '{"object":"whatsapp_business_account","entry":[]}';
    const sign = (secret: string) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    const post = (secret: string) =>
      fetch(address, { method: 'POST', body, headers: { 'x-hub-signature-256': sign(secret) } });
    expect((await post(token)).status).toBe(200);
    expect((await post('another')).status).toBe(401);
  });
});

describe('the commands of the other pages, after the tour', () => {
  for (const { path, blocks } of pages())
    if (path !== 'README.md' && blocks.some(({ lang }) => lang === 'sh')) it(path, () => tour.follow(blocks));
});

describe('the lines of docs/apis.md, one for each thing to do', () => {
  const { path, text, blocks } = page('docs/apis.md');
  const lines = tableRows(text, 'to').map(([to, use, line]) => ({ to: to!, use: use!, line: codeOf(line)! }));

  it('are of every surface', () => {
    expect([...new Set(lines.map(({ use }) => use))].sort()).toEqual(['Amity', 'Azeer', 'XMS', 'parley']);
    expect(blocks.length).toBeGreaterThan(0);
  });

  it.each(lines)('$use: $to', async ({ to, line }) => {
    await tour.follow([{ lang: 'sh', text: line, line: 0, heading: `${path}: ${to}` }]);
  });
});

describe('files of setup can be applied', () => {
  // A phone number id is of digits; everything else may be any text.
  const valueFor = (name: string) => (name.endsWith('_ID') ? '"106540352242922"' : token);
  const filled = (text: string): unknown =>
    parse(text.replace(/\$\{(\w+)\}/g, (_, name: string) => valueFor(name)));

  for (const name of readdirSync(join(root, 'examples')).filter((file) => file.endsWith('.yaml')))
    it(name, () => tour.dryRun(filled(readFileSync(join(root, 'examples', name), 'utf8'))));

  for (const { path, blocks } of pages())
    for (const { lang, line, text } of blocks)
      if (lang === 'yaml') it(`${path}, line ${line}`, () => tour.dryRun(filled(text)));
});
