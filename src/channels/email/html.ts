import { compile } from 'html-to-text';
import sanitize from 'sanitize-html';
import { escaped } from '../letter.ts';

/** Longer HTML, and such with more tags, is not shown: it stays a file of its mail. */
const most = { characters: 500_000, tags: 10_000 } as const;

/** False for HTML that no person wrote, and that would keep us busy. */
export function isShowable(html: string): boolean {
  return html.length <= most.characters && html.split('<', most.tags + 2).length <= most.tags + 1;
}

const tags = [
  ...[
    'a',
    'abbr',
    'address',
    'article',
    'aside',
    'b',
    'bdi',
    'bdo',
    'big',
    'blockquote',
    'br',
    'caption',
    'center',
  ],
  ...[
    'cite',
    'code',
    'col',
    'colgroup',
    'dd',
    'del',
    'dfn',
    'div',
    'dl',
    'dt',
    'em',
    'figcaption',
    'figure',
    'font',
  ],
  ...[
    'footer',
    'h1',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'header',
    'hr',
    'i',
    'img',
    'ins',
    'kbd',
    'li',
    'main',
    'mark',
  ],
  ...[
    'nav',
    'ol',
    'p',
    'pre',
    'q',
    's',
    'samp',
    'section',
    'small',
    'span',
    'strike',
    'strong',
    'sub',
    'sup',
  ],
  ...['table', 'tbody', 'td', 'tfoot', 'th', 'thead', 'time', 'tr', 'tt', 'u', 'ul', 'var', 'wbr'],
];

const colour = [/^#[0-9a-f]{3,8}$/i, /^rgba?\([\d\s.,%]{1,40}\)$/i, /^[a-z]{3,20}$/i];
const length = [/^-?[\d.]{1,8}(px|pt|em|rem|%|)?$/i, /^(auto|0)$/i];
const lengths = [/^(-?[\d.]{1,8}(px|pt|em|rem|%)?|auto)( (-?[\d.]{1,8}(px|pt|em|rem|%)?|auto)){0,3}$/i];
const word = [/^[a-z-]{2,24}$/i];

/** Nothing here can load anything, leave its place or cover what is beside it. */
const styles = {
  color: colour,
  'background-color': colour,
  'font-size': [...length, ...word],
  'font-weight': [/^\d{3}$/, ...word],
  'font-style': word,
  'font-family': [/^[\w\s,'"-]{1,200}$/],
  'text-align': word,
  'text-decoration': word,
  'line-height': length,
  'vertical-align': word,
  'white-space': word,
  direction: [/^(ltr|rtl)$/i],
  width: length,
  'max-width': length,
  height: length,
  padding: lengths,
  'padding-left': length,
  'padding-right': length,
  'padding-top': length,
  'padding-bottom': length,
  margin: [/^([\d.]{1,8}(px|pt|em|rem|%)?|auto)( ([\d.]{1,8}(px|pt|em|rem|%)?|auto)){0,3}$/i],
  border: [/^[\w\s#.]{1,60}$/],
  'border-collapse': word,
};

const options: sanitize.IOptions = {
  allowedTags: tags,
  allowedAttributes: {
    '*': ['style', 'dir', 'lang', 'title', 'align', 'valign', 'bgcolor', 'width', 'height'],
    a: ['href', 'rel', 'target'],
    img: ['src', 'data-src', 'alt'],
    font: ['color', 'size', 'face'],
    table: ['border', 'cellpadding', 'cellspacing'],
    td: ['colspan', 'rowspan'],
    th: ['colspan', 'rowspan', 'scope'],
    ol: ['start', 'type'],
    time: ['datetime'],
  },
  allowedStyles: { '*': styles },
  allowedSchemes: ['http', 'https', 'mailto', 'tel'],
  allowedSchemesByTag: { img: ['cid'] },
  allowedSchemesAppliedToAttributes: ['href', 'src', 'cite'],
  allowProtocolRelative: false,
  nonTextTags: [
    'script',
    'style',
    'textarea',
    'option',
    'noscript',
    'title',
    'template',
    'svg',
    'math',
    'object',
  ],
  nestingLimit: 100,
  parseStyleAttributes: true,
  transformTags: {
    // Whoever follows a link tells nobody where it stood.
    a: (tagName, attribs) => ({
      tagName,
      attribs: { ...attribs, rel: 'noopener noreferrer nofollow', target: '_blank' },
    }),
    img: (tagName, attribs) => ({ tagName, attribs: pictureOf(attribs) }),
  },
  // A picture of which nothing is left, such as one that only counted who opened the mail.
  exclusiveFilter: ({ tag, attribs }) => tag === 'img' && !attribs.src && !attribs['data-src'],
};

/** Pictures elsewhere are not loaded by showing the mail: who sent it would know when it was read. */
function pictureOf({ src = '', ...attribs }: sanitize.Attributes): sanitize.Attributes {
  const { 'data-src': _, ...rest } = attribs;
  const given = src.trim();
  if (/^cid:/i.test(given)) return { ...rest, src: given };
  const isCounter = /^[01](px)?$/i.test(attribs.width ?? '') || /^[01](px)?$/i.test(attribs.height ?? '');
  return /^https?:\/\//i.test(given) && !isCounter ? { ...rest, 'data-src': given } : rest;
}

/** HTML that is safe to be shown: no scripts, forms or frames, nothing that loads by itself. */
export function safeHtml(html: string): string {
  return sanitize(html, options).trim();
}

/** Safe HTML as it goes out: the reader's program decides whether pictures from elsewhere are loaded. */
export function withPictures(safe: string): string {
  return safe.replace(/(<img\b[^>]*?\s)data-src="/g, '$1src="');
}

const asText = compile({
  wordwrap: false,
  limits: { maxInputLength: 2_000_000, maxDepth: 100, ellipsis: '…' },
  selectors: [
    { selector: 'img', format: 'skip' },
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false, noAnchorUrl: true } },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
    { selector: 'table', format: 'block' },
    { selector: 'ul', options: { itemPrefix: '- ' } },
  ],
});

/** What HTML says, as text. */
export function textOfHtml(html: string): string {
  return (isShowable(html) ? asText(html) : withoutTags(html))
    .replaceAll('\u00a0', ' ')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** What stands between the tags, for HTML that is not worth more. */
function withoutTags(html: string): string {
  const [first = '', ...rest] = html.slice(0, 2 * most.characters).split('<');
  return [first, ...rest.map((part) => part.slice(part.indexOf('>') + 1))].join(' ').replace(/\s+/g, ' ');
}

/** A text as HTML: lines stay lines, addresses become links. */
export function htmlOfText(text: string): string {
  const linked = escaped(text).replace(
    /\bhttps?:\/\/[^\s<>]+[^\s<>.,;:!?)\]]/g,
    (url) => `<a href="${url}">${url}</a>`,
  );
  return `<div dir="auto">${linked.replace(/\r?\n/g, '<br>\n')}</div>`;
}
