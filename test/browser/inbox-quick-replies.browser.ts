import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { customerWrites, furnish, openDesk, reply, signIn } from './desk.ts';
import type { House } from './house.ts';

let house: House;
let page: Page;
let session: string;
beforeAll(async () => {
  house = await openDesk();
  await furnish(house);
  const answer = await fetch(`${house.parley.url}/api/v1/media?filename=prices.pdf`, {
    method: 'POST',
    headers: { 'x-api-key': house.apiKey, 'content-type': 'application/pdf' },
    body: '%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n',
  });
  const file = (await answer.json()) as { id: string; link: string };
  const prices = {
    title: 'Price list',
    text: 'Here are our prices.',
    media: [{ id: file.id, filename: 'prices.pdf' }],
  };
  await house.call('/api/v1/canned-answers/prices', prices, 'PUT');
  await house.call('/api/v1/apply', {
    templates: [
      {
        code: 'with_file',
        name: 'With a file',
        variants: [
          {
            lang: 'en',
            body: 'Your invoice {{data.no}}.',
            media: { type: 'document', link: file.link, filename: 'invoice.pdf' },
            buttons: [{ type: 'URL', label: 'Pay now', url: 'https://shop.example/pay' }],
          },
        ],
        approvals: [{ channel: 'dummy:sandbox', status: 'APPROVED' }],
      },
    ],
  });
  page = await signIn(house, { expected: /400/ });
  session = await customerWrites(page, '966500002200', 'Nadia', 'How much is it?');
  await page.goto(`/inbox/${session}`);
  await reply(page).waitFor();
});
afterAll(() => house?.close());
afterEach(() => expect(house.complaints()).toEqual([]));

const list = () => page.getByRole('listbox', { name: 'Suggestions' });
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

it('the files of a quick reply go along', async () => {
  await reply(page).pressSequentially('/prices');
  await list().getByRole('option').first().waitFor();
  await reply(page).press('Enter');
  await page.getByRole('list', { name: 'Attachments' }).getByText('prices.pdf').waitFor();
  await expect.poll(() => reply(page).inputValue()).toBe('Here are our prices.');
  await reply(page).press('Enter');
  const sent = page.locator('article').filter({ hasText: 'Here are our prices.' });
  await sent.filter({ hasText: 'prices.pdf' }).locator('[data-tick="read"]').waitFor();
});

it('the buttons open their lists whatever stands before the caret, and leave no sign when nothing is chosen', async () => {
  await reply(page).fill('Hello');
  await press('Quick reply');
  await list()
    .getByRole('option', { name: /Opening hours/ })
    .click();
  await expect.poll(() => reply(page).inputValue()).toBe('Hello Dear Nadia, we are open from nine to six.');
  await reply(page).fill('Hello');
  await press('Quick reply');
  await list().waitFor();
  await page.keyboard.press('Escape');
  await list().waitFor({ state: 'detached' });
  expect(await reply(page).inputValue()).toBe('Hello');
  await press('Variable');
  await list()
    .getByRole('option', { name: /^Name of the customer/ })
    .click();
  await expect.poll(() => reply(page).inputValue()).toBe('Hello Nadia');
  await reply(page).fill('');
});

it('shows all of a template that the customer will get: its file and its buttons', async () => {
  await press('Template');
  await page.getByRole('button', { name: /With a file/ }).click();
  const preview = page.getByRole('region', { name: 'What the customer will read' });
  await preview.getByText('invoice.pdf').waitFor();
  await preview.getByText('Pay now').waitFor();
  await page.getByRole('button', { name: 'Another template' }).click();
  await page.getByRole('button', { name: 'No template' }).click();
});

it('says so where there is nothing to choose', async () => {
  for (const code of ['hours', 'prices'])
    await house.call(`/api/v1/canned-answers/${code}`, undefined, 'DELETE');
  await page.reload();
  await reply(page).waitFor();
  await press('Quick reply');
  await list().getByText('There are no quick replies yet.').waitFor();
  await page.keyboard.press('Escape');
  expect(await reply(page).inputValue()).toBe('');
});
