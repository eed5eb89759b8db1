const digit = (text: string, at: number) => text.charCodeAt(at) - 48;
const two = (text: string, at: number) => digit(text, at) * 10 + digit(text, at + 1);

/**
 * A `timestamptz` as PostgreSQL tells it, as epoch ms. Ours are in UTC, such as `2026-11-28 20:15:09.123456+00`, and read
 * digit by digit: it is done several times for each message, and `Date.parse` takes ten times as long.
 */
export function epochMs(text: string): number {
  const { length } = text;
  // `Date.UTC` takes the years of the first century for those of the last one.
  const isUsual = length >= 22 && length <= 29 && text[0] !== '0' && text[4] === '-' && text.endsWith('+00');
  if (!isUsual) return inOtherWords(text);
  const day = Date.UTC(two(text, 0) * 100 + two(text, 2), two(text, 5) - 1, two(text, 8));
  const seconds = two(text, 11) * 3600 + two(text, 14) * 60 + two(text, 17);
  let ms = 0;
  // Behind the point there are one to six digits, of which three are milliseconds.
  for (let at = 20, worth = 100; worth >= 1; at += 1, worth /= 10)
    if (at < length - 3) ms += digit(text, at) * worth;
  return day + seconds * 1000 + ms;
}

function inOtherWords(text: string): number {
  if (text === 'infinity') return Number.POSITIVE_INFINITY;
  if (text === '-infinity') return Number.NEGATIVE_INFINITY;
  return Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
}
