import type { Content } from '../model/message.ts';
import type { Capabilities } from './channel.ts';
import { textLines } from './fallback.ts';
import { placeIn } from './map-link.ts';
import { cardsIn } from './vcards.ts';

/**
 * A text as the place or the contact cards that it was before a channel without these carried it (channels.md 2.1). Only
 * where the whole text is what `renderFor` writes for a place, or vCards and nothing else: a link to a map among words
 * stays what was said.
 */
export function readBack(content: Content, { out }: Pick<Capabilities, 'out'>): Content {
  const { type, text, ...rest } = content;
  if (type !== 'text' || text === undefined || rest.press || rest.html !== undefined || rest.attachments)
    return content;
  const said = text.replace(/\r\n?/g, '\n').trim();
  if (out.location === 'fallback') {
    const location = placeIn(said);
    if (location && textLines({ type: 'location', location }).join('\n') === said)
      return { ...rest, type: 'location', location };
  }
  if (out.contacts === 'fallback' && isVCards(said)) {
    const cards = cardsIn(said);
    if (cards.length > 0) return { ...rest, type: 'contacts', cards };
  }
  return content;
}

/** Whether there is nothing but vCards: no word before, between or behind them. */
function isVCards(text: string): boolean {
  let inside = false;
  for (const line of text.split('\n')) {
    const word = line.trim().toLowerCase();
    if (inside) inside = word !== 'end:vcard';
    else if (word === 'begin:vcard') inside = true;
    else if (word !== '') return false;
  }
  return !inside;
}
