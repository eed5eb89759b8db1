import { describe, expect, it } from 'vitest';
import { channels, reservedTypes } from '../../src/channels/index.ts';
import { violations } from './rules.ts';
import { readTree, type Tree } from './source.ts';

const channelTypes = [...channels.flatMap((channel) => channel.types), ...Object.keys(reservedTypes)];

it('keeps the table of who may import whom true', async () => {
  const tree = await readTree('src', 'cli/src');
  expect(tree.size).toBeGreaterThan(100);
  expect(violations(tree, channelTypes)).toEqual([]);
});

/** A little house in which everything is as it should be. */
const house: Tree = new Map([
  ['src/main.ts', `import { surfaces } from './apis/index.ts'; import { run } from './pipeline/run.ts';`],
  ['src/model/ids.ts', `export const newId = () => 'dummyish';`],
  [
    'src/store/notes.ts',
    `import { statement } from './database.ts';
     import type { Note } from '../model/note.ts';
     const all = statement('notes.all', 'select 1 from note');
     const add = statement('notes.add', \`insert into note values ($1)\`);
     const run = (one: unknown) => one;
     export const list = ({ once }: { once: boolean }) => run([all, { put: once }, all.once]);
     export function put(noun: keyof typeof kinds) { return once(noun); }
     const kinds = { note: add };
     function once(noun: keyof typeof kinds) { return run(kinds[noun]); }`,
  ],
  ['src/store/database.ts', `export const statement = (name: string, text: string) => ({ name, text });`],
  ['src/model/note.ts', `export interface Note { id: string } // 'dummy' is only said here`],
  ['src/channels/channel.ts', `export type { Note } from '../model/note.ts';`],
  ['src/channels/index.ts', `import { dummy } from './dummy/index.ts'; export const channels = [dummy];`],
  ['src/channels/dummy/index.ts', `export * from '../channel.ts'; export const dummy = 'dummy';`],
  ['src/channels/wa/index.ts', `import './send.ts';`],
  ['src/channels/wa/send.ts', ''],
  ['src/pipeline/run.ts', `import { put } from '../store/notes.ts'; export const run = put;`],
  ['src/apis/index.ts', `import { xms } from './xms/index.ts'; export const surfaces = [xms];`],
  ['src/apis/surface.ts', ''],
  [
    'src/apis/xms/index.ts',
    `import * as notes from '../../store/notes.ts'; export const xms = () => notes.list();`,
  ],
  ['src/apis/xms/words.ts', `export const word = 'dummy';`],
  ['src/apis/parley/index.ts', `export const schema = { examples: ['dummy', 'wa:1'] };`],
  ['src/postgres/embedded.ts', ''],
  ['cli/src/main.ts', ''],
]);

describe('the rules', () => {
  it('have nothing against a house in order', () => {
    expect(violations(house, ['dummy', 'wa'])).toEqual([]);
  });

  it.each([
    ['src/model/ids.ts', `import '../store/notes.ts';`, 'model may not import store'],
    [
      'src/model/ids.ts',
      `import type { Note } from '../channels/channel.ts';`,
      'model may not import channels',
    ],
    ['src/store/notes.ts', `import '../pipeline/run.ts';`, 'store may not import pipeline'],
    ['src/channels/dummy/index.ts', `import '../../store/notes.ts';`, 'channels may not import store'],
    ['src/channels/dummy/index.ts', `import '../wa/send.ts';`, 'one door never imports another'],
    ['src/channels/channel.ts', `import './wa/send.ts';`, 'one door never imports another'],
    ['src/pipeline/run.ts', `import '../apis/surface.ts';`, 'pipeline may not import apis'],
    ['src/pipeline/run.ts', `export * from '../apis/surface.ts';`, 'pipeline may not import apis'],
    [
      'src/pipeline/run.ts',
      `export const later = () => import('../apis/surface.ts');`,
      'pipeline may not import apis',
    ],
    ['src/pipeline/run.ts', `type S = import('../apis/surface.ts').S;`, 'pipeline may not import apis'],
    ['src/apis/xms/index.ts', `import '../../channels/index.ts';`, 'apis may not import channels'],
    ['src/apis/xms/index.ts', `import '../parley/index.ts';`, 'one door never imports another'],
    ['src/apis/surface.ts', `import './parley/index.ts';`, 'one door never imports another'],
    ['src/apis/xms/index.ts', `import '../../main.ts';`, 'apis imports nothing that puts the house together'],
    ['src/postgres/embedded.ts', `import '../store/notes.ts';`, 'postgres may not import store'],
    ['src/live/socket.ts', `import '../channels/index.ts';`, 'live may not import channels'],
    ['src/attic/box.ts', `import '../model/ids.ts';`, 'the table does not know the folder attic'],
    ['src/main.ts', `import './none.ts';`, 'there is no such file in the house'],
    ['src/main.ts', `import '../cli/src/main.ts';`, 'src and cli are packages of their own'],
    ['cli/src/main.ts', `import '../../src/model/ids.ts';`, 'cli and src are packages of their own'],
    [
      'src/apis/xms/index.ts',
      `import { list, put as keep } from '../../store/notes.ts'; keep(list);`,
      'src/apis/xms/index.ts writes past the pipeline: put',
    ],
    [
      'src/apis/xms/index.ts',
      `import * as notes from '../../store/notes.ts'; notes.put('note');`,
      'src/apis/xms/index.ts writes past the pipeline: notes.put',
    ],
    [
      'src/pipeline/run.ts',
      `import { statement } from '../store/database.ts'; statement('a', 'b');`,
      'src/pipeline/run.ts declares a statement: the store has the only SQL',
    ],
    ['src/pipeline/run.ts', `export const is = (t: string) => t === 'wa';`, 'names the channel type wa'],
    ['src/pipeline/run.ts', `export const id = \`dummy:\${1}\`;`, 'names the channel type dummy'],
    ['src/apis/xms/index.ts', `export const id = 'dummy:sandbox';`, 'names the channel type dummy'],
    ['src/apis/xms/index.ts', `export const id = 'email:support';`, 'names the channel type email'],
  ])('find in %s: %s', (path, text, told) => {
    const found = violations(new Map([...house, [path, text]]), ['dummy', 'wa', 'email']);
    expect(found).toEqual([expect.stringContaining(told)]);
    expect(found[0]).toContain(path);
  });

  it('want to see what is imported', () => {
    const hidden = new Map([...house, ['src/main.ts', 'const at = "./x.ts"; import(at);']]);
    expect(() => violations(hidden, [])).toThrow('src/main.ts: what is imported must be written out');
  });
});
