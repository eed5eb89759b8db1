import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { customerWrites, deskWithNadia, openIn, reply } from './desk.ts';
import type { House } from './house.ts';

let house: House;
let page: Page;
let session: string;
beforeAll(async () => {
  ({ house, page, session } = await deskWithNadia());
});
afterAll(() => house?.close());
afterEach(() => expect(house.complaints()).toEqual([]));

const open = (id = session) => openIn(page, id);
const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** A file as the browser hands it over when it is dropped or pasted. */
const filesOf = (name: string, type: string, base64: string) =>
  page.evaluateHandle(
    ([name, type, base64]) => {
      const bytes = Uint8Array.from(atob(base64!), (sign) => sign.charCodeAt(0));
      const files = new DataTransfer();
      files.items.add(new File([bytes], name!, { type: type! }));
      return files;
    },
    [name, type, base64],
  );

describe('what an agent sends', () => {
  it('is a template: its variables filled, looked at as the customer will read it', async () => {
    await open();
    await page.keyboard.press('t');
    await page.getByRole('button', { name: 'Order shipped' }).click();
    const preview = page.getByRole('region', { name: 'What the customer will read' });
    await preview.getByText('Hello Nadia').waitFor();
    const send = page.getByRole('button', { name: 'Send the template' });
    expect(await send.isDisabled()).toBe(true);
    await page.getByRole('textbox', { name: 'order', exact: true }).fill('A-17');
    await preview.getByText('order A-17 is on its way').waitFor();
    await send.click();
    await page
      .locator('article')
      .filter({ hasText: 'order A-17 is on its way' })
      .locator('[data-tick]')
      .waitFor();
  });

  it('is a canned answer, with the name of the customer in it', async () => {
    await open();
    await reply(page).pressSequentially('Hello! /hou');
    await page.getByRole('option', { name: 'Opening hours' }).waitFor();
    await reply(page).press('Enter');
    await expect
      .poll(() => reply(page).inputValue())
      .toBe('Hello! Dear Nadia, we are open from nine to six.');
    await reply(page).press('Enter');
    await page.locator('article').filter({ hasText: 'Dear Nadia, we are open' }).waitFor();
  });

  it('is a canned answer that is put in at once, and sent no sooner than it is filled in', async () => {
    await open();
    const preview = '**/inbox/sessions/*/preview';
    let fill = (): void => {};
    const filled = new Promise<void>((done) => {
      fill = done;
    });
    await page.route(preview, async (route) => {
      await filled;
      await route.continue();
    });
    await reply(page).pressSequentially('/hou');
    await page.getByRole('option', { name: 'Opening hours' }).waitFor();
    await reply(page).press('Enter');
    const raw = 'Dear {{contact.name}}, we are open from nine to six.';
    await expect.poll(() => reply(page).inputValue()).toBe(raw);
    await reply(page).press('Enter');
    await page.getByRole('alert').filter({ hasText: '{{contact.name}} is not filled in yet.' }).waitFor();
    await reply(page).pressSequentially(' Bye!');
    fill();
    await expect.poll(() => reply(page).inputValue()).toBe('Dear Nadia, we are open from nine to six. Bye!');
    const length = 'Dear Nadia, we are open from nine to six. Bye!'.length;
    expect(await reply(page).evaluate((box) => (box as HTMLTextAreaElement).selectionStart)).toBe(length);
    // What was emptied meanwhile stays empty.
    await page.unrouteAll();
    await page.route(preview, (route) => setTimeout(() => void route.continue(), 500));
    await reply(page).fill('/hou');
    await page.getByRole('option', { name: 'Opening hours' }).waitFor();
    await reply(page).press('Enter');
    await expect.poll(() => reply(page).inputValue()).toBe(raw);
    const asked = page.waitForResponse((answer) => answer.url().endsWith('/preview'));
    await reply(page).fill('');
    await asked;
    await page.waitForTimeout(200);
    expect(await reply(page).inputValue()).toBe('');
    await page.unrouteAll();
  });

  it('is a file that was dropped, with what was written as its caption', async () => {
    await open();
    await reply(page).dispatchEvent('drop', { dataTransfer: await filesOf('lamp.png', 'image/png', pixel) });
    await page.getByRole('list', { name: 'Attachments' }).getByText('lamp.png').waitFor();
    await page.getByRole('progressbar', { name: 'Upload of lamp.png' }).waitFor({ state: 'detached' });
    await reply(page).fill('This lamp');
    await reply(page).press('Enter');
    const sent = page.locator('article').filter({ hasText: 'This lamp' });
    await sent.locator('button[data-state="shown"]').waitFor();
    await sent.locator('[data-tick="read"]').waitFor();
    await sent.locator('button[data-state="shown"]').click();
    await page.getByRole('dialog').getByRole('img', { name: 'This lamp' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('is a file that was pasted; one may be taken away again', async () => {
    await open();
    for (const name of ['bill.pdf', 'wrong.pdf'])
      await reply(page).evaluate(
        (field, clipboardData) =>
          field.dispatchEvent(
            new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
          ),
        await filesOf(name, 'application/pdf', btoa('%PDF-1.4 a bill')),
      );
    await page.getByRole('button', { name: 'Take wrong.pdf away' }).click();
    await page.getByText('wrong.pdf').waitFor({ state: 'detached' });
    await page.getByRole('progressbar').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('article', { name: /./ }).filter({ hasText: 'bill.pdf' }).waitFor();
  });

  it('is what was said: in Ogg, as channels take it, and it can be played', async () => {
    await open();
    await page.getByRole('button', { name: 'Voice message' }).click();
    await page.getByText('0:01').waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText(/^voice-\d+\.ogg$/).waitFor();
    await page.getByRole('progressbar').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const audio = page.locator('article audio');
    await audio.waitFor({ state: 'attached' });
    const sounds = await audio.evaluate(async ({ src }: HTMLAudioElement) => {
      const bytes = await (await fetch(src)).arrayBuffer();
      const sign = new TextDecoder('latin1').decode(bytes.slice(0, 4));
      const { duration } = await new AudioContext().decodeAudioData(bytes);
      return { sign, duration };
    });
    expect(sounds.sign).toBe('OggS');
    expect(sounds.duration).toBeGreaterThan(0.8);
  });

  it('may wait for its time, and be called back', async () => {
    await open();
    await reply(page).fill('Tomorrow it is cheaper');
    await page.getByRole('button', { name: 'More ways to send' }).click();
    await page.getByRole('menuitem', { name: 'Send later…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Send later' }).click();
    const waiting = page.locator('article').filter({ hasText: 'Tomorrow it is cheaper' });
    await waiting.locator('[data-tick="scheduled"]').waitFor();
    await waiting.hover();
    await page.getByRole('button', { name: 'More about this message' }).last().click();
    await page.getByRole('menuitem', { name: 'Cancel sending' }).click();
    await waiting.waitFor({ state: 'detached' });
  });
});

describe('an SMS', () => {
  it('is counted in segments as it is written, and a note is not', async () => {
    await house.call('/api/v1/apply', {
      channels: [{ type: 'unifonic', lane: 'Shop', settings: { apiKey: 'key-of-the-stories' } }],
    });
    const { webhookUrl } = await house.call<{ webhookUrl: string }>('/api/v1/channels/unifonic:Shop');
    const wrote = await page.request.post(new URL(webhookUrl).pathname, {
      data: { MessageID: '3200017889310', From: '966500002040', Body: 'Is it open?' },
    });
    expect(wrote.status()).toBe(200);
    await page.goto('/inbox');
    await page.locator('[data-session]').filter({ hasText: 'Is it open?' }).click();
    await page.locator('article').filter({ hasText: 'Is it open?' }).waitFor();
    await reply(page).fill('Yes, until six [today].');
    // Each bracket takes two.
    await page.getByText('1 segment · 135 left', { exact: true }).waitFor();
    await reply(page).fill('نعم، حتى السادسة. '.repeat(5));
    await page.getByText('2 segments · 45 left', { exact: true }).waitFor();
    await page.getByRole('tab', { name: /^Note/ }).click();
    await page.getByRole('textbox', { name: 'Note', exact: true }).fill('They close at five');
    await expect.poll(() => page.getByText(/segment/).count()).toBe(0);
    await page.getByRole('tab', { name: /^Reply/ }).click();
    await page.getByText('2 segments · 45 left', { exact: true }).waitFor();
    await reply(page).fill('');
    await page.getByText(/segment/).waitFor({ state: 'detached' });
  });

  it('alone is: other channels have no segments', async () => {
    await open();
    await reply(page).fill('Not an SMS');
    await page.waitForTimeout(600);
    expect(await page.getByText(/segment/).count()).toBe(0);
    await reply(page).fill('');
  });
});

describe('the last word', () => {
  const row = (id: string) => page.locator(`[data-session="${id}"]`);

  it('may be later: a conversation rests, and is woken', async () => {
    const id = await customerWrites(page, '966500002010', 'Omar', 'Next week is fine');
    await open(id);
    await page.keyboard.press('s');
    await page.getByRole('menuitem', { name: 'Tomorrow morning' }).click();
    await page.getByText(/^Snoozed until/).waitFor();
    await row(id).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'End snooze' }).click();
    await row(id).waitFor();
  });

  it('may be for good: closing asks first', async () => {
    const id = await customerWrites(page, '966500002020', 'Pia', 'That was all');
    await open(id);
    await page.keyboard.press('.');
    await page.getByRole('menuitem', { name: 'Close for good…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Close it' }).click();
    await page.getByText('This conversation is closed.').waitFor();
  });

  it('may be one for many, with one way back', async () => {
    const ids: string[] = [];
    for (const [i, name] of ['Quentin', 'Rosa', 'Sami'].entries())
      ids.push(await customerWrites(page, `96650000203${i}`, name, 'Thank you!'));
    await page.goto('/inbox');
    for (const id of ids) await row(id).click({ modifiers: ['Control'] });
    await page.getByRole('toolbar').getByText('3 selected').waitFor();
    await page.getByRole('toolbar').getByRole('button', { name: 'Resolve' }).click();
    await page.getByText('3 conversations resolved').waitFor();
    for (const id of ids) await row(id).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    for (const id of ids) await row(id).waitFor();
  });
});
