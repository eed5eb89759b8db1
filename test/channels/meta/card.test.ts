import { describe, expect, it } from 'vitest';
import { faultOf, seenOf } from '../../../sim/meta-templates.ts';
import { channelOf } from '../../../src/channels/index.ts';
import { instagramButtons, messengerButtons } from '../../../src/channels/meta/buttons.ts';
import { cardOf } from '../../../src/channels/meta/card.ts';
import { instagramMessages, messengerMessages } from '../../../src/channels/meta/messages.ts';
import type { Button, Content, Media } from '../../../src/model/message.ts';

const yes: Button = { type: 'QUICK_REPLY', code: 'y', label: 'Yes' };
const no: Button = { type: 'QUICK_REPLY', code: 'n', label: 'No' };
const shop: Button = { type: 'URL', code: 's', label: 'Shop', url: 'https://shop.example/' };
const help: Button = { type: 'URL', code: 'h', label: 'Help', url: 'https://help.example/' };
const dial: Button = { type: 'PHONE_NUMBER', code: 'd', label: 'Call', phone: '+966 50 000 0000' };

const link = 'https://files.example/1.jpg';
const offer = (caption: string | undefined, more: Partial<Content> = {}): Content => ({
  type: 'image',
  media: { link, ...(caption !== undefined && { caption }) },
  buttons: [yes, no],
  ...more,
});
const elementOf = (content: Content, kinds = messengerButtons) => {
  const card = cardOf(content, kinds) as { attachment: { payload: { elements: object[] } } } | undefined;
  return card?.attachment.payload.elements[0];
};

describe('a picture with buttons is one card', () => {
  it('that shows the first line as its title, and the others below it', () => {
    expect(elementOf(offer('Fresh mangoes\n\nFrom Monday on'))).toEqual({
      title: 'Fresh mangoes',
      subtitle: 'From Monday on',
      image_url: link,
      buttons: [
        { type: 'postback', title: 'Yes', payload: 'y' },
        { type: 'postback', title: 'No', payload: 'n' },
      ],
    });
  });

  it('that shows a heading as its title, and a footer below all', () => {
    const content = offer('From Monday on', { heading: 'Fresh mangoes', footer: 'While they last' });
    expect(elementOf(content)).toMatchObject({
      title: 'Fresh mangoes',
      subtitle: 'From Monday on\nWhile they last',
    });
  });

  it('that says one short line alone', () => {
    expect(elementOf(offer('Mangoes?'))).not.toHaveProperty('subtitle');
  });

  it('that leads, when it is tapped, where its only link leads', () => {
    expect(elementOf(offer('Mangoes', { buttons: [shop, yes] }))).toMatchObject({
      default_action: { type: 'web_url', url: 'https://shop.example/' },
    });
    for (const buttons of [[yes], [shop, help]])
      expect(elementOf(offer('Mangoes', { buttons }))).not.toHaveProperty('default_action');
  });

  it('whose title and subtitle have up to 80 characters each, as people count them', () => {
    const longest = '🥭'.repeat(80);
    expect(elementOf(offer(`${longest}\n${longest}`))).toBeDefined();
    expect(elementOf(offer(`${longest}🥭`))).toBeUndefined();
    expect(elementOf(offer(`Title\n${longest}🥭`))).toBeUndefined();
    expect(elementOf(offer('Short', { heading: `${longest}🥭` }))).toBeUndefined();
    expect(elementOf(offer(longest, { heading: 'Title', footer: 'More' }))).toBeUndefined();
  });

  it('with three buttons at most, with short labels and nothing more said of them', () => {
    expect(elementOf(offer('Tea?', { buttons: [yes, no, shop] }))).toBeDefined();
    expect(elementOf(offer('Tea?', { buttons: [yes, no, shop, help] }))).toBeUndefined();
    expect(elementOf(offer('Tea?', { buttons: [{ ...yes, label: 'x'.repeat(21) }] }))).toBeUndefined();
    expect(elementOf(offer('Tea?', { buttons: [{ ...yes, desc: 'With milk' }] }))).toBeUndefined();
    expect(elementOf(offer('Tea?', { listLabel: 'Choose' }))).toBeUndefined();
    expect(elementOf(offer('Tea?', { buttons: [] }))).toBeUndefined();
  });

  it('whose buttons dial at Messenger, and not at Instagram', () => {
    const content = offer('Call us', { buttons: [dial] });
    expect(elementOf(content)).toMatchObject({
      buttons: [{ type: 'phone_number', title: 'Call', payload: '+966500000000' }],
    });
    expect(elementOf(content, instagramButtons)).toBeUndefined();
  });

  it('only of what stands still and has an address and words', () => {
    const of = (media: Media) => elementOf(offer('', { media }));
    expect(of({ link, caption: 'Tea', mime: 'image/png' })).toBeDefined();
    expect(of({ link, caption: 'Tea', mime: 'image/gif' })).toBeUndefined();
    expect(of({ providerId: '77', caption: 'Tea' })).toBeUndefined();
    expect(of({ link })).toBeUndefined();
    expect(of({ link, caption: '  \n ' })).toBeUndefined();
    expect(elementOf({ ...offer('Tea'), type: 'video' })).toBeUndefined();
  });

  it('whose picture is not uploaded, since a card names it by its address', () => {
    const { linksFile } = channelOf('fb')!;
    expect(linksFile!(offer('Tea?'))).toBe(true);
    expect(linksFile!(offer('x'.repeat(81)))).toBe(false);
  });
});

describe('what is no card goes as before', () => {
  it('at Messenger as the picture, and a text with its buttons, with heading and footer in it', () => {
    const [picture, words] = messengerMessages(offer('x'.repeat(81), { heading: 'Tea', footer: 'Soon' }));
    expect(picture).toEqual({ attachment: { type: 'image', payload: { url: link } } });
    expect(words).toMatchObject({ attachment: { payload: { template_type: 'button' } } });
    expect(JSON.stringify(words)).toContain(`"Tea\\n\\n${'x'.repeat(81)}\\n\\nSoon"`);
  });

  it('at Instagram as the picture, and a text with quick replies', () => {
    const [, words] = instagramMessages(offer('x'.repeat(81), { buttons: [yes, dial] }));
    expect(words).toMatchObject({ quick_replies: [{ title: 'Yes', payload: 'y' }] });
  });
});

describe('the simulated Meta', () => {
  it('shows the picture, the words and the buttons of a card, and finds nothing wrong with it', () => {
    const [card] = messengerMessages(offer('Tea?\nWith milk', { buttons: [yes, shop, dial] }));
    expect(seenOf(card!)).toEqual({
      text: 'Tea?\nWith milk',
      picture: link,
      buttons: ['Yes', 'Shop', 'Call'],
    });
    expect(faultOf(card!, true)).toBeUndefined();
    expect(faultOf(card!, false)).toMatch(/phone_number/);
  });

  it('refuses a card that says more than cards may', () => {
    const card = (element: object) => ({
      attachment: { type: 'template', payload: { template_type: 'generic', elements: [element] } },
    });
    expect(faultOf(card({ title: 'x'.repeat(81), subtitle: 'y' }), true)).toMatch(/80/);
    expect(faultOf(card({ title: 'x', buttons: [{}, {}, {}, {}] }), true)).toMatch(/3/);
    expect(faultOf(card({ title: 'x' }), true)).toMatch(/beside/);
  });
});
