import { SendFailure } from '../model/failure.ts';
import { type Button, type Content, type Location, type MessageType, type Press, plainText } from '../model/message.ts';
import type { Capabilities } from './channel.ts';

/**
 * What a channel can carry of a message: the message itself where it is native, else the fallback of
 * channels.md 2.1 as text. Throws `SendFailure` NOT_SUPPORTED when there is neither.
 */
export function renderFor(content: Content, carries: Capabilities): Content {
  const how = carries.out[content.type];
  if (how === undefined) throw notSupported(content.type);
  const shown = how === 'native' ? content : asText(content, carries);
  return fitButtons(shown, carries);
}

function notSupported(type: MessageType): SendFailure {
  return new SendFailure({ class: 'NOT_SUPPORTED', code: 'NOT_SUPPORTED', text: `This channel cannot carry ${type}.` });
}

function asText(content: Content, carries: Capabilities): Content {
  const { buttons, subject } = content;
  const keep = { ...(buttons && { buttons }), ...(subject !== undefined && { subject }) };
  const header = content.template?.media;
  if (header && carries.out[header.type] === 'native') {
    return { ...keep, type: header.type, media: { ...header, caption: plainText(content) } };
  }
  if (!carries.out.text) throw notSupported(content.type);
  return { ...keep, type: 'text', text: linesOf(content).join('\n') };
}

function linesOf(content: Content): string[] {
  const { location, cards, media, template } = content;
  if (location) return locationLines(location);
  if (cards) {
    return cards.map((card) =>
      [card.name?.formatted_name, ...(card.phones ?? []).map((p) => p.phone), ...(card.emails ?? []).map((e) => e.email)]
        .filter((part) => part)
        .join(', '),
    );
  }
  if (media) return [media.caption ?? media.filename, media.link].filter((line) => line !== undefined);
  const link = template?.media?.link;
  return [plainText(content), ...(link ? [link] : [])];
}

function locationLines({ name, address, latitude, longitude }: Location): string[] {
  const place = [name, address].filter((part) => part).join(', ');
  return [...(place ? [place] : []), `https://maps.google.com/?q=${latitude},${longitude}`];
}

/** More choices than the channel shows as buttons or list become numbered lines (decision D40). */
function fitButtons(content: Content, { buttons: limit }: Capabilities): Content {
  const { buttons, ...rest } = content;
  if (!buttons?.length) return content;
  if (buttons.length <= limit.max || (buttons.length <= limit.listMax && buttons.every(isChoice))) return content;
  const choices = buttons.filter(isChoice).map((button, i) => `${i + 1}. ${button.label}`);
  const others = buttons.filter((button) => !isChoice(button)).map(otherLine);
  const lines = [...others, ...choices].filter((line) => line !== '').join('\n');
  if (rest.media) return { ...rest, media: { ...rest.media, caption: joined(rest.media.caption, lines) } };
  return { ...rest, text: joined(plainText(content), lines), ...(rest.type === 'template' && { type: 'text' }) };
}

function isChoice(button: Button): boolean {
  return button.type === 'QUICK_REPLY';
}

function otherLine({ label, url, phone }: Button): string {
  return [label, url ?? phone].filter((part) => part).join(': ');
}

function joined(text: string | undefined, lines: string): string {
  return text ? `${text}\n\n${lines}` : lines;
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
 * it names none.
 */
export function pressOf(text: string, offered: Button[]): Press | undefined {
  const choices = offered.filter(isChoice);
  const said = text.trim();
  const number = asNumber(said);
  const lower = said.toLocaleLowerCase();
  const pressed = (number === undefined ? undefined : choices[number - 1]) ??
    choices.find((button) => button.label.trim().toLocaleLowerCase() === lower);
  return pressed && { code: pressed.code, label: pressed.label, ...(pressed.desc !== undefined && { desc: pressed.desc }) };
}
