import { SendFailure } from '../../model/failure.ts';
import type { Button, Content, Media } from '../../model/message.ts';
import { buttonLine, isChoice, joined, textLines } from '../fallback.ts';
import { checkLength } from '../limits.ts';
import { longest } from './capabilities.ts';
import { pieces } from './pieces.ts';

/** What stands under `message` in a request. */
export type MetaMessage = { [field: string]: unknown };

/**
 * A message as Messenger takes it (channels.md section 5): a file and its words are two, since a file has no place
 * for words. Throws `SendFailure`: CONTENT_TOO_LONG where a limit is broken, NOT_SUPPORTED for files without an address.
 */
export function messengerMessages(content: Content): MetaMessage[] {
  const { file, words, choices, others } = partsOf(content);
  const buttons = content.buttons ?? [];
  if (isBubble(content, words)) return [...(file ? [file] : []), bubbleOf(words, buttons)];
  const said = joined(words, others);
  checkLength('The text', said, longest.text);
  return withChoices([...(file ? [file] : []), ...(said ? [{ text: said }] : [])], choices);
}

/** A message as Instagram takes it (channels.md section 6): texts in pieces of 1,000 bytes, choices as quick replies. */
export function instagramMessages(content: Content): MetaMessage[] {
  const { file, words, choices, others } = partsOf(content);
  const said = joined(words, others);
  const texts = pieces(said, longest.instagramBytes).map((text) => ({ text }));
  return withChoices([...(file ? [file] : []), ...texts], choices);
}

function partsOf(content: Content) {
  const { media, buttons = [] } = content;
  const choices = buttons.filter(isChoice);
  const others = [
    ...choices.filter(({ desc }) => desc).map(({ label, desc }) => `• ${label}: ${desc}`),
    ...buttons.filter((one) => !isChoice(one)).map(buttonLine),
  ];
  return {
    file: media && fileOf(content, media),
    words: media ? (media.caption ?? '') : (content.text ?? textLines(content).join('\n')),
    choices,
    others: others.filter((line) => line !== '').join('\n'),
  };
}

/** Up to three choices, links and numbers stay as buttons below a short text; the rest are quick replies. */
function isBubble({ buttons = [], listLabel, media }: Content, words: string): boolean {
  if (buttons.length === 0 || buttons.length > 3 || listLabel !== undefined) return false;
  const fits = ({ type, label, desc, section, url, phone }: Button) =>
    [...label].length <= 20 &&
    !desc &&
    !section &&
    (type === 'QUICK_REPLY' || (type === 'URL' && url) || (type === 'PHONE_NUMBER' && phone));
  return buttons.every(fits) && [...words].length <= longest.bubble && (words !== '' || media === undefined);
}

function bubbleOf(words: string, buttons: Button[]): MetaMessage {
  const text = words || buttons.map(({ label }) => label).join(', ');
  const payload = { template_type: 'button', text, buttons: buttons.map(actionOf) };
  return { attachment: { type: 'template', payload } };
}

function actionOf(button: Button): object {
  const { type, label, code, url, phone = '' } = button;
  if (type === 'URL') return { type: 'web_url', title: label, url };
  if (type === 'PHONE_NUMBER')
    return { type: 'phone_number', title: label, payload: `+${phone.replace(/\D/g, '')}` };
  checkLength('The code of a button', code, longest.payload);
  return { type: 'postback', title: label, payload: code };
}

/** Quick replies stand below the last of them, until the person writes. */
function withChoices(messages: MetaMessage[], choices: Button[]): MetaMessage[] {
  if (choices.length === 0) return said(messages);
  const replies = choices.map(({ label, code }) => {
    checkLength('The code of a choice', code, longest.payload);
    return { content_type: 'text', title: label, payload: code };
  });
  const all = messages.length > 0 ? messages : [{ text: choices.map(({ label }) => label).join(', ') }];
  return all.with(-1, { ...all.at(-1), quick_replies: replies });
}

function said(messages: MetaMessage[]): MetaMessage[] {
  if (messages.length > 0) return messages;
  throw new SendFailure({ class: 'CONTENT_REJECTED', text: 'The message says nothing.' });
}

function fileOf({ type }: Content, media: Media): MetaMessage {
  const { providerId, link, mime } = media;
  // An uploaded file goes as what it was uploaded as.
  if (providerId !== undefined)
    return { attachment: { type: kindOfMime(mime), payload: { attachment_id: providerId } } };
  if (link === undefined) {
    throw new SendFailure({
      class: 'NOT_SUPPORTED',
      code: 'NO_LINK',
      text: 'The file has neither an address nor been uploaded.',
    });
  }
  return { attachment: { type: kinds[type] ?? 'file', payload: { url: link } } };
}

const kinds: Partial<Record<Content['type'], string>> = {
  image: 'image',
  sticker: 'image',
  video: 'video',
  audio: 'audio',
  voice: 'audio',
};

/** As what Meta takes a file of this MIME type. */
export function kindOfMime(mime = ''): 'image' | 'video' | 'audio' | 'file' {
  const kind = mime.split('/')[0];
  return kind === 'image' || kind === 'video' || kind === 'audio' ? kind : 'file';
}
