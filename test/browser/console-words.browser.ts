import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { barriers } from './accessible.ts';
import {
  ben,
  eve,
  everybodyCanUse,
  field,
  openConsole,
  picture,
  refusals,
  saved,
  staff,
  sue,
} from './console.ts';
import { openDesk, signIn } from './desk.ts';
import type { House } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openDesk();
  await staff(house);
  await house.call('/api/v1/teams/returns', { name: 'Returns' }, 'PUT');
});
afterAll(() => house?.close());

describe('canned answers', () => {
  it('are written by a supervisor, and used by an agent', async () => {
    const page = await openConsole(house, 'set-up/canned-answers', { who: sue });
    await page.keyboard.press('n');
    await page.getByLabel('Code').fill('way');
    await page.getByLabel(/Title/).fill('The way to us');
    await page.getByLabel('Text').fill('Dear , we are past the market.');
    await page.getByLabel('Text').evaluate((box: HTMLTextAreaElement) => box.setSelectionRange(5, 5));
    await page.getByRole('button', { name: 'Name of the customer', exact: false }).first().click();
    expect(await page.getByLabel('Text').inputValue()).toBe('Dear {{contact.name}}, we are past the market.');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('link', { name: 'The way to us' }).waitFor();
    const agent = await signIn(house, { who: ben });
    const answers = await agent.request.get('/api/v1/inbox/canned-answers?text=market');
    expect((await answers.json()).items).toMatchObject([{ code: 'way', own: false }]);
    expect(await house.tidy()).toEqual([]);
  });

  it('are not made twice under one code, and come back when removed by mistake', async () => {
    const answer = { title: 'Opening hours', text: 'From nine to six.', lang: 'en', team: 'returns' };
    await house.call('/api/v1/canned-answers/hours', answer, 'PUT');
    const page = await openConsole(house, 'set-up/canned-answers/+new', { expected: refusals });
    await page.getByLabel('Code').fill('not a code');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.locator('[data-field=code]').getByText('Use 1 to 64 letters').waitFor();
    await page.getByLabel('Code').fill('hours');
    await page.getByLabel('Text').fill('Something else');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.locator('[data-field=code]').getByText('taken already').waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('link', { name: 'Canned answers' }).last().click();
    await page.getByLabel('Every team').selectOption('returns');
    await page.getByRole('link', { name: 'Opening hours' }).click();
    await page.getByRole('button', { name: 'Remove the answer' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove the answer' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('It is back').waitFor();
    expect(await house.call('/api/v1/canned-answers/hours')).toMatchObject(answer);
    expect(await house.tidy()).toEqual([]);
  });

  it('are not overwritten when a supervisor and an administrator change one', async () => {
    await house.call('/api/v1/canned-answers/both', { text: 'As it was' }, 'PUT');
    const path = 'set-up/canned-answers/both';
    const mine = await openConsole(house, path, { who: sue, expected: refusals });
    const theirs = await openConsole(house, path, { who: eve });
    await mine.getByLabel('Text').fill('As Sue wants it');
    await theirs.getByLabel('Text').fill('As Eve wants it');
    await theirs.keyboard.press('Control+s');
    await saved(theirs);
    await mine.keyboard.press('Control+s');
    const dialog = mine.getByRole('dialog', { name: 'Somebody changed this meanwhile' });
    await dialog.getByText('As Eve wants it').waitFor();
    await dialog.getByRole('button', { name: 'Take theirs' }).click();
    expect(await mine.getByLabel('Text').inputValue()).toBe('As Eve wants it');
    expect(await mine.getByRole('button', { name: 'Save' }).count()).toBe(0);
    expect(await house.tidy()).toEqual([]);
  });

  it('can be used by everybody', async () => {
    await house.call(
      '/api/v1/canned-answers/greeting',
      {
        title: 'ترحيب',
        text: 'أهلا {{contact.name}}، اتصل بنا على +971 50 123 4567',
        lang: 'ar',
      },
      'PUT',
    );
    const page = await openConsole(house, 'set-up/canned-answers');
    await everybodyCanUse(page, 'canned-answers', () => page.locator('[data-row]').first().waitFor());
    await page.goto('/console/set-up/canned-answers/greeting');
    await everybodyCanUse(page, 'canned-answer', () => page.locator('#field-text').waitFor());
    expect(await house.tidy()).toEqual([]);
  });
});

describe('custom fields', () => {
  it('begin with why there are none, are made, changed and removed, and come back', async () => {
    const page = await openConsole(house, 'set-up/custom-fields');
    await page.getByText('No custom fields yet').waitFor();
    expect(await barriers(page)).toEqual([]);
    await picture(page, 'console-custom-fields-empty');
    await page.getByRole('link', { name: 'New field' }).first().click();
    await field(page, 'key').fill('city');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('link', { name: 'city' }).click();
    expect(await field(page, 'key').isDisabled()).toBe(true);
    await page.getByLabel(/Name/).fill('City of the customer');
    await page.getByLabel('Type').selectOption('list');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: 'City of the customer' }).waitFor();
    expect(await house.call('/api/v1/custom-fields/city')).toMatchObject({
      name: 'City of the customer',
      type: 'list',
    });
    await page.getByRole('link', { name: 'City of the customer' }).click();
    await page.getByRole('button', { name: 'Remove the field' }).click();
    await page.getByRole('dialog').getByText('The values stay with the customers').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove the field' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('link', { name: 'City of the customer' }).waitFor();
    await everybodyCanUse(page, 'custom-fields', () => page.locator('[data-row]').first().waitFor());
    await page.goto('/console/set-up/custom-fields/city');
    await everybodyCanUse(page, 'custom-field', () => page.locator('#field-type').waitFor());
    expect(await house.tidy()).toEqual([]);
  });
});

