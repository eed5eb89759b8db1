import type { Button, Content, TemplateUse } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import { isChoice, joined, renderFor, textLines } from '../fallback.ts';
import { checkLength } from '../limits.ts';
import { carries } from './capabilities.ts';

/** What stands under `message` in a request. */
export type ZaloMessage = { text?: string; attachment?: object; quote_message_id?: string };

/** Zalo's ids of people are longer than any phone number. */
export function isPhone(csid: string): boolean {
  return /^\d{8,15}$/.test(csid);
}

/**
 * A message as Zalo takes it (channels.md 9.2): a picture and its words are one, a document and its words two. Throws
 * `SendFailure`: CONTENT_TOO_LONG where a limit is broken.
 */
export function messagesOf(given: Content): ZaloMessage[] {
  // Of a template that goes to somebody who talks with us, it is what it says.
  const content =
    given.type === 'template'
      ? renderFor(given, { ...carries, out: { ...carries.out, template: 'fallback' } })
      : given;
  const { type, media, buttons = [] } = content;
  const picture = media && (type === 'image' || type === 'sticker') ? pictureOf(media) : undefined;
  const file = media?.providerId !== undefined && type === 'document' ? fileOf(media.providerId) : undefined;
  const shown = picture ?? file;
  const words = shown ? (media?.caption ?? '') : (content.text ?? textLines(content).join('\n'));
  const actions = buttons.flatMap((button) => actionOf(button) ?? []);
  if (picture && actions.length === 0) {
    checkLength('The caption', words, carries.maxText!);
    return [{ ...(words && { text: words }), attachment: picture }];
  }
  return [...(shown ? [{ attachment: shown }] : []), ...textOf(words, buttons, actions)];
}

function textOf(words: string, buttons: Button[], actions: object[]): ZaloMessage[] {
  const described = buttons.filter(({ desc }) => desc).map(({ label, desc }) => `• ${label}: ${desc}`);
  const said = joined(words, described.join('\n'));
  if (actions.length === 0) {
    checkLength('The text', said, carries.maxText!);
    return said === '' ? [] : [{ text: said }];
  }
  const text = said || buttons.map(({ label }) => label).join(', ');
  checkLength('The text', text, carries.maxText!);
  return [{ text, attachment: { type: 'template', payload: { buttons: actions } } }];
}

function pictureOf({ providerId, link, mime }: { providerId?: string; link?: string; mime?: string }) {
  const kind = mime === 'image/gif' ? 'gif' : 'image';
  const element = present({
    media_type: kind,
    attachment_id: providerId,
    url: providerId === undefined ? link : undefined,
  });
  return { type: 'template', payload: { template_type: 'media', elements: [element] } };
}

function fileOf(token: string) {
  return { type: 'file', payload: { token } };
}

/** A press makes the person say the label, which is known by it. */
function actionOf(button: Button): object | undefined {
  const { type, label: title, url, phone } = button;
  if (isChoice(button)) return { title, type: 'oa.query.show', payload: title };
  if (type === 'URL' && url) return { title, type: 'oa.open.url', payload: { url } };
  if (type === 'PHONE_NUMBER' && phone)
    return { title, type: 'oa.open.phone', payload: { phone_code: phone.replace(/\D/g, '') } };
  return undefined;
}

/** A template that Zalo approved, to a phone number: its parameters are called as our placeholders. */
export function templateOf({ csid, id }: { csid: string; id: string }, use: TemplateUse) {
  const { providerName, code, bodyNames = [], bodyValues = [] } = use;
  const values = bodyNames.map((name, i) => [name.split('.').at(-1)!, bodyValues[i] ?? ''] as const);
  return {
    phone: csid,
    template_id: providerName ?? code,
    template_data: Object.fromEntries(values),
    tracking_id: id,
  };
}
