import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { customerWrites, furnish, openDesk, reply, signIn, sql } from './desk.ts';
import type { House } from './house.ts';

let house: House;
let page: Page;
beforeAll(async () => {
  house = await openDesk();
  await furnish(house);
  page = await signIn(house);
});
afterAll(() => house?.close());
afterEach(() => expect(house.complaints()).toEqual([]));

const articles = (text: string | RegExp) => page.locator('article').filter({ hasText: text });

describe('the phone of the simulator', () => {
  const phone = () => page.getByRole('log');
  beforeAll(async () => {
    // The last digits say that all goes well.
    const id = await customerWrites(page, '966500000000', 'Amina', 'Hello');
    await page.goto(`/inbox/${id}?simulator=1`);
    await phone().getByText('Hello').waitFor();
  });

  it('sends a place and a file', async () => {
    await page.getByRole('button', { name: 'Send a location as the customer' }).click();
    await page.locator('article').getByText('24.7136').first().waitFor();
    const chosen = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Send a file as the customer' }).click();
    await (await chosen).setFiles({
      name: 'broken.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('a list'),
    });
    await articles('broken.txt').waitFor();
  });

  it('presses a button that came with a message', async () => {
    const { items } = await house.call<{ items: { contactId: string }[] }>(
      '/api/v1/sessions?open=true&limit=1',
    );
    await house.call('/api/v1/messages', {
      to: { contactId: items[0]!.contactId },
      content: {
        type: 'text',
        text: 'Pick one',
        buttons: [{ label: 'The red one' }, { label: 'The blue one' }],
      },
    });
    await page.getByRole('button', { name: 'The blue one' }).click();
    await page.getByRole('article', { name: /^Amina: The blue one/ }).waitFor();
  });

  it('is silent until one tells what became of a message', async () => {
    await page.getByRole('button', { name: 'Phone settings' }).click();
    await page.getByRole('checkbox', { name: 'Receipts come by themselves' }).uncheck();
    await reply(page).fill('Are you there?');
    await reply(page).press('Enter');
    const sent = articles('Are you there?');
    await sent.locator('[data-tick="sent"]').waitFor();
    await page.getByRole('button', { name: 'delivered', exact: true }).click();
    await sent.locator('[data-tick="delivered"]').waitFor();
    await page.getByRole('button', { name: 'read', exact: true }).click();
    await sent.locator('[data-tick="read"]').waitFor();
  });

  it('lets messages fail as one chooses, and no longer', async () => {
    await page.getByRole('combobox', { name: 'Messages fail with' }).selectOption('UNREACHABLE');
    await reply(page).fill('Can you hear me?');
    await reply(page).press('Enter');
    await articles('Can you hear me?').locator('[data-tick="failed"]').waitFor();
    await page.getByRole('button', { name: 'Copy details' }).waitFor();
    await page.getByRole('combobox', { name: 'Messages fail with' }).selectOption('');
    await page.getByRole('checkbox', { name: 'Receipts come by themselves' }).check();
    await reply(page).fill('And now?');
    await reply(page).press('Enter');
    await articles('And now?').locator('[data-tick="read"]').waitFor();
  });
});

describe('a mail', () => {
  it('is shown as it was laid out, and runs nothing', async () => {
    // The policy says so when it has held something back.
    const desk = await signIn(house, { expected: /Content Security Policy/ });
    const id = await customerWrites(desk, '966500003010', 'Mallory', 'A mail');
    // Past what the server cleans when a mail comes in: the inbox has to be safe by itself.
    const html = `<style>b { color: rgb(200, 0, 0) }</style><b onclick="parent.hacked = 1">Dear shop</b>
      <script>parent.hacked = 2; document.title = 'hacked'</script>
      <img src="x" onerror="parent.hacked = 3"><svg onload="parent.hacked = 4"></svg>
      <img src="https://tracker.invalid/pixel.png"><a href="javascript:parent.hacked = 5">Press here</a>
      <iframe srcdoc="<script>top.hacked = 6</script>"></iframe>
      <form action="https://evil.invalid"><input name="password"></form><meta http-equiv="refresh" content="0;url=/hacked">`;
    await sql(
      house,
      `update message set content = content || jsonb_build_object('html', $1::text) where session_id = $2`,
      [html, id],
    );
    await desk.goto(`/inbox/${id}`);
    const mail = desk.frameLocator('iframe[title="Mail"]');
    await mail.getByText('Dear shop').click();
    await mail.getByText('Press here').waitFor();
    expect(await mail.locator('script, svg, iframe, form, input, meta[http-equiv=refresh]').count()).toBe(0);
    expect(await mail.locator('[onclick], [onerror], [href^="javascript:"]').count()).toBe(0);
    expect(await mail.locator('b').evaluate((one) => getComputedStyle(one).color)).toBe('rgb(200, 0, 0)');
    expect(await desk.evaluate(() => ['hacked' in window, document.title.includes('hacked')])).toEqual([
      false,
      false,
    ]);
    expect(await desk.locator('iframe[title="Mail"]').getAttribute('sandbox')).not.toMatch(
      /scripts|same-origin/,
    );
    await desk.getByText('Remote images are not loaded').waitFor();
    await desk.context().close();
  });

  it('cannot make the page run what is not of the server', async () => {
    const headers = (await page.request.get('/inbox')).headers();
    const policy = headers['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/script-src 'self'(;|$)/);
    expect(policy).not.toContain('unsafe-eval');
  });
});

it('is about to be told of in the place and the shape of what comes', async () => {
  const id = await customerWrites(page, '966500000421', 'Leila', 'Hello');
  const other = await customerWrites(page, '966500001421', 'Hani', 'Hello');
  await page.goto(`/inbox/${other}`);
  const about = page.getByRole('complementary', { name: 'About the customer' });
  await about.getByRole('heading', { name: 'Hani' }).waitFor();
  let go = (): void => {};
  const asked = new Promise<void>((done) => {
    go = done;
  });
  await page.route('**/inbox/contacts/*', async (route) => {
    await asked;
    await route.continue();
  });
  await page.locator(`[data-session="${id}"]`).click();
  const bones = about.getByRole('status', { name: 'Loading' });
  await bones.waitFor();
  const places = () =>
    about.evaluate((pane) => {
      const face = pane.querySelector('[data-shape="face"], [data-hue]')!.getBoundingClientRect();
      const parts = [...pane.querySelectorAll('[class*="part"]')].map((one) => one.getBoundingClientRect());
      return [face.left, face.top, face.width, parts[0]!.top, parts[0]!.left, parts[1]!.top].map(Math.round);
    });
  const before = await places();
  if (process.env.PICTURES?.startsWith('/'))
    await page.screenshot({ path: `${process.env.PICTURES}/inbox-contact-coming.png` });
  go();
  await about.getByRole('heading', { name: 'Leila' }).waitFor();
  const after = await places();
  for (const [i, at] of before.entries())
    expect(Math.abs(at - after[i]!), `${before} ${after}`).toBeLessThanOrEqual(6);
  await page.unrouteAll();
});
