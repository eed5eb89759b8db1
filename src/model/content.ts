import { type Attachment, type Button, type Content, mediaTypes, outboundTypes } from './message.ts';
import { invalid, missing } from './problem.ts';

/**
 * Checks what a caller wants to say, before anything is stored: the block of its type is there and
 * makes sense. Throws `Problem` naming the field as the surfaces call it.
 */
export function checkContent(content: Content): void {
  const { type } = content;
  checkSubject(content);
  checkLetter(content);
  if (!(outboundTypes as readonly string[]).includes(type)) {
    throw invalid('type', `A message of type ${type} cannot be sent`, {
      code: 'UNKNOWN_TYPE',
      possibleValues: outboundTypes,
      value: type,
    });
  }
  if (type === 'text' || type === 'system') {
    // What it says may stand in its HTML alone: the channel then makes a text of it.
    if (!content.text && !content.html) throw missing('text.body');
  } else if ((mediaTypes as readonly string[]).includes(type)) {
    checkMedia(content);
  } else if (type === 'template') {
    if (!content.template) throw missing('template');
    const { media } = content.template;
    if (media?.link !== undefined) checkLink(`${media.type}.link`, media.link);
  } else if (type === 'reaction') {
    if (!content.reaction) throw missing('reaction');
  } else if (type === 'location') {
    checkLocation(content);
  } else if (type === 'contacts') {
    if (!content.cards?.length) throw missing('contacts');
  }
  content.buttons?.forEach(checkButton);
}

/** Longer ones are no subjects (RFC 5322 has 998 octets a line), in characters. */
const longestSubject = 255;

/** A line break would end the header that a subject stands in, and begin another. */
function checkSubject({ subject }: Content): void {
  if (subject === undefined) return;
  if (/[\p{Cc}\u2028\u2029]/u.test(subject))
    throw invalid('subject', 'It must be one line, without control characters', { code: 'BAD_SUBJECT' });
  if ([...subject].length > longestSubject)
    throw invalid('subject', `It has at most ${longestSubject} characters`, { code: 'BAD_SUBJECT' });
}

/** More is no message that a person would read. */
const most = { htmlCharacters: 500_000, attachments: 20 } as const;

function checkLetter({ type, html, attachments = [] }: Content): void {
  if (type !== 'text' && (html !== undefined || attachments.length > 0)) {
    const field = html === undefined ? 'attachments' : 'html';
    throw invalid(field, 'It goes with a message of type text alone', { value: type });
  }
  if (html !== undefined && html.length > most.htmlCharacters)
    throw invalid('html', `It has at most ${most.htmlCharacters} characters`, { code: 'TOO_LONG' });
  if (attachments.length > most.attachments)
    throw invalid('attachments', `A message has at most ${most.attachments} files`);
  attachments.forEach(checkAttachment);
}

function checkAttachment({ id, link, cid }: Attachment, i: number): void {
  const at = `attachments[${i}]`;
  if (id === undefined) {
    if (!link) throw missing(`${at}.link`);
    checkLink(`${at}.link`, link);
  }
  if (cid !== undefined && !/^[\w.@+-]{1,128}$/.test(cid))
    throw invalid(`${at}.cid`, 'A cid has letters, digits and . @ + - _ only', { value: cid });
}

function checkMedia({ type, media }: Content): void {
  if (!media) throw missing(type);
  if (media.id !== undefined) return;
  if (media.link === undefined || media.link === '') throw missing(`${type}.link`);
  checkLink(`${type}.link`, media.link);
}

function checkLink(field: string, link: string): void {
  if (/^https?:\/\//i.test(link) && URL.canParse(link)) return;
  throw invalid(field, 'The link must be an http or https address', { code: 'BAD_URL', value: link });
}

const decimal = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

function checkLocation({ location }: Content): void {
  if (!location) throw missing('location');
  for (const [name, limit] of [
    ['latitude', 90],
    ['longitude', 180],
  ] as const) {
    const text = location[name];
    if (text === undefined || text === '') throw missing(`location.${name}`);
    // Number() would take a blank for 0, and 0x10 for 16.
    if (!decimal.test(text) || Math.abs(Number(text)) > limit) {
      throw invalid(`location.${name}`, `${name} is a number of degrees from -${limit} to ${limit}`, {
        code: 'BAD_DEGREES',
        value: text,
      });
    }
  }
}

function checkButton(button: Button, i: number): void {
  const at = `options.buttons[${i}]`;
  if (button.type !== 'LOCATION_REQUEST' && !button.label) throw missing(`${at}.label`);
  if (button.type === 'URL' && !button.url) throw missing(`${at}.url`);
  if (button.type === 'PHONE_NUMBER' && !button.phone) throw missing(`${at}.phone`);
}
