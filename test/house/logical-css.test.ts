import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** What names a side of the screen, where a side of the text is meant. Within `[dir=…]` one knows what one does. */
const physical = [
  /\b(margin|padding|border|inset|scroll-margin|scroll-padding)-(left|right|top|bottom)\b/,
  /\bborder-(top|bottom)-(left|right)-radius\b/,
  /(^|[;{\s])(left|right|top|bottom)\s*:/m,
  /\b(float|clear|text-align)\s*:\s*(left|right)\b/,
  /\btranslateX\b/,
];

function sidesNamed(css: string): string[] {
  const free = css.replace(/[^{}]*\[dir=[^{}]*\{[^{}]*\}/g, '');
  return physical.flatMap((one) => one.exec(free)?.[0].trim() ?? []);
}

/** Style sheets, and the sources that hold some. */
async function styles(): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for (const folder of ['widget/src', 'widget/demo']) {
    const names = await readdir(folder, { recursive: true });
    for (const name of names.filter((one) => /\.css$|launcher\.ts$/.test(one)))
      found.push([join(folder, name), await readFile(join(folder, name), 'utf8')]);
  }
  return found;
}

it('lays nothing out by left and right, so that it mirrors by itself', async () => {
  const all = await styles();
  expect(all.length).toBeGreaterThanOrEqual(3);
  for (const [name, css] of all) expect(sidesNamed(css), name).toEqual([]);
});

describe('the rule', () => {
  it.each(['a{margin-left:1px}', 'a{left: 0}', 'a{text-align:right}', 'a{border-top-left-radius:2px}'])(
    'finds %s',
    (css) => expect(sidesNamed(css)).not.toEqual([]),
  );
  it('lets a rule for one direction be', () => {
    expect(sidesNamed('[dir="rtl"] a{text-align:right} a{inset-inline-start:0;text-align:start}')).toEqual(
      [],
    );
  });
});
