/** A piece of a text: plain, or a link, or something that is read from left to right in every language. */
export type Piece = { text: string; href?: string; ltr?: boolean };

// What stands at the end of a sentence is rarely part of an address.
const parts =
  /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?'»”)\]}؟،])|(\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b)|((?<![\w+])\+?\d[\d\s().-]{6,18}\d(?!\w))/gu;

/** Finds web addresses, e-mail addresses and phone numbers in a text. Only http(s), mailto and tel become links. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(parts)) {
    const [found, web, mail, digits] = match;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    end = match.index + found.length;
    if (web) pieces.push({ text: found, ltr: true, ...hrefOf(found) });
    else if (mail) pieces.push({ text: found, ltr: true, href: `mailto:${found}` });
    else
      pieces.push({
        text: found,
        ltr: true,
        ...(digits!.startsWith('+') && { href: `tel:${plain(found)}` }),
      });
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

/** An address that may be a link; nothing for any other scheme, or for what is no address. */
export function hrefOf(address: string | undefined): { href?: string } {
  if (!address || !URL.canParse(address)) return {};
  const { protocol, href } = new URL(address);
  return /^(https?|mailto|tel):$/.test(protocol) ? { href } : {};
}

/** A phone number as it is dialled. */
export const plain = (phone: string) => phone.replace(/[^\d+]/g, '');

/** Digits of other scripts as ASCII, as everything that is stored has them. */
export const asciiDigits = (text: string) =>
  text.replace(/[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]/g, (digit) => {
    const code = digit.charCodeAt(0);
    return String(code - (code >= 0x966 ? 0x966 : code >= 0x6f0 ? 0x6f0 : 0x660));
  });
