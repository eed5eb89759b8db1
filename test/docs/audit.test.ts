import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { auditKinds, auditVerbs, whoKinds } from '../../src/model/audit.ts';
import { page } from './pages.ts';

/** The words in backticks. */
const coded = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word!);

/** What a table of the console's words holds: its source without the macro, which only a build can read. */
function consoleWords<Words>(name: string): Words {
  const source = readFileSync(new URL('../../web/src/console/audit/words.ts', import.meta.url), 'utf8');
  const literal = new RegExp(`const ${name}: [^=]+= (\\{.*?\\n\\});`, 's').exec(source)?.[1];
  if (literal === undefined) throw new Error(`the console has no words called ${name}`);
  return new Function('msg', `return ${literal}`)((parts: string[]) => parts.join('')) as Words;
}

describe('everything that the audit log can say', () => {
  it('stands in its page, and nothing else does', () => {
    const rows = page('docs/audit.md').text.split('| kind | deeds |')[1]!.split('\n\n')[0]!;
    const told = rows.split('\n').flatMap((row) => {
      const [, kinds = '', deeds = ''] = row.split('|');
      return coded(kinds).flatMap((kind) => coded(deeds).map((deed) => `${kind}.${deed}`));
    });
    expect(told.sort()).toEqual([...auditVerbs].sort());
  });

  it('has its words in the console', () => {
    const verbs = consoleWords<Record<string, Record<string, string>>>('verbs');
    const worded = Object.entries(verbs).flatMap(([kind, deeds]) =>
      Object.entries(deeds).map(([deed, words]) => {
        expect(words, `${kind}.${deed}`).toMatch(/\w{3}/);
        return `${kind}.${deed}`;
      }),
    );
    expect(worded.sort()).toEqual([...auditVerbs].sort());
  });

  it('and so have its kinds of things, and those who can have done it', () => {
    expect(Object.keys(consoleWords('kinds')).sort()).toEqual([...auditKinds].sort());
    expect(Object.keys(consoleWords('doers')).sort()).toEqual([...whoKinds].sort());
  });
});
