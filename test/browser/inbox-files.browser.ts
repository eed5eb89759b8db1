import type { Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { customerWrites, notices, openDesk, reply, signIn } from './desk.ts';
import type { House } from './house.ts';

let house: House;
let page: Page;
let session: string;
let other: string;
beforeAll(async () => {
  house = await openDesk();
  page = await signIn(house, { expected: /status of (400|413)|ERR_FAILED|ERR_BLOCKED_BY_LOCAL/ });
  session = await customerWrites(page, '966500008000', 'Nadia', 'Can you show me the lamp?');
  other = await customerWrites(page, '966500008010', 'Omar', 'Hello');
});
afterAll(() => house?.close());
beforeEach(() => open());
afterEach(async () => {
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  expect(house.complaints()).toEqual([]);
});

const open = async (id = session) => {
  await page.goto(`/inbox/${id}`);
  await page.locator('article').first().waitFor();
};
const goTo = async (id: string) => {
  await page.locator(`[data-session="${id}"]`).click();
  await page.locator(`#thread[data-shown="${id}"]`).waitFor();
};
const cards = () => page.getByRole('list', { name: 'Attachments' });
const card = (name: string | RegExp) => cards().getByText(name);
const arrived = () => page.getByRole('progressbar').waitFor({ state: 'detached' });
const takeAway = async (name: string) => {
  await page.getByRole('button', { name: `Take ${name} away` }).click();
  await card(name).waitFor({ state: 'detached' });
};
/** What the browser has of files that have not gone with an answer. */
const keptFiles = () =>
  page.evaluate(
    () =>
      new Promise<string[]>((tell) => {
        const asked = indexedDB.open('parley-with-drafts');
        asked.onsuccess = () => {
          const all = asked.result.transaction('files').objectStore('files').getAll();
          all.onsuccess = () => {
            asked.result.close();
            tell(all.result.map(({ name }) => name).sort());
          };
        };
      }),
  );
const own = (text: string) => page.locator('article').filter({ hasText: text });

/** What is dropped or pasted: one file, of so many bytes or this text, and texts of other kinds beside it. */
const carried = (
  name: string,
  type: string,
  { bytes = 0, ...texts }: { bytes?: number; [kind: string]: string | number } = {},
) =>
  page.evaluateHandle(
    ([name, type, bytes, texts]) => {
      const data = new DataTransfer();
      data.items.add(new File([bytes ? new Uint8Array(bytes) : '%PDF-1.4 a bill'], name, { type }));
      for (const [kind, text] of Object.entries(texts)) data.items.add(String(text), kind);
      return data;
    },
    [name, type, bytes, texts] as const,
  );

const drop = async (where: string, name: string, type = 'application/pdf', bytes = 0) => {
  const dataTransfer = await carried(name, type, { bytes });
  for (const event of ['dragover', 'drop'])
    await page.locator(where).first().dispatchEvent(event, { dataTransfer });
};

/** Holds the uploads until they are let go. */
async function holdUploads(): Promise<() => void> {
  let go = (): void => {};
  const gone = new Promise<void>((done) => {
    go = done;
  });
  await page.route('**/api/v1/media?**', async (route: Route) => {
    await gone;
    await route.continue().catch(() => {});
  });
  return go;
}

describe('a file', () => {
  it('may fall anywhere: it comes to the answer, and the page stays', async () => {
    await drop('#list', 'beside.pdf');
    await card('beside.pdf').waitFor();
    await takeAway('beside.pdf');
    // Where no conversation is open there is no answer for it, and the page stays all the same.
    await page.goto('/inbox');
    await page.locator('[data-session]').first().waitFor();
    const data = await carried('lost.pdf', 'application/pdf');
    const isStopped = await page.evaluate(
      (dataTransfer) =>
        !document.body.dispatchEvent(
          new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }),
        ),
      data,
    );
    expect(isStopped).toBe(true);
  });

  it('is seen where it falls while a template is chosen', async () => {
    await page.keyboard.press('t');
    await page.getByText('Send a template').or(page.getByText('There are no templates')).first().waitFor();
    await drop('#thread', 'seen.pdf');
    await card('seen.pdf').waitFor();
    await reply(page).waitFor();
    await takeAway('seen.pdf');
  });

  it('is never in a note, and waits for the reply meanwhile', async () => {
    await drop('#thread', 'price.pdf');
    await card('price.pdf').waitFor();
    await arrived();
    await page.getByRole('tab', { name: 'Note' }).click();
    expect(await card('price.pdf').count()).toBe(0);
    await drop('#thread', 'secret.pdf');
    await notices(page).filter({ hasText: 'A note takes no files.' }).waitFor();
    await page.getByRole('textbox', { name: 'Note' }).fill('Only for us');
    await page.getByRole('button', { name: 'Add note' }).click();
    await page.getByRole('article', { name: /^Note/ }).filter({ hasText: 'Only for us' }).waitFor();
    await page.getByRole('tab', { name: 'Reply' }).click();
    await card('price.pdf').waitFor();
    expect(await card('secret.pdf').count()).toBe(0);
    await takeAway('price.pdf');
  });

  it('is waited for: no key sends the text without it', async () => {
    const go = await holdUploads();
    await drop('#thread', 'offer.pdf');
    await reply(page).fill('Our offer');
    await reply(page).press('Enter');
    await page.getByRole('alert').filter({ hasText: 'A file is still on its way here.' }).waitFor();
    expect(await reply(page).inputValue()).toBe('Our offer');
    go();
    await arrived();
    await reply(page).press('Enter');
    await own('Our offer').filter({ hasText: 'offer.pdf' }).locator('[data-tick]').waitFor();
  });

  it('that is too large is refused with the limit, and goes nowhere', async () => {
    // Without what came with the page, so that the channel can be said to have a limit.
    await page.route(`**/inbox/${session}`, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replace('id="first"', 'id="before"') });
    });
    await page.route('**/inbox/setup', async (route) => {
      const response = await route.fetch();
      const json = (await response.json()) as { channels: { media: object }[] };
      for (const one of json.channels) one.media = { image: { mimes: [], maxBytes: 1024 * 1024 } };
      await route.fulfill({ response, json });
    });
    await open();
    let uploads = 0;
    await page.route('**/api/v1/media?**', (route) => {
      uploads += 1;
      return route.continue();
    });
    await drop('#thread', 'huge.png', 'image/png', 2 * 1024 * 1024);
    await cards()
      .getByRole('alert')
      .filter({ hasText: /^Too large: .+ at most\.$/ })
      .waitFor();
    expect(uploads).toBe(0);
    await takeAway('huge.png');
  });

  it('that a proxy refuses with a page of its own can be tried again', async () => {
    await page.route('**/api/v1/media?**', (route) =>
      route.fulfill({ status: 413, contentType: 'text/html', body: '<h1>Request Entity Too Large</h1>' }),
    );
    await drop('#thread', 'again.pdf');
    await cards().getByRole('alert').filter({ hasText: 'It could not be uploaded.' }).waitFor();
    await reply(page).fill('With the file, please');
    await reply(page).press('Enter');
    await page.getByRole('alert').filter({ hasText: 'A file could not be uploaded.' }).waitFor();
    await page.unrouteAll();
    await cards().getByRole('button', { name: 'Try again' }).click();
    await arrived();
    await reply(page).press('Enter');
    await own('With the file, please').filter({ hasText: 'again.pdf' }).locator('[data-tick]').waitFor();
  });

  it('that is taken away stops on its way', async () => {
    const go = await holdUploads();
    const ended = page.waitForEvent('requestfailed', (request) => request.url().includes('/api/v1/media?'));
    await drop('#thread', 'stop.pdf');
    await page.getByRole('progressbar', { name: 'Upload of stop.pdf' }).waitFor();
    await takeAway('stop.pdf');
    await ended;
    go();
  });

  it('waits with its conversation, and so does what is quoted', async () => {
    await page.locator('article').first().hover();
    await page.getByRole('button', { name: 'Reply to this message' }).first().click();
    await drop('#thread', 'waits.pdf');
    await card('waits.pdf').waitFor();
    await goTo(other);
    expect(await cards().count()).toBe(0);
    await goTo(session);
    await card('waits.pdf').waitFor();
    await page.getByRole('button', { name: 'Cancel the reply' }).click();
    await takeAway('waits.pdf');
  });

  it('comes back with its words from a message that was refused', async () => {
    await page.route(`**/inbox/sessions/${session}/messages`, (route) =>
      route.request().method() === 'POST'
        ? route.fulfill({
            status: 400,
            contentType: 'application/json',
            body: JSON.stringify({ error: { code: 'INVALID', message: 'Not like this', fields: [] } }),
          })
        : route.continue(),
    );
    await drop('#thread', 'back.pdf');
    await arrived();
    await reply(page).fill('As promised');
    await reply(page).press('Enter');
    await page.locator('[data-outgoing="failed"]').waitFor();
    await page.unrouteAll();
    await page.getByRole('button', { name: 'Edit' }).click();
    await card('back.pdf').waitFor();
    await expect.poll(() => reply(page).inputValue()).toBe('As promised');
    await reply(page).press('Enter');
    await own('As promised').filter({ hasText: 'back.pdf' }).locator('[data-tick]').waitFor();
  });
});

