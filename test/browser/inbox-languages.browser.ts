import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { barriers } from './accessible.ts';
import { picture } from './console.ts';
import { customerWrites, fitsAcross, notices, openDesk, prefer, signIn } from './desk.ts';
import type { House } from './house.ts';

const khalid = { email: 'khalid@shop.example', password: 'correct horse battery' };

let house: House;
let desk: Page;
beforeAll(async () => {
  house = await openDesk();
  await house.call('/api/v1/apply', {
    agents: [
      { code: 'khalid', name: 'خالد', email: khalid.email },
      { code: 'noura', name: 'نورة' },
    ],
  });
  const { token } = await house.call<{ token: string }>('/api/v1/agents/khalid/link', {});
  await house.call('/api/v1/sign-in/password', { token, password: khalid.password, as: 'token' });
  desk = await signIn(house);
});
afterAll(() => house?.close());
afterEach(() => expect(house.complaints()).toEqual([]));

/** A conversation as Khalid has it on his screen, in one of the languages. */
async function open(session: string, language: string, options = {}): Promise<Page> {
  const page = await signIn(house, { who: khalid, ...options });
  await prefer(page, { language });
  await page.goto(`/inbox/${session}`);
  await page.locator('article').first().waitFor();
  return page;
}

/** How far from the left edge of the screen a word stands. */
const left = (where: Locator, word: string) =>
  where.evaluate((within, word) => {
    const texts = document.createTreeWalker(within, NodeFilter.SHOW_TEXT);
    for (let one = texts.nextNode(); one; one = texts.nextNode()) {
      const from = one.textContent!.indexOf(word);
      if (from < 0) continue;
      const range = document.createRange();
      range.setStart(one, from);
      range.setEnd(one, from + word.length);
      return range.getBoundingClientRect().left;
    }
    throw new Error(`There is no ${word}`);
  }, word);

describe('a sentence about colleagues whose names are written from right to left', () => {
  it('says in English who did it, and then to whom', async () => {
    const session = await customerWrites(desk, '966500008010', 'أمينة', 'Hello');
    const page = await open(session, 'en');
    await page.keyboard.press('a');
    await page.getByRole('option', { name: 'نورة' }).click();
    const line = page.locator('p').filter({ hasText: 'خالد assigned it to نورة' });
    await line.waitFor();
    expect(await left(line, 'خالد')).toBeLessThan(await left(line, 'assigned'));
    expect(await left(line, 'assigned')).toBeLessThan(await left(line, 'نورة'));
    await page.keyboard.press('e');
    const notice = notices(page).filter({ hasText: 'Resolved: أمينة' });
    expect(await left(notice, 'Resolved')).toBeLessThan(await left(notice, 'أمينة'));
    await page.locator('p').filter({ hasText: 'Resolved by خالد' }).waitFor();
    expect(await page.locator('#thread').getByText('Today', { exact: true }).count()).toBe(1);
    await picture(page, 'inbox-names-en');
    await page.context().close();
  });
});

describe('numbers that a customer writes', () => {
  it('stay in the lines in which they were written, each the right way round', async () => {
    const written = ['100\n200\n300', '+971501234567\n+971507654321', 'رقمي ٠٥٠ ١٢٣ ٤٥٦٧ وشكرا'];
    let session = '';
    for (const text of written) session = await customerWrites(desk, '966500008020', 'Basma', text);
    const page = await open(session, 'ar');
    const said = (text: string) => page.locator('article').filter({ hasText: text });
    const linesOf = (text: string) =>
      said(text)
        .locator('[dir="auto"]')
        .evaluate((one) => {
          const tops = new Set<number>();
          const range = document.createRange();
          const texts = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
          while (texts.nextNode()) {
            range.selectNodeContents(texts.currentNode);
            for (const { top, width } of range.getClientRects()) if (width > 0) tops.add(Math.round(top));
          }
          return tops.size;
        });
    await said('وشكرا').waitFor();
    expect(await linesOf('100')).toBe(3);
    expect(await linesOf('+971501234567')).toBe(2);
    const phone = said('وشكرا').locator('bdo');
    expect(await phone.textContent()).toBe('٠٥٠ ١٢٣ ٤٥٦٧');
    expect(await left(phone, '٠٥٠')).toBeLessThan(await left(phone, '٤٥٦٧'));
    await picture(page, 'inbox-numbers-ar');
    await page.context().close();
  });
});

