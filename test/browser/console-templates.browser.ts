import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWhatsAppCloud, type WhatsAppCloud } from '../fakes/whatsapp-cloud.ts';
import { barriers } from './accessible.ts';
import { eve, everybodyCanUse, openConsole, picture, refusals, saved, staff } from './console.ts';
import { openDesk } from './desk.ts';
import type { House } from './house.ts';

let house: House;
let cloud: WhatsAppCloud;
const channel = 'wacfb:15550001111';
beforeAll(async () => {
  house = await openDesk();
  await staff(house);
  cloud = await startWhatsAppCloud();
  const settings = { ...cloud.settings, wabaId: '102290129340398' };
  await house.call(`/api/v1/channels/${channel}`, { settings }, 'PUT');
});
afterAll(async () => {
  await house?.close();
  await cloud?.close();
});

const body = 'Hello {{contact.name}}, your order {{order}} is ready to be picked up.';
const samples = { 'contact.name': 'Amina', order: 'A-17' };
const make = (code: string, more: object = {}, lang = 'en') =>
  house.call(
    `/api/v1/templates/${code}/${lang}`,
    { name: code, body, samples, category: 'UTILITY', contactType: 'WHATSAPP', ...more },
    'PUT',
  );

describe('templates', () => {
  it('are written with what is wrong beside the fields, seen as people will, and handed in', async () => {
    const page = await openConsole(house, 'set-up/templates/+new');
    await page.getByLabel('Code', { exact: true }).fill('pick_up');
    await page.getByLabel('Language', { exact: true }).fill('en');
    await page.getByLabel('Made for').selectOption('WHATSAPP');
    const text = page.getByLabel('Text', { exact: true });
    await text.fill('Your order is ');
    await page.getByRole('button', { name: '+ Order' }).click();
    expect(await text.inputValue()).toBe('Your order is {{order}}');
    await page.getByText('It ends with a variable: write something behind it.').waitFor();
    await page.getByText('Say what it is for: marketing or service.').waitFor();
    await page
      .locator('label', { hasText: /^order/ })
      .getByRole('textbox')
      .fill('A-17');
    await text.fill('Hello, your order {{order}} is ready to be picked up.');
    await page.locator('#field-category').selectOption('UTILITY');
    const preview = page.getByRole('region', { name: 'Preview' });
    await preview.getByText('Hello, your order A-17 is ready to be picked up.').waitFor();
    await page.getByText('Say what it is for: marketing or service.').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Create' }).click();
    const approval = page.getByRole('region', { name: 'Approval' });
    await approval.getByText('Not handed in').waitFor();
    await approval.getByRole('button', { name: 'Submit' }).click();
    await approval.getByText('Under review').waitFor();
    cloud.shelf.templates[0]!.status = 'APPROVED';
    await approval.getByRole('button', { name: 'Sync now' }).click();
    await approval.getByText('Approved').first().waitFor();
    await approval.getByRole('button', { name: 'History' }).click();
    await approval.getByText('read from the provider').waitFor();
    await approval.getByText('handed in').last().waitFor();
    expect(await barriers(page)).toEqual([]);
    await picture(page, 'console-templates-approved');
    expect(await house.tidy()).toEqual([]);
  });

  it('are called by their code once their name is taken away', async () => {
    await make('plain', { name: 'Pick-up' });
    const page = await openConsole(house, 'set-up/templates/plain/en');
    const name = page.locator('#field-name');
    await expect.poll(() => name.inputValue()).toBe('Pick-up');
    await name.fill('');
    await page.keyboard.press('Control+s');
    await saved(page);
    expect(await house.call('/api/v1/templates/plain/en')).toMatchObject({ name: 'plain' });
    expect(await house.tidy()).toEqual([]);
  });

  it('say what the provider refuses, in the page', async () => {
    cloud.shelf.put({ name: 'taken_there', language: 'en' });
    await make('taken_there');
    const page = await openConsole(house, 'set-up/templates/taken_there/en', { expected: refusals });
    const approval = page.getByRole('region', { name: 'Approval' });
    await approval.getByRole('button', { name: 'Submit' }).click();
    await approval.getByRole('alert').getByText('has a template of this name and language').waitFor();
    expect(await house.tidy()).toEqual([]);
  });

  it('have a tab for each language, and keep what was typed when one goes to another', async () => {
    await make('spoken');
    await make('spoken', { body: 'أهلًا {{contact.name}}، طلبك {{order}} جاهز للاستلام من المتجر.' }, 'ar');
    const page = await openConsole(house, 'set-up/templates/spoken/en');
    await page.getByLabel('Footer').fill('Corner Shop');
    const tabs = page.getByRole('navigation', { name: 'Languages of this template' });
    await tabs.getByRole('link', { name: 'Arabic' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Leave', exact: true }).click();
    await page.getByText('أهلًا Amina، طلبك A-17 جاهز').waitFor();
    await tabs.getByRole('link', { name: 'English' }).click();
    await page.getByText('What you had typed and not saved is back.').waitFor();
    expect(await page.getByLabel('Footer').inputValue()).toBe('Corner Shop');
    expect(await house.tidy()).toEqual([]);
  });

  it('are not overwritten when two administrators change one', async () => {
    await make('shared');
    const mine = await openConsole(house, 'set-up/templates/shared/en', { expected: refusals });
    const theirs = await openConsole(house, 'set-up/templates/shared/en', { who: eve });
    await mine.getByLabel('Footer').fill('Mine');
    await theirs.getByLabel('Header').fill('Theirs');
    await theirs.getByRole('button', { name: 'Save' }).click();
    await theirs.getByRole('status').getByText('Saved').waitFor();
    await mine.getByRole('button', { name: 'Save' }).click();
    await mine
      .getByRole('dialog', { name: 'Somebody changed this meanwhile' })
      .getByText('Theirs')
      .last()
      .waitFor();
    expect(await house.call('/api/v1/templates/shared/en')).not.toHaveProperty('footer');
    expect(await house.tidy()).toEqual([]);
  });

  it('that are at the provider alone can be taken over', async () => {
    const components = [{ type: 'BODY', text: 'Thanks for coming by.' }];
    cloud.shelf.put({ name: 'only_there', language: 'en', status: 'APPROVED', components });
    await house.call(`/api/v1/channels/${channel}/templates/sync`, {}, 'POST');
    const page = await openConsole(house, 'set-up/templates');
    const offers = page.getByRole('region', { name: `Templates at ${channel}` });
    await offers.getByText('only_there').waitFor();
    await offers.getByRole('button', { name: 'Take them over' }).click();
    await page.getByRole('link', { name: 'only_there' }).waitFor();
    expect(await house.tidy()).toEqual([]);
  });

  it('can be used by everybody', async () => {
    await make('everybody', { header: 'Order', footer: 'Corner Shop', buttons: [{ label: 'Thanks' }] });
    await make('everybody', { body: 'أهلًا {{contact.name}}، طلبك {{order}} جاهز للاستلام من المتجر.' }, 'ar');
    const page = await openConsole(house, 'set-up/templates');
    await everybodyCanUse(page, 'templates', () => page.locator('[data-row]').first().waitFor());
    await page.goto('/console/set-up/templates/everybody/ar');
    await everybodyCanUse(page, 'template', () => page.getByText('طلبك A-17').waitFor());
    expect(await house.tidy()).toEqual([]);
  });
});