describe('variables', () => {
  it('hold text, numbers in any digits, yes and no, and JSON', async () => {
    const page = await openConsole(house, 'set-up/variables/+new', { expected: refusals });
    const make = async (key: string, kind: string, fill: () => Promise<unknown>) => {
      await page.goto('/console/set-up/variables/+new');
      await field(page, 'key').fill(key);
      await page.getByLabel('Kind of value').selectOption(kind);
      await fill();
      await page.getByRole('button', { name: 'Create' }).click();
      await page.getByRole('link', { name: key }).waitFor();
      return (await house.call<{ value: unknown }>(`/api/v1/vars/${key}`)).value;
    };
    const value = page.getByLabel('Value', { exact: true });
    expect(await make('hotline', 'text', () => value.fill('+971 50 123 4567'))).toBe('+971 50 123 4567');
    expect(await make('discount', 'number', () => value.fill('١٢.٥'))).toBe(12.5);
    expect(await make('open', 'flag', () => value.selectOption('true'))).toBe(true);
    expect(await make('address', 'json', () => value.fill('{"city": "Jeddah"}'))).toEqual({ city: 'Jeddah' });
    await page.goto('/console/set-up/variables/address');
    await value.fill('{city}');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('[data-field=value]').getByText('This is no JSON').waitFor();
    expect(await house.tidy()).toEqual([]);
  });

  it('of a channel stand beside those that are good everywhere', async () => {
    await house.call('/api/v1/vars/desk', { value: 'ten' }, 'PUT');
    const page = await openConsole(house, 'set-up/variables/+new', { expected: refusals });
    await field(page, 'key').fill('desk');
    await page.getByLabel('Value', { exact: true }).fill('eleven');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.locator('[data-field=key]').getByText('taken already').waitFor();
    await page.getByLabel('Channel').selectOption('dummy:sandbox');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('link', { name: 'desk' }).nth(1).waitFor();
    expect(await house.call('/api/v1/vars/desk')).toMatchObject({ value: 'ten' });
    expect(await house.call('/api/v1/vars/desk?channel=dummy:sandbox')).toMatchObject({ value: 'eleven' });
    await page.getByRole('link', { name: 'desk' }).nth(1).click();
    await page.getByLabel('In use').uncheck();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByLabel('In use or not').selectOption('off');
    await page.getByText('1 found').waitFor();
    expect(await house.call('/api/v1/vars/desk?channel=dummy:sandbox')).toMatchObject({ disabled: true });
    await page.getByRole('link', { name: 'desk' }).click();
    await page.getByRole('button', { name: 'Remove the variable' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove the variable' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('It is back').waitFor();
    expect(await house.call('/api/v1/vars/desk?channel=dummy:sandbox')).toMatchObject({
      value: 'eleven',
      disabled: true,
    });
    expect(await house.tidy()).toEqual([]);
  });

  it('can be used by everybody', async () => {
    await house.call('/api/v1/vars/shop', { value: 'متجر البلوط، +971 50 123 4567', group: 'عنوان' }, 'PUT');
    const page = await openConsole(house, 'set-up/variables');
    await everybodyCanUse(page, 'variables', () => page.locator('[data-row]').first().waitFor());
    await page.goto('/console/set-up/variables/shop');
    await everybodyCanUse(page, 'variable', () => page.locator('#field-value').waitFor());
    expect(await house.tidy()).toEqual([]);
  });
});
