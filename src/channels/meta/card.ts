import type { Button, Content } from '../../model/message.ts';
import { actionOf, fitTemplate } from './buttons.ts';
import { longest } from './capabilities.ts';

/** What a card shows as its picture; others move, or nobody promises that they are shown. */
const pictures = ['image/jpeg', 'image/png'];

/**
 * A picture with its words and buttons as one card: a generic template of one element, whose title and subtitle have up
 * to 80 characters each (Meta's pages of the generic template). Undefined where it is none: it is no picture with an address, its
 * words do not fit, or its buttons are others than the `kinds` that cards of this channel have.
 */
export function cardOf(content: Content, kinds: readonly Button['type'][]): object | undefined {
  const { type, media, buttons = [] } = content;
  if (type !== 'image' || !/^https?:\/\//i.test(media?.link ?? '') || !fitTemplate(content, kinds))
    return undefined;
  const mime = media!.mime?.split(';')[0]?.trim().toLowerCase();
  const words = wordsOf(content);
  if (!words || (mime !== undefined && !pictures.includes(mime))) return undefined;
  const links = buttons.filter((button) => button.type === 'URL');
  const element = {
    ...words,
    image_url: media!.link,
    // Who taps the picture means the one place that it leads to.
    ...(links.length === 1 && { default_action: { type: 'web_url', url: links[0]!.url } }),
    buttons: buttons.map(actionOf),
  };
  return { attachment: { type: 'template', payload: { template_type: 'generic', elements: [element] } } };
}

/**
 * The words as title and subtitle: a heading is the title, else the first line is. No sentence is cut in two. Undefined
 * where they do not fit, or there are none: a card has a title.
 */
function wordsOf({ heading, media, footer }: Content): { title: string; subtitle?: string } | undefined {
  const said = (heading ? [heading, media?.caption] : (media?.caption ?? '').trim().split(/\r?\n/)).map(
    (line = '') => line.trim(),
  );
  const [title = '', ...rest] = said;
  const subtitle = [...rest, footer?.trim()].filter((line) => line).join('\n');
  const fits = (text: string) => [...text].length <= longest.card;
  if (title === '' || title.includes('\n') || !fits(title) || !fits(subtitle)) return undefined;
  return { title, ...(subtitle !== '' && { subtitle }) };
}