describe('what went wrong', () => {
  const words = [
    ['ar', 'المستلم موجود لكن لا يمكن الوصول إليه.'],
    ['hi', 'प्राप्तकर्ता मौजूद है, पर उस तक पहुँचा नहीं जा सकता।'],
  ];
  it.each(words)(
    'is told in the language of the screen, with the words of the provider: %s',
    async (language, why) => {
      const session = await customerWrites(desk, '966500000101', 'Dana', 'Are you there?');
      const page = await open(session, language!);
      await page.locator('textarea').fill('We are.');
      await page.locator('textarea').press('Enter');
      const failure = page.locator('p').filter({ hasText: why! }).last();
      await failure.waitFor();
      await failure.locator('bdi').waitFor();
      await picture(page, `inbox-failure-${language}`);
      await page.context().close();
    },
  );

  it('is told so where the server refuses', async () => {
    const session = await customerWrites(desk, '966500008030', 'Emre', 'Hello');
    const page = await open(session, 'hi', { expected: /status of 400/ });
    await page.route(`**/sessions/${session}/holder`, (route) =>
      route.fulfill({
        status: 400,
        json: { error: { code: 'INVALID', message: 'No such thing', fields: [] }, traceId: 'a' },
      }),
    );
    await page.keyboard.press('m');
    const notice = notices(page).filter({ hasText: 'No such thing' });
    await notice.getByText('सर्वर ने मना किया').waitFor();
    await picture(page, 'inbox-refused-hi');
    await page.context().close();
  });
});

describe('when a conversation comes back', () => {
  const day = (language: string, at: Date) => at.toLocaleDateString(language, { weekday: 'short' });

  it('stands in its row with the day, where that is not today', async () => {
    const session = await customerWrites(desk, '966500008040', 'Farah', 'Tomorrow is fine');
    const page = await open(session, 'en');
    await page.keyboard.press('s');
    await page.getByRole('menuitem', { name: 'Tomorrow morning' }).click();
    await page.goto('/inbox?state=snoozed');
    const tomorrow = new Date(Date.now() + 86_400_000);
    await page
      .locator(`[data-session="${session}"]`)
      .getByText(new RegExp(`${day('en', tomorrow)}.*9:00`))
      .waitFor();
    await picture(page, 'inbox-snoozed-en');
    await page.context().close();
  });

  it.each([
    ['en', 'en-GB', 'Next week', 'Mon'],
    ['ar', 'ar-EG', 'الأسبوع القادم', 'الأحد'],
    ['ar', 'ar-AE', 'الأسبوع القادم', 'الاثنين'],
    ['hi', 'hi-IN', 'अगले सप्ताह', 'सोम'],
  ])('is next week the day on which work begins there: %s, %s', async (language, locale, name, begins) => {
    const session = await customerWrites(desk, '966500008050', 'Gita', 'Next week is fine');
    const page = await open(session, language, { locale });
    await page.keyboard.press('s');
    await page.getByRole('menuitem', { name }).filter({ hasText: begins }).waitFor();
    await picture(page, `inbox-next-week-${locale}`);
    await page.context().close();
  });
});

describe('in Hindi', () => {
  it('a conversation is answered, noted about, and resolved', async () => {
    const session = await customerWrites(desk, '966500008060', 'मीरा', 'क्या मेज़ स्टॉक में है?');
    const page = await open(session, 'hi');
    expect(await page.locator('html').getAttribute('lang')).toBe('hi');
    expect(await page.locator('html').getAttribute('dir')).toBe('ltr');
    await page.locator('textarea').fill('हाँ, दो हैं।');
    await page.locator('textarea').press('Enter');
    await page.locator('article [data-tick="read"]').waitFor();
    await page.getByRole('tab').nth(1).click();
    await page.locator('textarea').fill('जल्दी चाहिए');
    await page.locator('textarea').press('Enter');
    await page.locator('[data-note] [data-message]').waitFor();
    expect(await barriers(page)).toEqual([]);
    await picture(page, 'inbox-thread-hi');
    await page.setViewportSize({ width: 320, height: 640 });
    await fitsAcross(page);
    await picture(page, 'inbox-thread-hi-320');
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.locator('article').first().click();
    await page.keyboard.press('e');
    await page.locator(`[data-session="${session}"]`).waitFor({ state: 'detached' });
    await page.context().close();
  });
});

describe('what somebody chose holds everywhere', () => {
  it('digits, also inside of texts', async () => {
    const page = await signIn(house, { locale: 'ar' });
    for (let n = 0; n < 3; n++) await customerWrites(page, `96650000${n}421`, `Nadia ${n}`, 'Hello');
    const bar = page.getByRole('toolbar');
    for (const [digits, count] of [
      ['native', '٣ محادثات محددة'],
      ['latn', '3 محادثات محددة'],
    ] as const) {
      await prefer(page, { language: 'ar', digits });
      await page.goto('/inbox');
      for (let n = 0; n < 3; n++)
        await page
          .locator('[data-session]')
          .filter({ hasText: `Nadia ${n}` })
          .click({ modifiers: ['Control'] });
      await bar.getByText(count).waitFor();
    }
    await page.context().close();
  });

  it('colours of the system: what is chosen is seen without a ground', async () => {
    const page = await signIn(house, { forcedColors: 'active' });
    const id = await customerWrites(page, '966500007421', 'Sara', 'Hello');
    await page.goto(`/inbox/${id}`);
    await page.locator('article').first().waitFor();
    for (const chosen of [
      page.locator(`[data-session="${id}"]`),
      page.locator('[role="tab"][aria-selected="true"]'),
    ])
      expect(await chosen.evaluate((one) => getComputedStyle(one).outlineStyle)).toBe('solid');
    expect(await barriers(page)).toEqual([]);
    await page.context().close();
  });
});