it('a picture that is lost keeps what was written below it', async () => {
  await drop('#thread', 'lamp.png', 'image/png', 100);
  await arrived();
  await reply(page).fill('The lamp in the hall');
  await reply(page).press('Enter');
  await own('The lamp in the hall').locator('[data-tick="read"]').waitFor();
  await page.route('**/media/**', (route) => route.abort());
  await page.reload();
  await own('The lamp in the hall').filter({ hasText: 'The file cannot be shown.' }).waitFor();
});

it('what was said is kept for who leaves the conversation while it is recorded', async () => {
  await page.getByRole('button', { name: 'Voice message' }).click();
  await page.getByText('0:01').waitFor();
  await goTo(other);
  await goTo(session);
  await cards()
    .getByText(/^voice-\d+\.ogg$/)
    .waitFor();
  await page.getByRole('button', { name: /^Take voice-/ }).click();
  // What is discarded is gone.
  await page.getByRole('button', { name: 'Voice message' }).click();
  await page.getByText('0:01').waitFor();
  await page.getByRole('button', { name: 'Discard' }).click();
  await reply(page).waitFor();
  await page.waitForTimeout(500);
  expect(await cards().count()).toBe(0);
});

it('what was said is kept when the microphone goes while it is recorded', async () => {
  await page.addInitScript(() => {
    const { mediaDevices } = navigator;
    const ask = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = async (wanted) => Object.assign(window, { mic: await ask(wanted) }).mic;
  });
  await page.reload();
  await page.getByRole('button', { name: 'Voice message' }).click();
  await page.getByText('0:01').waitFor();
  // As when a headset is switched off.
  await page.evaluate('mic.getTracks().forEach((track) => track.stop())');
  await card(/^voice-\d+\.ogg$/).waitFor();
  await page.getByText('The microphone is gone. What you said until then is kept.').waitFor();
  await page.getByRole('button', { name: /^Take voice-/ }).click();
});

