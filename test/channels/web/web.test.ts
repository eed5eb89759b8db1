import { describe, expect, it } from 'vitest';
import { hoursAt } from '../../../src/channels/web/hours.ts';
import { web } from '../../../src/channels/web/index.ts';
import type { Content } from '../../../src/model/message.ts';
import { allowsOrigin } from '../../../src/model/site.ts';
import { testInbound } from '../cases.ts';
import { fakeCall, outgoing } from '../tools.ts';
import { webSample } from './sample.ts';

describe('what comes in', () => testInbound('web', webSample));

describe('what goes out', () => {
  it('is sent as soon as it is stored, under our own id', async () => {
    const sent = await web.send(outgoing({ type: 'text', text: 'Hello' }), {} as never, fakeCall().call);
    expect(sent).toEqual({ providerId: '65f0c0ffee0123456789abcd' });
  });

  const { show } = web.visitors!;
  it('shows a template as what it says, with its choices', () => {
    const template = { id: 't', code: 'hi', lang: 'en', header: 'Sale', body: 'Hello Amina', footer: 'Bye' };
    const buttons = [{ type: 'QUICK_REPLY' as const, code: 'yes', label: 'Yes', name: 'internal' }];
    expect(show({ type: 'template', template, buttons })).toEqual({
      type: 'text',
      heading: 'Sale',
      text: 'Hello Amina',
      footer: 'Bye',
      buttons: [{ type: 'QUICK_REPLY', code: 'yes', label: 'Yes' }],
    });
  });

  it.each<[string, Content, object]>([
    ['a text', { type: 'text', text: 'Hello', preview: true }, { type: 'text', text: 'Hello' }],
    [
      'a file with what stands below it',
      { type: 'image', media: { id: 'm', caption: 'Shoes' } },
      { type: 'image', media: { id: 'm', caption: 'Shoes' } },
    ],
    [
      'a place',
      { type: 'location', location: { latitude: '1', longitude: '2' } },
      { type: 'location', location: { latitude: '1', longitude: '2' } },
    ],
  ])('shows %s', (_, content, shown) => expect(show(content)).toEqual(shown));
});

describe('the hours of a site', () => {
  const site = {
    timeZone: 'Asia/Riyadh',
    hours: [
      { days: ['sun' as const, 'mon' as const], from: '09:00', to: '17:00' },
      { days: ['thu' as const], from: '22:00', to: '02:00' },
    ],
  };
  // Riyadh is three hours ahead of UTC all year.
  it.each([
    ['2026-11-22T06:00:00Z', true, '2026-11-22T14:00:00Z', 'Sunday, nine in the morning'],
    ['2026-11-22T05:59:59Z', false, '2026-11-22T06:00:00Z', 'a second before'],
    ['2026-11-22T14:00:00Z', false, '2026-11-23T06:00:00Z', 'Sunday, five in the afternoon'],
    [
      '2026-11-26T22:30:00Z',
      true,
      '2026-11-26T23:00:00Z',
      'Friday, half past one, of what began on Thursday',
    ],
    ['2026-11-27T12:00:00Z', false, '2026-11-29T06:00:00Z', 'Friday noon'],
  ])('%s: open %s, until %s (%s)', (now, open, next) => {
    expect(hoursAt(site, Date.parse(now))).toEqual({ open, next: Date.parse(next), zone: 'Asia/Riyadh' });
  });

  it('are none where none are set, and always the same where they never change', () => {
    expect(hoursAt({ timeZone: 'UTC' }, 0)).toBeUndefined();
    const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
    const always = { timeZone: 'Nowhere/Else', hours: [{ days: [...days], from: '00:00', to: '24:00' }] };
    expect(hoursAt(always, 0)).toEqual({ open: true, zone: 'UTC' });
  });
});

it.each([
  ['https://shop.example', true],
  ['https://www.shop.example', true],
  ['https://a.b.shop.example', true],
  ['http://www.shop.example', false],
  ['https://evilshop.example', false],
  ['https://.shop.example', false],
  ['https://shop.example.evil.com', false],
  ['null', false],
])('a page at %s may show the widget: %s', (origin, may) => {
  expect(allowsOrigin({ origins: ['https://shop.example', 'https://*.shop.example'] }, origin)).toBe(may);
});
