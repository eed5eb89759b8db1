import Type from 'typebox';
import type { EndUser as ModelEndUser } from '../../model/access.ts';
import { isId } from '../../model/ids.ts';
import { listOfAgents } from '../../store/access-tokens.ts';
import * as stored from '../../store/end-users.ts';
import { PageQuery, pageOf, pageQuery, pageRead } from './page.ts';
import { type Ask, route } from './route.ts';
import { change, flag, idParams, json, known, maybe, ms, Removed } from './words.ts';

const text = (description: string) => Type.String({ description });

/** What a business lets end users do, in the settings of the business. */
export const endUserSettings = Type.Object(
  {
    bots: maybe(flag('Bots may register. Default: true.')),
    visitors: maybe(flag('Visitors may register. Default: true.')),
    signedVisitors: maybe(flag('Visitors need a signature, made with the visitor secret. Default: false.')),
    secureMode: maybe(
      flag('Who signs in needs a token that your server asked for with a server key. Default: false.'),
    ),
    dailyReads: maybe(
      Type.Number({ description: 'Reads a day of a bot or a visitor, by UTC; 0, the default: any number.' }),
    ),
    tokenDays: maybe(
      Type.Number({ description: 'Days that an access token is good: at least 30 minutes. Default: 30.' }),
    ),
    chat: maybe(
      Type.Object(
        {
          enabled: maybe(flag('There is a chat. Default: true.')),
          channelMentions: maybe(flag('Whole channels may be mentioned. Default: true.')),
          messagePreview: maybe(flag('The last message of a channel is shown. Default: false.')),
          previewDeleted: maybe(flag('Also a deleted one. Default: false.')),
          adminsView: maybe(flag('Administrators see conversations. Default: true.')),
          adminsManage: maybe(flag('Administrators change conversations. Default: true.')),
          membersUpdate: maybe(flag('Members change their conversation. Default: false.')),
        },
        {
          additionalProperties: false,
          description: 'What clients of the Amity surface are told of the chat.',
        },
      ),
    ),
  },
  { additionalProperties: false, description: 'What bots, visitors and people who sign in may do.' },
);

const EndUser = Type.Object(
  {
    id: text('Its id.'),
    userId: text('The id that you chose.'),
    displayName: text('What it is called.'),
    profileHandle: maybe(text('Its short name.')),
    metadata: json('What was kept with it.'),
    bannedAt: maybe(ms('It may do nothing since.')),
    createdAt: ms('When it first signed in.'),
    updatedAt: ms('When its names last changed.'),
  },
  { $id: 'EndUser' },
);

const told = ({ kind: _, publicId, ...endUser }: ModelEndUser) => ({ ...endUser, userId: publicId });

/** Bots and visitors are in no list, and are not looked up either. */
async function signedIn(
  { core, businessId }: Pick<Ask<unknown, unknown, unknown>, 'core' | 'businessId'>,
  id: string,
) {
  const found = isId(id) ? await stored.find(core.db, businessId, id) : undefined;
  return known(found?.kind === 'signed-in' ? found : undefined, 'end user');
}

const ban = (verb: 'ban' | 'unban', summary: string) =>
  route({
    method: 'POST',
    path: `/end-users/:id/${verb}`,
    right: 'setup',
    summary,
    params: idParams,
    answer: EndUser,
    async run(ask) {
      const { id } = await signedIn(ask, ask.params.id);
      return told(await ask.core.access.ban(ask.caller, id, verb === 'ban'));
    },
  });

export const endUsers = [
  route({
    method: 'GET',
    path: '/end-users',
    right: 'read',
    summary: 'People who signed in through the Amity surface',
    about: 'Bots and visitors are in no list.',
    query: Type.Object({ ...pageQuery, userId: maybe(text('Only the one that you gave this id.')) }),
    answer: pageOf(EndUser),
    async run({ core, businessId, query: { userId, ...page } }) {
      const read = await stored.listSignedIn(core.db, businessId, { ...page, publicId: userId });
      return pageRead(read.map(told), (one) => one.id, page.limit);
    },
  }),
  route({
    method: 'GET',
    path: '/end-users/:id',
    right: 'read',
    summary: 'One of them',
    params: idParams,
    answer: EndUser,
    run: async (ask) => told(await signedIn(ask, ask.params.id)),
  }),
  ban('ban', 'Ban somebody: every call is refused from now on'),
  ban('unban', 'Let somebody in again'),
  route({
    method: 'DELETE',
    path: '/end-users/:id/access-tokens',
    right: 'setup',
    summary: 'Log somebody out on every device',
    params: idParams,
    answer: Removed,
    async run(ask) {
      const { id } = await signedIn(ask, ask.params.id);
      await ask.core.access.logOut(ask.caller, id);
      return { removed: true };
    },
  }),
  route({
    method: 'POST',
    path: '/visitor-secret',
    right: 'setup',
    summary: 'Make a new secret for the signatures of visitors',
    about: 'Shown this once. What was signed with the one before is good for nothing from now on.',
    body: change({}),
    creates: 'always',
    answer: Type.Object({ secret: text('Shown once.') }, { $id: 'VisitorSecret' }),
    async run({ core, caller, made }) {
      made('created');
      return core.change.renewVisitorSecret(caller);
    },
  }),
];

const AccessToken = Type.Object(
  {
    id: text('Its id, `jti` in the token.'),
    agent: text('Code of the agent.'),
    hostId: text('For whose application it was opened.'),
    keyId: text('The key that opened it: revoking that revokes it, too.'),
    issuedAt: ms('When it was opened.'),
    expiresAt: ms('When it ends.'),
  },
  { $id: 'AccessToken' },
);

export const accessTokens = [
  route({
    method: 'GET',
    path: '/access-tokens',
    right: 'setup',
    summary: 'The access tokens of agents that are in force, without the tokens themselves',
    query: PageQuery,
    answer: pageOf(AccessToken),
    async run({ core, businessId, query }) {
      return pageRead(await listOfAgents(core.db, businessId, query), (one) => one.id, query.limit);
    },
  }),
  route({
    method: 'DELETE',
    path: '/access-tokens/:id',
    right: 'setup',
    summary: 'Revoke an access token, at once and everywhere',
    params: idParams,
    answer: Removed,
    async run({ core, caller, params }) {
      const removed = isId(params.id) && (await core.access.revoke(caller, params.id));
      known(removed || undefined, 'access token');
      return { removed: true };
    },
  }),
];
