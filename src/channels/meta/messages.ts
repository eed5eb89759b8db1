import { SendFailure } from '../../model/failure.ts';
import { type Button, type Content, type Media, withoutFrame } from '../../model/message.ts';
import { buttonLine, isChoice, joined, textLines } from '../fallback.ts';
import { checkLength, checkText } from '../limits.ts';
import { actionOf, fitTemplate, instagramButtons, messengerButtons } from './buttons.ts';
import { instagramCarries, longest } from './capabilities.ts';
import { cardOf } from './card.ts';
import { pieces } from './pieces.ts';

/** What stands under `message` in a request. */
export type MetaMessage = { [field: string]: unknown };

/**
 * A message as Messenger takes it (channels.md section 5): a picture with buttons is one card, where it fits; any other file
 * and its words are two, since a file has no place for words. Throws `SendFailure`: CONTENT_TOO_LONG where a limit is broken,
 * NOT_SUPPORTED for files without an address.
 */
export function messengerMessages(given: Content): MetaMessage[] {
  const card = messengerCard(given);
  if (card) return [card];
  const content = withoutFrame(given);
  const { file, words, choices, others } = partsOf(content);
  const buttons = content.buttons ?? [];
  if (isBubble(content, words)) return [...(file ? [file] : []), bubbleOf(words, buttons)];
  const said = joined(words, others);
  checkLength('The text', said, longest.text);
  return withChoices([...(file ? [file] : []), ...(said ? [{ text: said }] : [])], choices);
}

/**
 * A message as Instagram takes it (channels.md section 6): a picture with buttons is one card, where it fits; texts go in
 * pieces of 1,000 bytes, choices as quick replies.
 */
export function instagramMessages(given: Content): MetaMessage[] {
  const card = cardOf(given, instagramButtons);
  if (card) return [card as MetaMessage];
  const content = withoutFrame(given);
  checkText(content, instagramCarries);
  const { file, words, choices, others } = partsOf(content);
  const said = joined(words, others);
  const texts = pieces(said, longest.instagramBytes).map((text) => ({ text }));
  return withChoices([...(file ? [file] : []), ...texts], choices);
}

/** The card that a message is at Messenger: its picture is named by its address. Undefined: it is none. */
export function messengerCard(content: Content): MetaMessage | undefined {
  return cardOf(content, messengerButtons) as MetaMessage | undefined;
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
function isBubble(content: Content, words: string): boolean {
  return (
    fitTemplate(content, messengerButtons) &&
    [...words].length <= longest.bubble &&
    (words !== '' || content.media === undefined)
  );
}

function bubbleOf(words: string, buttons: Button[]): MetaMessage {
  const text = words || buttons.map(({ label }) => label).join(', ');
  const payload = { template_type: 'button', text, buttons: buttons.map(actionOf) };
  return { attachment: { type: 'template', payload } };
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
