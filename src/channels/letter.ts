import type { Button, Content } from '../model/message.ts';

/** A text between tags, or in an attribute. */
export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.codePointAt(0)};`);
}

/** The HTML of a letter with its heading above and its footer below. */
export function framedHtml(html: string, { heading, footer }: Content): string {
  const line = (text?: string) => (text ? `<p dir="auto">${escaped(text)}</p>` : '');
  return [line(heading), html, line(footer)].filter((part) => part).join('\n');
}

/**
 * What stands below the HTML of a letter in place of its buttons: those that lead elsewhere as links, then the choices
 * with the numbers by which they are answered.
 */
export function buttonsHtml(leading: readonly Button[], choices: readonly Button[]): string {
  const links = leading.map(linkOf).filter((link) => link !== '');
  const items = choices.map(({ label }) => `<li dir="auto">${escaped(label)}</li>`);
  return [
    ...(links.length > 0 ? [`<p dir="auto">${links.join('<br>\n')}</p>`] : []),
    ...(items.length > 0 ? [`<ol>${items.join('')}</ol>`] : []),
  ].join('\n');
}

function linkOf({ label, url, phone }: Button): string {
  if (url !== undefined)
    return /^https?:\/\//i.test(url)
      ? `<a href="${escaped(url)}">${escaped(label || url)}</a>`
      : escaped([label, url].filter((part) => part).join(': '));
  if (phone === undefined) return escaped(label);
  // The number is there to be read, too: who sits at a desk cannot press it.
  const number = `<a href="tel:${escaped(phone.replace(/[^\d+*#,;]/g, ''))}">${escaped(phone)}</a>`;
  return label ? `${escaped(label)}: ${number}` : number;
}
