import Type from 'typebox';
import { isId } from '../../../model/ids.ts';
import { invalid } from '../../../model/problem.ts';
import { mentions } from '../../../store/inbox-marks.ts';
import * as retries from '../../../store/message-retries.ts';
import * as messages from '../../../store/messages.ts';
import * as lines from '../../../store/session-lines.ts';
import * as thread from '../../../store/thread.ts';
import { route } from '../route.ts';
import { flag, idParams, known, maybe } from '../words.ts';
import { type AnyAsk, sessionSeen } from './ask.ts';
import { ThreadMessage } from './schemas.ts';
import { lineTold, messageTold } from './told.ts';

const text = (description: string) => maybe(Type.String({ description }));
/** Beyond every id. */
const end = 'g';

interface Stretch {
  rows: thread.ThreadRow[];
  /** There are older ones, and newer ones. */
  before: boolean;
  after: boolean;
}

async function stretch(
  { core, businessId }: AnyAsk,
  sessionId: string,
  { before, after, around, limit }: { before?: string; after?: string; around?: string; limit: number },
): Promise<Stretch> {
  const older = (id: string, many: number) => thread.before(core.db, businessId, sessionId, id, many + 1);
  const newer = (id: string, many: number) => thread.after(core.db, businessId, sessionId, id, many + 1);
  if (around !== undefined) {
    const half = Math.ceil(limit / 2);
    // The one in the middle is among the newer ones: after what stands just before it.
    const [old, young] = await Promise.all([older(around, half), newer(justBefore(around), half)]);
    const rows = [...old.slice(0, half).reverse(), ...young.slice(0, half)];
    return { rows, before: old.length > half, after: young.length > half };
  }
  if (after !== undefined) {
    const young = await newer(after, limit);
    return { rows: young.slice(0, limit), before: true, after: young.length > limit };
  }
  const old = await older(before ?? end, limit);
  return { rows: old.slice(0, limit).reverse(), before: old.length > limit, after: before !== undefined };
}

/** The greatest id below this one, for ids of 24 hex digits. */
function justBefore(id: string): string {
  return (BigInt(`0x${id}`) - 1n).toString(16).padStart(24, '0');
}

/** Messages in the words of the API, with what they answer and whom notes mention. */
export async function toldWith({ core, businessId }: AnyAsk, rows: thread.ThreadRow[]) {
  const replies = rows.flatMap(({ replyId }) => replyId ?? []);
  const others = rows.filter(({ replyId, replyIdExt }) => replyId === undefined && replyIdExt !== undefined);
  const notes = rows.filter(({ direction }) => direction === 'N').map(({ id }) => id);
  const ours = rows.filter(({ direction }) => direction === 'O').map(({ id }) => id);
  const [byId, byProvider, mentioned, retried] = await Promise.all([
    messages.byIds(core.db, businessId, replies),
    messages.byProviderId(
      core.db,
      others.map(({ channelId, replyIdExt }) => ({ businessId, channelId, providerId: replyIdExt! })),
    ),
    mentions(core.db, businessId, notes),
    retries.of(core.db, businessId, ours),
  ]);
  const answered = new Map([
    ...byId.map((one) => [one.id, one] as const),
    ...byProvider.map((one) => [one.providerId!, one] as const),
  ]);
  return rows.map((row) => {
    const named = mentioned.get(row.id);
    return messageTold(core, row, { answered, retried, ...(named && { mentions: named }) });
  });
}

/** A message that was just stored. */
export async function storedTold(ask: AnyAsk, sessionId: string, id: string) {
  const [row] = await thread.after(ask.core.db, ask.businessId, sessionId, justBefore(id), 1);
  return (await toldWith(ask, [known(row, 'message')]))[0]!;
}

/** Threads: what was written. */
export const inboxThread = [
  route({
    method: 'GET',
    path: '/inbox/sessions/:id/messages',
    right: 'agent',
    summary: 'What was written in a session, with notes and what was done with it',
    about: 'Oldest first. Without `before`, `after` or `around`: the newest ones.',
    params: idParams,
    query: Type.Object({
      before: text('Only those before the message with this id.'),
      after: text('Only those after it.'),
      around: text('It, and those around it.'),
      limit: Type.Integer({
        minimum: 1,
        maximum: 200,
        default: 50,
        description: 'How many messages at most.',
      }),
    }),
    answer: Type.Object(
      {
        items: Type.Array(ThreadMessage, { description: 'Oldest first.' }),
        before: flag('There are older ones.'),
        after: flag('There are newer ones.'),
      },
      { $id: 'Thread' },
    ),
    async run(ask) {
      const { core, businessId, params, query } = ask;
      for (const name of ['before', 'after', 'around'] as const) {
        const id = query[name];
        if (id !== undefined && !isId(id))
          throw invalid(name, `${name} must be the id of a message`, { value: id });
      }
      const { id } = await sessionSeen(ask, params.id);
      const { rows, before, after } = await stretch(ask, id, query);
      const from = before || query.after !== undefined ? (query.after ?? rows[0]?.id ?? '') : '';
      const to = after ? (query.before ?? rows.at(-1)?.id ?? end) : end;
      const done = await lines.between(core.db, businessId, id, from, to);
      const items = [...(await toldWith(ask, rows)), ...done.map((line) => lineTold(id, line))];
      return { items: items.sort((a, b) => (a.id < b.id ? -1 : 1)), before, after };
    },
  }),
];
