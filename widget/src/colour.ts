/** Black or white, whichever is easier to read on a colour `#rrggbb`: always 4.5:1 or better (WCAG 1.4.3). */
export function textOn(colour: string): '#000' | '#fff' {
  const channel = (at: number) =>
    // As sRGB's own curve, within what the threshold leaves over.
    (Number.parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2;
  const luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  // Where black and white contrast alike: (1.05 / (L + .05) = (L + .05) / .05).
  return luminance > 0.179 ? '#000' : '#fff';
}
