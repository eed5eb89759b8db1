import { type EndUser, endUserSettings } from '../model/access.ts';
import { differences } from '../model/audit.ts';
import { newId } from '../model/ids.ts';
import { notFound, Problem } from '../model/problem.ts';
import type { Agent, Setup } from '../model/setup.ts';
import * as store from '../store/access-tokens.ts';
import type { Database } from '../store/database.ts';
import * as endUsers from '../store/end-users.ts';
import type { AccessTokens } from './access.ts';
import { audit, type By } from './audit.ts';
import type { Authenticator } from './authenticator.ts';
import type { Caller } from './core.ts';
import { changeOnce } from './idempotency.ts';
import { makeTokens, type Tokens } from './jwt.ts';
import { coreTokens, identityClaims, keyUuidOf } from './key-tokens.ts';
import { banned, makeRegistration } from './registration.ts';
import type { Seal } from './seal.ts';
import { looksLikeSignIn, type SignIns } from './sign-ins.ts';

/** What opening and checking tokens works with. */
export interface AccessContext {
  db: Database;
  seal: Seal;
  setup(businessId: number): Promise<Setup>;
  keys: Authenticator;
  signIns: Pick<SignIns, 'authenticate'>;
  /** Hours that an agent's token is good. */
  agentHours: number;
}

/** Opens access tokens, and knows whose they are. */
export function makeAccessTokens(ctx: AccessContext): AccessTokens {
  const { db } = ctx;
  const own = coreTokens(ctx.seal);
  // An issuer and a secret of its own: a token of the one is nothing to the other (decision D15).
  const ofEndUsers = makeTokens(ctx.seal, 'parley-end-users');
  return {
    authenticate: (bearer) => authenticate(ctx, { own, ofEndUsers }, bearer),
    openForAgent: (caller, agent, more) => openForAgent(ctx, own, caller, agent, more),
    ...makeRegistration(ctx, ofEndUsers),
    async countRead(caller) {
      if (!caller.endUser) return;
      const { settings } = (await ctx.setup(caller.businessId)).business;
      const { dailyReads } = endUserSettings(settings.endUsers);
      if (dailyReads === 0) return;
      if ((await endUsers.countRead(db, caller.businessId, caller.endUser.id)) <= dailyReads) return;
      throw new Problem('tooMany', 'The reads of this day are used up', {
        code: 'DAILY_READS',
        retryAfterSeconds: Math.ceil((86_400_000 - (Date.now() % 86_400_000)) / 1000),
      });
    },
    async revokeOwn(caller) {
      const { businessId, tokenId, endUser } = caller;
      // A customer who goes is nothing that somebody of the business did.
      if (endUser && tokenId !== undefined) await store.drop(db, businessId, tokenId);
      else if (tokenId !== undefined) await revoke(ctx, caller, tokenId);
    },
    revoke: (by, tokenId) => revoke(ctx, by, tokenId),
    logOut: (by, id) =>
      changeOnce(ctx, async (tx) => {
        const endUser = await endUsers.find(tx, by.businessId, id);
        if (!endUser) throw unknownEndUser();
        await store.dropOfEndUser(tx, by.businessId, id);
        await audit(tx, by, [{ what: 'endUser.signedOut', ...namesOf(endUser) }]);
      }),
    ban: (by, id, banned) =>
      changeOnce(ctx, async (tx) => {
        const before = await endUsers.find(tx, by.businessId, id);
        const endUser = await endUsers.ban(tx, by.businessId, id, banned);
        if (!endUser) throw unknownEndUser();
        if ((before?.bannedAt !== undefined) !== banned)
          await audit(tx, by, [
            { what: banned ? 'endUser.banned' : 'endUser.unbanned', ...namesOf(endUser) },
          ]);
        return endUser;
      }),
  };
}

const namesOf = ({ id, displayName }: EndUser) => ({ id, name: displayName });

