import type { Content, Media, MediaType } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import { cardsOf } from '../cards.ts';
import type { ReceivedEvent } from '../channel.ts';
import { isObject, listOf, objectOf, type Raw, textOf } from '../json.ts';
import { hexOf } from './media.ts';

/** How each type of message is read; undefined when what it needs is not there. */
const readers: Readonly<Record<string, (message: Raw) => Content | undefined>> = {
  text: ({ text }) => said(textOf(objectOf(text).body)),
  image: ({ image }) => fileContent('image', image),
  video: ({ video }) => fileContent('video', video),
  document: ({ document }) => fileContent('document', document),
  sticker: ({ sticker }) => fileContent('sticker', sticker),
  audio: ({ audio }) => fileContent(objectOf(audio).voice === true ? 'voice' : 'audio', audio),
  location: ({ location }) => placeContent(objectOf(location)),
  contacts({ contacts }) {
    const cards = cardsOf(contacts);
    return cards.length > 0 ? { type: 'contacts', cards } : undefined;
  },
  reaction({ reaction }) {
    const { message_id, emoji } = objectOf(reaction);
    const messageIdExt = textOf(message_id);
    // No emoji: the reaction was taken back.
    return messageIdExt === undefined
      ? undefined
      : { type: 'reaction', reaction: { messageIdExt, emoji: textOf(emoji) ?? '' } };
  },
  button({ button }) {
    const { payload, text } = objectOf(button);
    return pressed(payload, text, { ofTemplate: true });
  },
  interactive: ({ interactive }) => interactiveContent(objectOf(interactive)),
  order: ({ order }) => orderContent(objectOf(order)),
};

/** Types that are told as events alone. */
const eventTypes = new Set(['system', 'request_welcome']);

/**
 * What a person's message says (channels.md 4.1, "Inbound types"). Types that we have no word for are
 * `unsupported` with the reason that Meta gives; undefined for events and for what is half.
 */
export function contentOf(message: Raw): Content | undefined {
  const type = textOf(message.type) ?? 'unknown';
  if (eventTypes.has(type)) return undefined;
  const content = Object.hasOwn(readers, type) ? readers[type]!(message) : unsupported(message, type);
  const referral = referralOf(message);
  return content && referral ? { ...content, referral } : content;
}

function said(text: string | undefined): Content | undefined {
  return text === undefined ? undefined : { type: 'text', text };
}

function fileContent(type: MediaType, value: unknown): Content | undefined {
  const { id, caption, filename, mime_type, sha256 } = objectOf(value);
  const providerId = textOf(id);
  if (providerId === undefined) return undefined;
  const media: Media = present({
    providerId,
    caption: textOf(caption),
    filename: textOf(filename),
    mime: textOf(mime_type),
    sha256: hexOf(textOf(sha256)),
  });
  return { type, media };
}

function placeContent(given: Raw): Content | undefined {
  const [latitude, longitude] = [textOf(given.latitude), textOf(given.longitude)];
  if (latitude === undefined || longitude === undefined) return undefined;
  const [name, address, url] = [textOf(given.name), textOf(given.address), textOf(given.url)];
  return { type: 'location', location: present({ latitude, longitude, name, address, url }) };
}

/** A pressed button reads as its label (decision D60). */
function pressed(
  given: unknown,
  title: unknown,
  more: { description?: unknown; ofTemplate?: true; ofList?: true } = {},
): Content | undefined {
  const code = textOf(given) ?? textOf(title);
  const label = textOf(title) ?? code;
  if (code === undefined || label === undefined) return undefined;
  return {
    type: 'text',
    text: label,
    press: present({
      code,
      label,
      desc: textOf(more.description),
      ofTemplate: more.ofTemplate,
      ofList: more.ofList,
    }),
  };
}

function interactiveContent(given: Raw): Content | undefined {
  const { button_reply: button, list_reply: row } = given;
  if (isObject(button)) return pressed(button.id, button.title, { description: button.description });
  if (isObject(row)) return pressed(row.id, row.title, { description: row.description, ofList: true });
  const kind = textOf(given.type);
  return kind === undefined
    ? undefined
    : { type: 'unsupported', unsupported: { kind: `interactive.${kind}` } };
}

/** An order as lines that a person can read; the whole of it comes as an event, too. */
function orderContent(order: Raw): Content | undefined {
  const items = listOf(order.product_items)
    .filter(isObject)
    .map((item) => {
      const [name, price, currency] = [
        textOf(item.product_retailer_id),
        textOf(item.item_price),
        textOf(item.currency),
      ];
      const each = price === undefined ? '' : ` (${[price, currency].filter((part) => part).join(' ')})`;
      return `${textOf(item.quantity) ?? '1'} × ${name ?? '?'}${each}`;
    });
  return said([textOf(order.text), ...items].filter((line) => line !== undefined).join('\n') || undefined);
}

function unsupported(message: Raw, type: string): Content {
  const error = objectOf(listOf(message.errors)[0]);
  const reason = textOf(objectOf(error.error_data).details) ?? textOf(error.message) ?? textOf(error.title);
  const kind = textOf(objectOf(message.unsupported).type) ?? type;
  return { type: 'unsupported', unsupported: present({ kind, reason }) };
}

/** The advertisement that the person came from, or the product that the message is about. */
function referralOf({ referral, context }: Raw): Record<string, unknown> | undefined {
  if (isObject(referral)) return referral;
  const { referred_product } = objectOf(context);
  return isObject(referred_product) ? { referred_product } : undefined;
}

/** What a message tells beside, or instead of, what it says. */
export function eventsOf(message: Raw, csid: string, timestamp: number): ReceivedEvent[] {
  const { type, order, system } = message;
  if (type === 'order' && isObject(order))
    return [{ kind: 'other', code: 'ORDER', csid, data: order, timestamp }];
  if (type === 'request_welcome')
    return [{ kind: 'other', code: 'REQUEST_WELCOME', csid, data: {}, timestamp }];
  if (type !== 'system' || !isObject(system)) return [];
  const what = textOf(system.type) ?? 'unknown';
  const newCsid = textOf(system.wa_id) ?? textOf(system.new_wa_id);
  if (what === 'user_changed_number' && newCsid !== undefined) {
    return [{ kind: 'address-changed', csid, newCsid, timestamp }];
  }
  return [{ kind: 'other', code: what.toUpperCase(), csid, data: system, timestamp }];
}
