import { expect, it } from 'vitest';
import type { Message, ServerFrame } from '../src/frame/protocol.ts';
import { changeBy, type Draft, emptyConversation, gap, type State } from '../src/frame/state.ts';

const empty = {
  ...emptyConversation,
  conversation: undefined,
  drafts: [],
  visitor: {},
  agents: 0,
} as unknown as State;
const message = (id: string, more: Partial<Message> = {}): Message => ({
  id,
  dir: 'out',
  at: 0,
  type: 'text',
  ...more,
});
const draft = (cid: string, conversation = 'c1') =>
  ({ cid, conversation, shown: message(cid), state: 'sending' }) as unknown as Draft;

/** What is shown after these frames. */
function after(state: State, ...frames: ServerFrame[]): State {
  let now = state;
  for (const frame of frames) {
    const change = changeBy(now, frame);
    if (change === gap) throw new Error(`a gap before ${JSON.stringify(frame)}`);
    now = { ...now, ...change };
  }
  return now;
}

const welcome = (seq: number, more: object = {}): ServerFrame => ({
  t: 'welcome',
  seq,
  conversation: 'c1',
  agents: 1,
  ...more,
});
const said = (seq: number, id: string, more: Partial<Message> = {}): ServerFrame => ({
  t: 'msg',
  seq,
  ...message(id, more),
});

it('shows everything once, also what is told twice', () => {
  const now = after(
    empty,
    welcome(3, { reset: true, messages: [message('a')] }),
    said(4, 'b'),
    said(4, 'b'),
    said(3, 'a'),
  );
  expect(now.messages.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(now.lastSeq).toBe(4);
});

it('asks anew when a number is missing', () => {
  const now = after(empty, welcome(3, { reset: true, messages: [] }));
  expect(changeBy(now, said(5, 'c'))).toBe(gap);
  expect(after(now, { t: 'skip', seq: 4 }, said(5, 'c')).messages).toHaveLength(1);
});

it('goes on after a cut, and takes what is told anew instead of what it had', () => {
  const before = after(empty, welcome(1, { reset: true, messages: [message('a')] }));
  expect(after(before, welcome(2), said(2, 'b')).messages.map(({ id }) => id)).toEqual(['a', 'b']);
  const anew = after(before, welcome(900, { reset: true, messages: [message('z')], more: true }));
  expect(anew.messages.map(({ id }) => id)).toEqual(['z']);
  expect(anew.more).toBe(true);
});

it('lets a draft go when its message is told, by its own name', () => {
  const before = {
    ...after(empty, welcome(0, { reset: true, messages: [] })),
    drafts: [draft('one'), draft('two')],
  };
  expect(after(before, said(1, 'm1', { dir: 'in', cid: 'one' })).drafts.map(({ cid }) => cid)).toEqual([
    'two',
  ]);
  const reloaded = after(before, welcome(1, { reset: true, messages: [message('m1', { cid: 'two' })] }));
  expect(reloaded.drafts.map(({ cid }) => cid)).toEqual(['one']);
});

it('carries nothing into another conversation', () => {
  const before = {
    ...after(empty, welcome(5, { reset: true, messages: [message('a')] })),
    drafts: [draft('mine')],
    seen: 'a',
  };
  const other = after(before, welcome(2, { conversation: 'c2', messages: [] }));
  expect(other).toMatchObject({ messages: [], drafts: [], seen: undefined, lastSeq: 2, conversation: 'c2' });
});

it('takes away what was deleted, and marks what was read', () => {
  const before = after(empty, welcome(0, { reset: true, messages: [message('a'), message('b')] }));
  const now = after(
    before,
    { t: 'deleted', seq: 1, id: 'a' },
    { t: 'status', seq: 2, id: 'b', status: 'read' },
  );
  expect(now.messages).toMatchObject([{ id: 'b', status: 'read' }]);
});
