import { expect, it } from 'vitest';
import { textOn } from '../src/colour.ts';

/** As WCAG 2.2 defines it. */
function contrast(one: string, other: string): number {
  const luminance = (colour: string) => {
    const [r, g, b] = [1, 3, 5].map((at) => {
      const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high! + 0.05) / (low! + 0.05);
}

it('writes on every colour so that it can be read', () => {
  const steps = Array.from({ length: 18 }, (_, at) => (at * 15).toString(16).padStart(2, '0'));
  for (const r of steps)
    for (const g of steps)
      for (const b of steps) {
        const colour = `#${r}${g}${b}`;
        const text = textOn(colour) === '#000' ? '#000000' : '#ffffff';
        expect(contrast(colour, text), colour).toBeGreaterThanOrEqual(4.5);
      }
});
