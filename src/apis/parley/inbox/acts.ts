import Type from 'typebox';
import { isId } from '../../../model/ids.ts';
import { undoable } from '../../../pipeline/undo.ts';
import { handed } from '../../../store/inbox-handed.ts';
import { route } from '../route.ts';
import { change, idParams, known, maybe, ms, oneOf, Removed } from '../words.ts';
import { sessionAfter, sessionSeen } from './ask.ts';
import { InboxSession } from './schemas.ts';

const text = (description: string) => maybe(Type.String({ description }));
// A union, for null says something here: nobody.
const orNobody = (description: string) =>
  maybe(
    Type.Union([Type.String(), Type.Null()], {
      description: `${description}; null: nobody; left out: as it is.`,
    }),
  );
const Unread = Type.Object(
  { unread: Type.Integer({ description: 'Messages of the person that you have not read.' }) },
  { $id: 'Unread' },
);
const modeParams = Type.Object({
  id: Type.String({ description: 'Id of the session.' }),
  mode: oneOf(['reply', 'note'], 'What is being written.'),
});

/** What is done with a session. */
export const inboxActs = [
  route({
    method: 'GET',
    path: '/inbox/sessions/:id/holder',
    right: 'agent',
    summary: 'Who has a session now',
    about:
      'Also for a session that you see no longer, where you have read it, begun to write in it, held it, or done something with it.',
    params: idParams,
    answer: Type.Object(
      {
        queue: Type.String({ description: 'Code of the queue.' }),
        agent: text('Code of the agent.'),
        team: text('Code of the team.'),
        at: maybe(ms('When it was last given to somebody.')),
        by: text('Code of the agent who did that.'),
      },
      { $id: 'Handed' },
    ),
    async run({ core, businessId, params, me }) {
      const { view } = await me();
      const found = isId(params.id) ? await handed(core.db, businessId, view, params.id) : undefined;
      const { resolvedBy: _, ...told } = known(found, 'session');
      return told;
    },
  }),
  route({
    method: 'PUT',
    path: '/inbox/sessions/:id/holder',
    right: 'agent',
    summary: 'Give a session to an agent, a team, a queue',
    about: 'With `version`: refused with CHANGED when it has another holder since.',
    params: idParams,
    body: change({
      agent: orNobody('Code of the agent'),
      team: orNobody('Code of the team'),
      queue: text('Code of the queue.'),
      version: maybe(Type.Integer({ description: 'Of the session as you saw it.' })),
      note: text('A note for who gets it.'),
    }),
    answer: InboxSession,
    async run(ask) {
      const { id } = await sessionSeen(ask, ask.params.id);
      await ask.core.inbox.hold(ask.caller, id, ask.body);
      return sessionAfter(ask, id);
    },
  }),
  route({
    method: 'POST',
    path: '/inbox/sessions/:id/claim',
    right: 'agent',
    summary: 'Take a session that nobody holds',
    about: 'Of two who would take it, one is refused with HELD, and told who holds it.',
    params: idParams,
    answer: InboxSession,
    async run(ask) {
      const { id } = await sessionSeen(ask, ask.params.id);
      const { agent } = await ask.me();
      await ask.core.inbox.hold(ask.caller, id, { agent: agent.code, onlyFree: true });
      return sessionAfter(ask, id);
    },
  }),
  ...(['resolve', 'close', 'reopen'] as const).map((act) =>
    route({
      method: 'POST',
      path: `/inbox/sessions/:id/${act}`,
      right: 'agent',
      summary: {
        resolve: 'Mark a session as done',
        close: 'End a session',
        reopen: 'Take a resolve back: the session is yours then',
      }[act],
      about: 'Doing it again changes nothing.',
      params: idParams,
      answer: InboxSession,
      async run(ask) {
        const { core, caller, params } = ask;
        const { id } = await sessionSeen(ask, params.id);
        if (act === 'reopen') await core.inbox.reopen(caller, id);
        else await core[act](caller, id);
        return sessionAfter(ask, id);
      },
    }),
  ),
  route({
    method: 'POST',
    path: '/inbox/sessions/:id/undo',
    right: 'agent',
    summary: 'Take back what you did last with a session',
    about:
      'It stands as it stood before: who holds it, how it rests, since when the person waits. Refused with CHANGED when anything was done with it since.',
    params: idParams,
    body: change({ act: oneOf(undoable, 'What you did.') }),
    answer: InboxSession,
    async run(ask) {
      const { id } = await sessionSeen(ask, ask.params.id);
      await ask.core.inbox.undo(ask.caller, id, ask.body.act);
      return sessionAfter(ask, id);
    },
  }),
  route({
    method: 'PUT',
    path: '/inbox/sessions/:id/snooze',
    right: 'agent',
    summary: 'Let a session rest',
    about: 'It is back when the time has come, and when the person writes.',
    params: idParams,
    body: change({ until: ms('When it is back, within a year.') }),
    answer: InboxSession,
    async run(ask) {
      const { id } = await sessionSeen(ask, ask.params.id);
      await ask.core.inbox.snooze(ask.caller, id, ask.body.until);
      return sessionAfter(ask, id);
    },
  }),
  route({
    method: 'DELETE',
    path: '/inbox/sessions/:id/snooze',
    right: 'agent',
    summary: 'Wake a session',
    params: idParams,
    answer: InboxSession,
    async run(ask) {
      const { id } = await sessionSeen(ask, ask.params.id);
      await ask.core.inbox.snooze(ask.caller, id, undefined);
      return sessionAfter(ask, id);
    },
  }),
  route({
    method: 'PUT',
    path: '/inbox/sessions/:id/read',
    right: 'agent',
    summary: 'I have read it',
    about: 'The person sees it, where the channel shows it and all is read that the person wrote.',
    params: idParams,
    body: change({ upTo: text('Id of the last message read; all when absent.') }),
    answer: Unread,
    async run(ask) {
      const { id } = await sessionSeen(ask, ask.params.id);
      return { unread: await ask.core.inbox.read(ask.caller, id, ask.body.upTo) };
    },
  }),
  route({
    method: 'DELETE',
    path: '/inbox/sessions/:id/read',
    right: 'agent',
    summary: 'Mark it as not read',
    params: idParams,
    answer: Unread,
    async run(ask) {
      const { id } = await sessionSeen(ask, ask.params.id);
      return { unread: await ask.core.inbox.unread(ask.caller, id) };
    },
  }),
  route({
    method: 'PUT',
    path: '/inbox/sessions/:id/drafts/:mode',
    right: 'agent',
    summary: 'Keep what I began to write',
    about: 'At most 64 kB, for you alone. An empty text without data takes it away.',
    params: modeParams,
    body: change({
      text: Type.String({ description: 'The text.' }),
      data: maybe(Type.Record(Type.String(), Type.Unknown(), { description: 'What else is chosen.' })),
      was: maybe(
        ms(
          '`savedAt` of the draft that this one replaces, 0 for none: refused with DRAFT_CHANGED when you have kept another one since, at another screen.',
        ),
      ),
    }),
    answer: Type.Object({ savedAt: ms('When it was kept.') }, { $id: 'DraftKept' }),
    async run(ask) {
      const { core, caller, params, body } = ask;
      const { id } = await sessionSeen(ask, params.id);
      return { savedAt: await core.inbox.draft(caller, id, { mode: params.mode, ...body }) };
    },
  }),
  route({
    method: 'DELETE',
    path: '/inbox/sessions/:id/drafts/:mode',
    right: 'agent',
    summary: 'Forget what I began to write',
    params: modeParams,
    answer: Removed,
    async run(ask) {
      const { core, caller, params } = ask;
      const { id } = await sessionSeen(ask, params.id);
      await core.inbox.draft(caller, id, { mode: params.mode, text: '' });
      return { removed: true };
    },
  }),
];
