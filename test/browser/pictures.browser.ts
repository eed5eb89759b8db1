import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, it } from 'vitest';
import { type House, openHouse, type PageOptions } from './house.ts';
import { answer, bubble, openChat, write } from './website.ts';

/** The pictures of docs/webchat.md, taken anew: PICTURES=1 npm run test:browser test/browser/pictures */
const wanted = process.env.PICTURES !== undefined;
const folder = join(import.meta.dirname, '../../docs/images');

let house: House;
beforeAll(async () => {
  if (wanted) house = await openHouse();
});
afterAll(() => house?.close());

/** What the shop sells, as its page shows it. */
const bag = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 90" width="960" height="540"><rect width="160" height="90" fill="#e8ddcb"/>
<ellipse cx="80" cy="80" rx="38" ry="4" fill="#cdbfa8"/><rect x="54" y="8" width="52" height="72" rx="6" fill="#24594a"/>
<rect x="62" y="32" width="36" height="24" rx="3" fill="#e2f1e5"/><path d="M54 18h52" stroke="#163a30" stroke-width="4"/></svg>`;

async function upload(drawing: string): Promise<string> {
  const answered = await fetch(`${house.parley.url}/api/v1/media?filename=garden.jpg`, {
    method: 'POST',
    headers: { 'x-api-key': house.apiKey },
    body: (await sharp(Buffer.from(drawing)).jpeg().toBuffer()) as Buffer<ArrayBuffer>,
  });
  return ((await answered.json()) as { id: string }).id;
}

const english = {
  language: 'English',
  ask: 'Hello! Where is my order 12345? My number is +971 50 123 4567.',
  reply: 'Good morning! It leaves us on Tuesday. Would you like it ground?',
  choices: ['Whole beans', 'Ground'],
  caption: 'Garden, 250 g',
  rest: 'Then a filter grind. You can follow it at https://shop.example/orders/12345',
};
const arabic = {
  language: 'العربية',
  ask: 'مرحبا! أين طلبي 12345؟ رقمي +971 50 123 4567',
  reply: 'صباح الخير! يُشحن يوم الثلاثاء. هل تريده مطحونًا؟',
  choices: ['حبوب كاملة', 'مطحون'],
  caption: 'الحديقة، 250 غ',
  rest: 'طحن للترشيح إذًا. تابعه على https://shop.example/orders/12345',
};
const pictures: [string, typeof english, PageOptions][] = [
  ['webchat', english, { viewport: { width: 1000, height: 760 } }],
  ['webchat-arabic', arabic, { viewport: { width: 1000, height: 760 } }],
  ['webchat-dark', english, { viewport: { width: 1000, height: 760 }, colorScheme: 'dark' }],
  ['webchat-phone', english, { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true }],
];

it.runIf(wanted).each(pictures)('%s', async (name, words, options) => {
  const page = await house.page(options);
  await page.goto('/demo');
  await page.locator('parley-chat').waitFor({ state: 'attached' });
  await page.getByRole('button', { name: words.language }).click();
  const chat = await openChat(page);
  await write(chat, words.ask);
  await bubble(chat, words.ask.slice(0, 8)).locator('[data-step=sent]').waitFor();
  const { items } = await house.call<{ items: { contactId: string }[] }>(
    '/api/v1/sessions?open=true&limit=1',
  );
  const visitor = items[0]!.contactId;
  const buttons = words.choices.map((label) => ({ label }));
  await answer(house, visitor, { text: words.reply, buttons });
  await chat.getByRole('button', { name: words.choices[1]! }).click();
  await answer(house, visitor, { type: 'image', media: { id: await upload(bag), caption: words.caption } });
  await chat.locator('.out .picture img').waitFor();
  await answer(house, visitor, { text: words.rest });
  await bubble(chat, 'shop.example').waitFor();
  // What is asked outside of the hours has a picture of its own.
  if (name !== 'webchat-phone') await chat.locator('.capture .quiet').click();
  await page.mouse.move(0, 0);
  await page.waitForTimeout(500);
  // Few colours are enough, and a repository keeps every picture for ever.
  await sharp(await page.screenshot())
    .png({ palette: true, quality: 90, effort: 10 })
    .toFile(join(folder, `${name}.png`));
});
