import { missing, notFound, Problem } from '../../model/problem.ts';
import * as endUsers from '../../store/end-users.ts';
import { isEndUser, outOfReach } from '../reach.ts';
import { revocationOf, userIdOf } from './input.ts';
import type { Ask, Line } from './route.ts';
import { Alive, AuthToken, ChatSettings, Person, Revoked, Users } from './schemas.ts';
import { chatOf, lastCachePurgeOf, userOf } from './words.ts';

/** Who may act on everybody's tokens: a key that may set up the whole business, and never a token. */
function assertAdmin({ caller }: Ask): void {
  if (caller.bearer === 'key' && caller.tenantWide && caller.scope === 'write') return;
  throw new Problem('forbidden', 'Only an administrator may do this', { code: 'NOT_ADMIN' });
}

const unknownUser = () => notFound('userId', 'USER_NOT_FOUND', 'There is no such user');

async function logOut(ask: Ask, userId: string, isPublic: boolean): Promise<unknown> {
  assertAdmin(ask);
  const { core, business, caller } = ask;
  const find = isPublic ? endUsers.byPublicId : endUsers.find;
  const endUser = await find(core.db, business.id, userId);
  if (!endUser) throw unknownUser();
  await core.access.logOut(caller, endUser.id);
  return { success: true };
}

const revoking = { method: 'DELETE', access: 'write', tag: 'Sessions', answer: Revoked } as const;
const isPublic = '`false` when the id is the private one.';

async function tellUser({ core, caller, business }: Ask, userId: string): Promise<unknown> {
  if (isEndUser(caller) && userId !== caller.endUser!.publicId) throw outOfReach(caller);
  const endUser = await endUsers.byPublicId(core.db, business.id, userId);
  if (!endUser) throw unknownUser();
  return { users: [userOf(endUser, business)], files: [] };
}

/** Tokens that are there: whether they are good, and revoking them. */
export const tokens: readonly Line[] = [
  {
    method: 'GET',
    path: '/api/v3/sessions',
    access: 'read',
    reach: 'self',
    tag: 'Sessions',
    summary: 'Is this access token still good?',
    answer: Alive,
    run: async ({ business }) => ({ lastCachePurge: lastCachePurgeOf(business) }),
  },
  {
    ...revoking,
    path: '/api/v4/sessions',
    reach: 'self',
    summary: 'Revoke this token, or all of a user’s',
    description:
      'Without a query the token of the request, whoever’s it is. With `userId` only for administrators.',
    query: { userId: 'Whose tokens to revoke.', isPublic },
    async run(ask) {
      const { userId, isPublic } = revocationOf(ask.request.query);
      if (userId !== undefined) return logOut(ask, userId, isPublic);
      if (ask.caller.tokenId === undefined) throw missing('userId');
      await ask.core.access.revokeOwn(ask.caller);
      return { success: true };
    },
  },
  {
    ...revoking,
    path: '/api/v4/sessions/users/:userId',
    summary: 'Revoke all tokens of a user',
    description: 'Only for administrators.',
    params: { userId: 'Whose tokens to revoke.' },
    query: { isPublic },
    async run(ask) {
      const { isPublic } = revocationOf(ask.request.query);
      return logOut(ask, userIdOf(ask.request.params), isPublic);
    },
  },
];

/** What a business's server asks for in secure mode, before one of its people signs in. */
export const vouching: readonly Line[] = [
  {
    method: 'POST',
    path: '/api/v4/authentication/token',
    access: 'vouch',
    tag: 'Secure mode',
    summary: 'Get a token with which a person can sign in',
    description: 'Good for ten minutes and for this person alone. The answer is plain text.',
    body: Person,
    answer: AuthToken,
    plain: true,
    async run({ core, caller, request, reply }) {
      const token = await core.access.vouch(caller, userIdOf(request.body));
      return reply.type('text/plain').send(token);
    },
  },
  {
    method: 'GET',
    path: '/api/v3/authentication/token',
    access: 'vouch',
    tag: 'Secure mode',
    summary: 'The same, in its older form',
    query: { userId: 'Your id of the person.' },
    answer: AuthToken,
    async run({ core, caller, request, reply }) {
      const token = await core.access.vouch(caller, userIdOf(request.query));
      return reply.type('application/json').send(JSON.stringify(token));
    },
  },
];

const ownUser = { method: 'GET', access: 'read', reach: 'self', tag: 'Network', answer: Users } as const;

/** What clients read when they log in. */
export const network: readonly Line[] = [
  {
    method: 'GET',
    path: '/api/v3/network-settings/chat',
    access: 'read',
    reach: 'self',
    tag: 'Network',
    summary: 'What holds for the chat',
    answer: ChatSettings,
    run: async ({ business }) => chatOf(business.settings.endUsers?.chat),
  },
  {
    ...ownUser,
    path: '/api/v3/users/:userId',
    summary: 'The user itself',
    description: 'An end user reads itself; a key reads everybody who registered.',
    params: { userId: 'Public id.' },
    run: async (ask) => tellUser(ask, userIdOf(ask.request.params)),
  },
  {
    ...ownUser,
    // Some clients do not encode the id, and it may have slashes.
    path: '/api/v3/users/*',
    summary: 'The user itself',
    hidden: true,
    run: async (ask) => tellUser(ask, userIdOf({ userId: (ask.request.params as { '*': string })['*'] })),
  },
];
