import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Page, pages, root } from './pages.ts';

/** Folders of the repository in which pages name files. */
const folders = /^(src|test|docs|examples|cli|bench)\//;
/** What a reader makes. */
const made = new Set(['docs/channels/<name>.md', 'test/channels/<name>', 'cli/bin/parley.js']);

function anchors({ text }: Page): Set<string> {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map((match) => match[1]!);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** The text outside of fenced blocks. */
const prose = ({ text }: Page) => text.replace(/^```[\s\S]*?^```/gm, '');

const all = pages();
describe.each(all)('$path', (page) => {
  it('has links that lead somewhere', () => {
    for (const [, target] of prose(page).matchAll(/\]\(([^)]+)\)/g)) {
      if (/^https:\/\//.test(target!)) continue;
      const [file = '', anchor] = target!.split('#');
      const path = file === '' ? page.path : join(dirname(page.path), file);
      expect(existsSync(join(root, path)), `${target} leads nowhere`).toBe(true);
      if (anchor === undefined) continue;
      const there = all.find((one) => one.path === path);
      expect([...anchors(there!)], `${target} has no such heading`).toContain(anchor);
    }
  });

  it('names files that are there', () => {
    for (const [, name] of prose(page).matchAll(/`([\w.@<>/-]+)`/g)) {
      if (!folders.test(name!) || made.has(name!)) continue;
      expect(existsSync(join(root, name!)), `${name} is not there`).toBe(true);
    }
  });

  it('names scripts that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    for (const [, name] of page.text.matchAll(/npm run ([a-z:]+)/g))
      expect(Object.keys(scripts)).toContain(name);
  });
});
