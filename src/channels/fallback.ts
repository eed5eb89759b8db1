import { SendFailure } from '../model/failure.ts';
import {
  type Button,
  type ContactCard,
  type Content,
  type Location,
  type MessageType,
  type Press,
  plainText,
  withoutFrame,
} from '../model/message.ts';
import type { Capabilities } from './channel.ts';
import { buttonsHtml, framedHtml } from './letter.ts';
import { checkMedia, checkText } from './limits.ts';

/**
 * What a channel can carry of a message: the message itself where it is native, else the fallback of
 * channels.md 2.1 as text. Choices that do not fit become numbered lines; the answer to them is read by
 * `pressOf`. Throws `SendFailure`: NOT_SUPPORTED when there is neither, CONTENT_TOO_LONG and
 * CONTENT_REJECTED when the channel's limits are broken.
 */
export function renderFor(content: Content, carries: Capabilities): Content {
  const how = carries.out[content.type];
  if (how === undefined) throw notSupported(content.type);
  const plain = carries.letters ? content : withoutLetter(content);
  const said = carries.frame ? plain : unframed(plain);
  const shown = fitButtons(how === 'native' ? said : asText(said, carries), carries);
  checkText(shown, carries);
  checkMedia(shown, carries);
  return shown;
}

/** A text with HTML and files where they cannot go: the text, and a line for each file with its address. */
function withoutLetter({ html: _, attachments, ...content }: Content): Content {
  if (!attachments) return content;
  const lines = attachments
    .filter(({ link }) => link !== undefined)
    .map(({ filename, link }) => [filename, link].filter((part) => part).join(': '));
  return { ...content, text: joined(content.text, lines.join('\n')) };
}

/** Heading and footer as part of what is said, in the HTML of a letter as in its text. */
function unframed(content: Content): Content {
  const { html } = content;
  return { ...withoutFrame(content), ...(html !== undefined && { html: framedHtml(html, content) }) };
}

function notSupported(type: MessageType): SendFailure {
  return new SendFailure({
    class: 'NOT_SUPPORTED',
    code: 'NOT_SUPPORTED',
    text: `This channel cannot carry ${type}.`,
  });
}

function asText(content: Content, carries: Capabilities): Content {
  const { buttons, subject } = content;
  const keep = { ...(buttons && { buttons }), ...(subject !== undefined && { subject }) };
  const header = content.template?.media;
  if (header && carries.out[header.type] === 'native') {
    return { ...keep, type: header.type, media: { ...header, caption: plainText(content) } };
  }
  const text = textLines(content).join('\n');
  // A file without caption and link, or a sticker: nothing would be left of it.
  if (!carries.out.text || text === '') throw notSupported(content.type);
  return { ...keep, type: 'text', text };
}

/** A message as lines of text: what is said where it cannot be shown (channels.md 2.1). */
export function textLines(content: Content): string[] {
  const { location, cards, media, template } = content;
  if (location) return locationLines(location);
  if (cards) return cards.map(cardLine).filter((line) => line !== '');
  if (media) return [media.caption ?? media.filename, media.link].filter((line) => line !== undefined);
  const link = template?.media?.link;
  return [plainText(content), ...(link ? [link] : [])].filter((line) => line !== '');
}

function cardLine({ name = {}, phones = [], emails = [] }: ContactCard): string {
  const named = name.formatted_name ?? [name.first_name, name.last_name].filter((part) => part).join(' ');
  const addresses = [...phones.map(({ phone }) => phone), ...emails.map(({ email }) => email)];
  return [named, ...addresses].filter((part) => part).join(', ');
}

function locationLines({ name, address, latitude, longitude }: Location): string[] {
  const place = [name, address].filter((part) => part).join(', ');
  return [...(place ? [place] : []), `https://maps.google.com/?q=${latitude},${longitude}`];
}

/** Choices that the channel does not show as buttons or list become numbered lines (decision D40). */
function fitButtons(content: Content, { buttons: limit }: Capabilities): Content {
  const { buttons = [] } = content;
  // A template's own buttons are part of what the provider approved.
  if (buttons.length === 0 || content.type === 'template') return content;
  const choices = buttons.filter(isChoice);
  const fits = (max: number, maxLabel = Infinity) =>
    max > 0 && choices.length <= max && choices.every(({ label }) => [...label].length <= maxLabel);
  const shown = fits(limit.max, limit.maxLabel) || fits(limit.listMax, limit.listMaxLabel);
  return shown ? content : numbered(content);
}

/**
 * The same message with its buttons as lines of text: links and numbers first, then the choices with
 * their number. What cannot have text beside it becomes text as a whole.
 */
export function numbered(given: Content): Content {
  const content = unframed(given);
  const { buttons = [], media, ...rest } = content;
  const choices = buttons.filter(isChoice);
  const others = buttons.filter((button) => !isChoice(button));
  const numbers = choices.map(({ label }, i) => `${i + 1}. ${label}`);
  const lines = [...others.map(buttonLine), ...numbers].filter((line) => line !== '').join('\n');
  if (media && hasCaption(content.type)) {
    return { ...rest, media: { ...media, caption: joined(media.caption, lines) } };
  }
  const { subject, attachments, html } = content;
  const text = joined(textLines(content).join('\n'), lines);
  return {
    type: 'text',
    text,
    ...(html !== undefined && { html: joined(html, buttonsHtml(others, choices)) }),
    ...(subject !== undefined && { subject }),
    ...(attachments && { attachments }),
  };
}

function hasCaption(type: MessageType): boolean {
  return type === 'image' || type === 'video' || type === 'document';
}

/** A choice comes back when it is pressed; the other buttons lead elsewhere. */
export function isChoice(button: Button): boolean {
  return button.type === 'QUICK_REPLY';
}

/** A button that leads elsewhere as a line of text: `Opening hours: https://…`. */
export function buttonLine({ label, url, phone }: Button): string {
  return [label, url ?? phone].filter((part) => part).join(': ');
}

/** Text with more lines below it, an empty line between. */
export function joined(text: string | undefined, lines: string): string {
  return [text, lines].filter((part) => part).join('\n\n');
}

// Zeros of the digit rows that people type in our markets: Latin, Arabic-Indic, Persian, Devanagari.
const zeros = [0x30, 0x660, 0x6f0, 0x966];

function asNumber(text: string): number | undefined {
  const latin = [...text].map((c) => {
    const zero = zeros.find((z) => c.codePointAt(0)! >= z && c.codePointAt(0)! <= z + 9);
    return zero === undefined ? c : String(c.codePointAt(0)! - zero);
  });
  const digits = latin.join('').replace(/[.)]$/, '');
  return /^\d{1,3}$/.test(digits) ? Number(digits) : undefined;
}

/**
 * The choice that a text names, by its number or its label in any case (decision D40); undefined when
 * it names none. A label goes before a number: "2" means the choice called so, if there is one.
 */
export function pressOf(text: string, offered: Button[]): Press | undefined {
  const choices = offered.filter(isChoice);
  const said = text.trim();
  const lower = said.toLocaleLowerCase();
  const named = choices.find((button) => button.label.trim().toLocaleLowerCase() === lower);
  const number = asNumber(said);
  const pressed = named ?? (number === undefined ? undefined : choices[number - 1]);
  if (!pressed) return undefined;
  const { code, label, desc } = pressed;
  return { code, label, ...(desc !== undefined && { desc }) };
}