it('files and the message that one replies to outlive a reload, until they are sent', async () => {
  await own('Can you show me the lamp?').first().hover();
  await page.getByRole('button', { name: 'Reply to this message' }).first().click();
  const bar = page.getByRole('button', { name: 'Cancel the reply' });
  await bar.waitFor();
  await drop('#thread', 'bill.pdf');
  await arrived();
  // One that the server does not have yet goes on where it was.
  await page.route('**/api/v1/media?**', () => {});
  await drop('#thread', 'late.pdf');
  await card('late.pdf').waitFor();
  await expect.poll(keptFiles).toEqual(['bill.pdf', 'late.pdf']);
  await page.unroute('**/api/v1/media?**');
  await page.reload();
  await card('bill.pdf').waitFor();
  await card('late.pdf').waitFor();
  await arrived();
  await bar.waitFor();
  await reply(page).fill('Here they are');
  await reply(page).press('Enter');
  const sent = own('bill.pdf').last();
  await sent.locator('[data-tick="read"]').waitFor();
  await own('late.pdf').last().locator('[data-tick="read"]').waitFor();
  expect(await cards().count()).toBe(0);
  await expect.poll(keptFiles).toEqual([]);
  await page.reload();
  await own('late.pdf').last().waitFor();
  await reply(page).waitFor();
  await page.waitForTimeout(700);
  expect([await cards().count(), await bar.count()]).toEqual([0, 0]);
});

