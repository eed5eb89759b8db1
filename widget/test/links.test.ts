import { describe, expect, it } from 'vitest';
import { asciiDigits, hrefOf, piecesOf } from '../src/frame/links.ts';

const links = (text: string) => piecesOf(text).flatMap(({ href }) => href ?? []);

describe('a text', () => {
  it('stays what it is, whatever is found in it', () => {
    for (const text of [
      '',
      'Hi',
      'See https://a.example/x?y=1#z, or a@b.example!',
      '<b>no</b> +971 50 123 4567',
    ])
      expect(
        piecesOf(text)
          .map((piece) => piece.text)
          .join(''),
      ).toBe(text);
  });

  it('has its web addresses, e-mail addresses and phone numbers as links', () => {
    expect(links('See https://shop.example/orders?id=7 or write to help@shop.example.')).toEqual([
      'https://shop.example/orders?id=7',
      'mailto:help@shop.example',
    ]);
    expect(links('اتصل على +971 50 123 4567 من فضلك')).toEqual(['tel:+971501234567']);
  });

  it('keeps the end of a sentence out of an address', () => {
    expect(links('(https://shop.example/a). Really https://shop.example/b?')).toEqual([
      'https://shop.example/a',
      'https://shop.example/b',
    ]);
  });

  it('never makes a link of anything else', () => {
    for (const text of [
      'javascript:alert(1)',
      'data:text/html,<script>',
      'file:///etc/passwd',
      'vbscript:x',
      'www.shop.example',
    ])
      expect(links(text)).toEqual([]);
  });

  it('shows dates and order numbers from left to right, also inside Arabic', () => {
    expect(piecesOf('وصل في 2026-11-22 أمس')).toEqual([
      { text: 'وصل في ' },
      { text: '2026-11-22', ltr: true },
      { text: ' أمس' },
    ]);
  });
});

it('takes an address only when its scheme is harmless', () => {
  expect(hrefOf('https://a.example/')).toEqual({ href: 'https://a.example/' });
  for (const address of [
    'javascript:alert(1)',
    ' JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'nonsense',
    undefined,
  ])
    expect(hrefOf(address)).toEqual({});
});

it('reads digits of Arabic, Persian and Hindi as what they are', () => {
  expect(asciiDigits('+٩٧١ ۵۰ १२३')).toBe('+971 50 123');
});