/** Takes a token out of force; answers whether there was such a one. */
function revoke(ctx: AccessContext, by: By, id: string): Promise<boolean> {
  return changeOnce(ctx, async (tx) => {
    if (!(await store.drop(tx, by.businessId, id))) return false;
    await audit(tx, by, [{ what: 'accessToken.revoked', id }]);
    return true;
  });
}

function unknownEndUser(): Problem {
  return notFound('endUser', 'END_USER_NOT_FOUND', 'There is no such end user.');
}

function dead(): Problem {
  return new Problem('unauthorized', 'This token is not known, or no longer in force.', {
    code: 'UNAUTHORIZED',
  });
}

async function authenticate(
  { db, keys, signIns }: AccessContext,
  issuers: { own: Tokens; ofEndUsers: Tokens },
  bearer: string,
): Promise<Caller> {
  if (looksLikeSignIn(bearer)) return signIns.authenticate(bearer);
  const known = keys.recall(bearer);
  if (known) return known;
  const own = await issuers.own.verify(bearer);
  if (own && keyUuidOf(own) !== undefined) return keys.authenticate(bearer);
  const claims = own ?? (await issuers.ofEndUsers.verify(bearer));
  const token = claims?.jti === undefined ? undefined : await store.find(db, claims.jti);
  // What one issuer signed cannot be what the other made, even with the same id.
  if (!token || (token.kind === 'agent') !== (own !== undefined)) throw dead();
  if (token.bannedAt !== null) throw banned();
  return callerOf(token);
}

function callerOf(token: store.LivingToken): Caller {
  const { id, kind, businessId, keyId, appId, keyKind, agentCode, agentNo, hostId, endUserId, publicId } =
    token;
  const common = { businessId, keyId, appId, tokenId: id, bearer: kind, kind: keyKind, installation: false };
  if (kind === 'agent') {
    return {
      ...common,
      scope: token.keyScope,
      tenantWide: token.keyTenantWide && token.role === 'admin',
      makerNo: agentNo!,
      agent: { code: agentCode!, no: String(agentNo), hostId: hostId! },
    };
  }
  return {
    ...common,
    scope: kind === 'signed-in' ? 'write' : 'read',
    tenantWide: false,
    endUser: { id: endUserId!, publicId: publicId!, vouched: token.vouched },
  };
}

async function openForAgent(
  ctx: AccessContext,
  tokens: Tokens,
  caller: Caller,
  agent: Agent,
  more: { hostId?: string } = {},
): ReturnType<AccessTokens['openForAgent']> {
  const { business } = await ctx.setup(caller.businessId);
  const { no, role } = agent;
  const hostId = more.hostId ?? business.uuid;
  const { businessId, keyId } = caller;
  const { id, issued, expires } = await changeOnce(ctx, async (tx) => {
    const issued = Math.floor(Date.now() / 1000);
    const expires = issued + Math.round(ctx.agentHours * 3600);
    const id = newId();
    const times = { issuedAt: issued * 1000, expiresAt: expires * 1000 };
    const of = { code: agent.code, hostId };
    await store.put(tx, { id, businessId, kind: 'agent', keyId, agent: of, ...times });
    const changes = differences(undefined, { agent: agent.code, hostId, expiresAt: times.expiresAt });
    await audit(tx, caller, [{ what: 'accessToken.created', id, name: agent.name, changes }]);
    return { id, issued, expires };
  });
  const token = await tokens.sign({
    admin: role === 'admin',
    iat: issued,
    exp: expires,
    jti: id,
    name: agent.name,
    sub: String(no),
    [identityClaims]: {
      'x-hasura-user-id': String(no),
      'x-hasura-profile-id': String(no),
      'x-hasura-business-id': business.uuid,
      'x-hasura-default-role': role,
      'x-hasura-allowed-roles': [role],
      'x-avc-host-id': hostId,
      'x-avc-platform-id': agent.platformId,
      'x-avc-platform-type': agent.platformType,
    },
  });
  return { token, hostId, expiresAt: expires * 1000 };
}