it('files and the message that one replies to wait in every window, and go from one', async () => {
  await own('Can you show me the lamp?').first().hover();
  await page.getByRole('button', { name: 'Reply to this message' }).first().click();
  await drop('#thread', 'twice.pdf');
  await card('twice.pdf').waitFor();
  await arrived();
  const second = await page.context().newPage();
  await second.goto(`/inbox/${session}`);
  const waiting = second.getByRole('list', { name: 'Attachments' }).getByText('twice.pdf');
  const bar = second.getByRole('button', { name: 'Cancel the reply' });
  await waiting.waitFor();
  await bar.waitFor();
  await reply(page).press('Enter');
  await own('twice.pdf').last().waitFor();
  await waiting.waitFor({ state: 'detached' });
  await bar.waitFor({ state: 'detached' });
  await second.close();
});

it('cells of a table are pasted as text, and a picture as a picture', async () => {
  const paste = async (data: Awaited<ReturnType<typeof carried>>) =>
    reply(page).evaluate(
      (field, clipboardData) =>
        !field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })),
      data,
    );
  const cells = await carried('image.png', 'image/png', {
    'text/plain': 'A-17\t12',
    'text/html': '<table><tr><td>A-17</td><td>12</td></tr></table>',
  });
  expect(await paste(cells)).toBe(false);
  expect(await cards().count()).toBe(0);
  // A browser copies a picture with the markup that shows it.
  const picture = await carried('image.png', 'image/png', { 'text/html': '<img src="lamp.png">' });
  expect(await paste(picture)).toBe(true);
  await card('image.png').waitFor();
  await takeAway('image.png');
});

it('goes with the quick reply that it is of, which says something else where nothing is known', async () => {
  await open();
  const pixel = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  const stored = await page.request.post('/api/v1/media?filename=way.png', {
    headers: { 'x-parley-client': 'inbox', 'content-type': 'image/png' },
    data: pixel,
  });
  const { id } = (await stored.json()) as { id: string };
  const kept = await page.request.put('/api/v1/inbox/canned-answers/way', {
    headers: { 'x-parley-client': 'inbox' },
    data: {
      title: 'The way to us',
      text: 'This is the way, {{contact.email|dear friend}}.',
      media: [{ id, filename: 'way.png' }],
    },
  });
  expect(kept.status(), await kept.text()).toBeLessThan(300);
  await reply(page).pressSequentially('/way');
  await page.getByRole('option', { name: 'The way to us' }).waitFor();
  await reply(page).press('Enter');
  await card('way.png').waitFor();
  await expect.poll(() => reply(page).inputValue()).toBe('This is the way, dear friend.');
  await reply(page).press('Enter');
  await own('This is the way').locator('img').waitFor();
  await own('This is the way').locator('[data-tick]').waitFor();
});
