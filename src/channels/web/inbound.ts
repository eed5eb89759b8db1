import { type Content, mediaTypes } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import { cardsOf } from '../cards.ts';
import type { Received, SaidBy } from '../channel.ts';
import { objectOf, type Raw, textOf } from '../json.ts';
import { maxText } from './limits.ts';

/** A word of the client, by which a message that is said again is known. */
const cidForm = /^[\w-]{1,64}$/;

/** The message that a visitor says by a frame, or why it is none: which field is at fault. */
export function receivedOf(frame: Raw, by: SaidBy, now: number): Received {
  const received: Received = { messages: [], receipts: [], events: [], ignored: [] };
  const ignore = (field: string, reason: string) => {
    received.ignored.push({ kind: field, reason });
    return received;
  };
  const cid = textOf(frame.cid);
  if (cid === undefined || !cidForm.test(cid)) return ignore('cid', 'cid must be 1 to 64 of A-Z a-z 0-9 _ -');
  if (by.csid === '') return ignore('visitor', 'it does not say who wrote');
  const content = frame.t === 'button' ? pressOf(frame, by) : contentOf(frame, by);
  if (typeof content === 'string') return ignore(content, `${content} is missing or makes no sense`);
  if ([...(content.text ?? content.media?.caption ?? '')].length > maxText)
    return ignore('text', `A text has at most ${maxText} characters`);
  // A pressed button answers the message that it belongs to.
  const replyIdExt = textOf(frame.t === 'button' ? frame.messageId : frame.replyTo);
  received.messages.push(
    present({
      providerId: providerIdOf(by.csid, cid),
      csid: by.csid,
      timestamp: now,
      content,
      profile: by.profile && Object.keys(by.profile).length > 0 ? by.profile : undefined,
      replyIdExt,
    }),
  );
  return received;
}

/** What makes a message unique on the channel: two visitors may use the same word. */
export function providerIdOf(csid: string, cid: string): string {
  return `${csid} ${cid}`;
}

/** The client's word for a message of a visitor. */
export function cidOf(providerId: string | undefined): string | undefined {
  return providerId?.slice(providerId.lastIndexOf(' ') + 1);
}

/** What a visitor says; the name of the field at fault when it says nothing. */
function contentOf(frame: Raw, { file }: SaidBy): Content | string {
  const type = textOf(frame.type) ?? 'text';
  const media = mediaTypes.find((one) => one === type && one !== 'sticker');
  if (media) {
    if (!file) return 'media.id';
    const caption = textOf(objectOf(frame.media).caption);
    return { type: media, media: present({ ...file, caption }) };
  }
  switch (type) {
    case 'text': {
      const text = typeof frame.text === 'string' ? frame.text.trim() : '';
      return text === '' ? 'text' : { type, text };
    }
    case 'location':
      return locationOf(objectOf(frame.location));
    case 'contacts': {
      const cards = cardsOf(frame.cards).slice(0, 20);
      return cards.length === 0 ? 'cards' : { type, cards };
    }
    case 'reaction': {
      const [to, emoji] = [textOf(frame.to), textOf(frame.emoji) ?? ''];
      if (to === undefined) return 'to';
      return [...emoji].length > 16 ? 'emoji' : { type, reaction: { emoji, messageIdExt: to } };
    }
    default:
      return 'type';
  }
}

/** A pressed button says its label. Only one that the message offered can be pressed. */
function pressOf({ payload }: Raw, { offered = [] }: SaidBy): Content | string {
  const code = textOf(payload);
  const button = offered.find((one) => one.code === code && one.type === 'QUICK_REPLY');
  if (!button) return 'payload';
  const { label, desc } = button;
  return { type: 'text', text: label, press: present({ code: button.code, label, desc }) };
}

function locationOf(given: Raw): Content | string {
  const [latitude, longitude] = [textOf(given.latitude), textOf(given.longitude)];
  if (!isDegrees(latitude, 90)) return 'location.latitude';
  if (!isDegrees(longitude, 180)) return 'location.longitude';
  const [name, address] = [textOf(given.name)?.slice(0, 200), textOf(given.address)?.slice(0, 500)];
  return { type: 'location', location: present({ latitude, longitude, name, address }) };
}

function isDegrees(text: string | undefined, limit: number): text is string {
  return text !== undefined && /^-?\d{1,3}(\.\d{1,15})?$/.test(text) && Math.abs(Number(text)) <= limit;
}
