import { randomBytes } from 'node:crypto';
import { differences } from '../model/audit.ts';
import { newId } from '../model/ids.ts';
import { Problem } from '../model/problem.ts';
import type { Setup } from '../model/setup.ts';
import type { Database, Queryable } from '../store/database.ts';
import * as preferences from '../store/preferences.ts';
import type { LinkKind } from '../store/sign-in-links.ts';
import * as store from '../store/sign-ins.ts';
import { audit, type By } from './audit.ts';
import type { Caller } from './core.ts';
import { changeOnce } from './idempotency.ts';
import { makePasswords } from './own-password.ts';
import type { Seal } from './seal.ts';
import { checkStorable } from './setup-check.ts';
import { makeLinks } from './sign-in-links.ts';
import { makeSigningIn } from './signing-in.ts';
import { makeTotp } from './totp.ts';

/**
 * People who sign in with e-mail address and password. A sign-in is good while the store knows it, in every process
 * and across restarts; each call prolongs it.
 */
export interface SignIns {
  /** Who calls with what a sign-in handed out. Throws `unauthorized`. */
  authenticate(token: string): Promise<Caller>;
  /** Throws `unauthorized` for a wrong address, password or code alike in time and words, `tooMany` after many. */
  signIn(request: SignInRequest): Promise<SignedIn>;
  /** Ends the sign-in or the access token that the caller came with. */
  signOut(caller: Caller): Promise<void>;
  /** Ends every sign-in and access token of an agent; answers how many. */
  signOutEverywhere(by: By, agentCode: string): Promise<number>;
  /** Ends one sign-in of the caller; answers whether there was such a one. */
  endSignIn(caller: Caller, id: string): Promise<boolean>;
  /** Changes the caller's own password; all other sign-ins of theirs end. Throws `invalid`. */
  changePassword(caller: Caller, old: string, password: string): Promise<void>;
  /** A link with which an agent chooses a password, once; the one before is dead. Throws `notFound`, `invalid`. */
  makeLink(by: By, agentCode: string): Promise<NewLink>;
  /** Whose link it is; it stays good. Throws `unauthorized`. */
  lookAtLink(token: string): Promise<LinkSeen>;
  /** Sets the password by a link, which is used up, and signs in. Throws `unauthorized`, `invalid`. */
  choosePassword(token: string, password: string, how: SignInManner): Promise<SignedIn>;
  /** Begins with codes of a second device: they are asked for once one of them is confirmed. */
  beginTotp(caller: Caller, password: string): Promise<{ secret: string; uri: string }>;
  /** Answers ten codes that stand in for a lost device, each good once; shown this once. */
  confirmTotp(caller: Caller, code: string): Promise<string[]>;
  dropTotp(caller: Caller, password: string): Promise<void>;
  /** Takes the second device off an agent who lost it. */
  resetTotp(by: By, agentCode: string): Promise<void>;
  /** What an agent chose for the screen, at most 16 kB. Throws `tooLarge`. */
  keepPreferences(caller: Caller, data: Record<string, unknown>): Promise<void>;
}

/** How somebody signs in, and from where. */
export interface SignInManner {
  kind: store.SignInKind;
  from?: Caller['from'];
  userAgent?: string;
}

export interface SignInRequest extends SignInManner {
  email: string;
  password: string;
  /** Of the second device, or a recovery code. */
  code?: string;
  /** Domain, for who has an account in several businesses. */
  business?: string;
}

export interface SignedIn {
  /** Shown this once. */
  token: string;
  expiresAt: number;
  caller: Caller;
}

export interface NewLink {
  kind: LinkKind;
  token: string;
  url: string;
  expiresAt: number;
}

export interface LinkSeen {
  kind: LinkKind;
  business: { domain: string; name: string };
  name: string;
  email: string;
  expiresAt: number;
}

/** What signing in works with. */
export interface SignInContext {
  db: Database;
  seal: Seal;
  publicUrl: URL;
  setup(businessId: number): Promise<Setup>;
  /** Hours without a call after which a sign-in ends. */
  hours: number;
}

/** By this name a browser keeps a sign-in. */
export const signInCookieName = 'parley_sign_in';

/** What stands before the random part of a sign-in's token and of a link's. */
export const signInPrefix = 'psi_';
export const linkPrefix = 'psl_';

/** True for what has the form of a sign-in's token. */
export function looksLikeSignIn(text: string): boolean {
  return text.startsWith(signInPrefix) && /^psi_[\w-]{43}$/.test(text);
}

/** How often it is written down that a sign-in is used, ms. */
const touchEveryMs = 60_000;
const mostPreferences = 16 * 1024;

export function makeSignIns(ctx: SignInContext): SignIns {
  const { db, seal } = ctx;
  return {
    async authenticate(token) {
      for (const hash of [seal.hash(token), ...seal.formerHashes(token)]) {
        const found = looksLikeSignIn(token) ? await store.find(db, hash) : undefined;
        if (!found) continue;
        if (Date.now() - found.seenAt > touchEveryMs)
          await store.touch(db, found.businessId, found.id, ctx.hours);
        return callerOf(found);
      }
      throw new Problem('unauthorized', 'This sign-in is not known, or no longer in force.', {
        code: 'UNAUTHORIZED',
      });
    },
    ...makeSigningIn(ctx),
    ...makePasswords(ctx),
    ...makeLinks(ctx),
    ...makeTotp(ctx),
    async signOut(caller) {
      if (caller.agent && caller.signIn && caller.tokenId !== undefined)
        await end(ctx, caller, caller.tokenId);
    },
    signOutEverywhere: (by, id) =>
      changeOnce(ctx, async (tx) => {
        const signIns = await store.dropAll(tx, by.businessId, id);
        const accessTokens = await store.dropAccessTokens(tx, by.businessId, id);
        const changes = differences({ signIns, accessTokens }, undefined);
        await audit(tx, by, [{ what: 'agent.signedOutEverywhere', id, changes }]);
        return signIns + accessTokens;
      }),
    endSignIn: (caller, id) => end(ctx, caller, id),
    async keepPreferences({ businessId, agent }, data) {
      if (Buffer.byteLength(JSON.stringify(data)) > mostPreferences) {
        throw new Problem('tooLarge', `Preferences have at most ${mostPreferences} bytes`, {
          field: 'preferences',
          code: 'TOO_LARGE',
        });
      }
      await preferences.put(db, businessId, agent!.code, checkStorable(data, 'preferences'));
    },
  };
}

/** Ends one sign-in of the caller; answers whether there was such a one. */
function end(ctx: SignInContext, caller: Caller, id: string): Promise<boolean> {
  const { code } = caller.agent!;
  return changeOnce(ctx, async (tx) => {
    if (!(await store.drop(tx, caller.businessId, code, id))) return false;
    const changes = [{ field: 'signIn', before: id }];
    await audit(tx, caller, [{ what: 'agent.signedOut', id: code, changes }]);
    return true;
  });
}

/** Who an agent is who signed in. */
export function callerOf(one: store.LivingSignIn): Caller {
  return {
    businessId: one.businessId,
    bearer: 'agent',
    keyId: '',
    appId: one.appId,
    tenantWide: one.role === 'admin',
    installation: false,
    scope: 'write',
    kind: 'confidential',
    makerNo: one.agentNo,
    tokenId: one.id,
    agent: { code: one.agentCode, no: String(one.agentNo), hostId: one.businessUuid },
    signIn: { kind: one.kind, expiresAt: one.expiresAt },
  };
}

/** Opens a sign-in for an agent, in a transaction. */
export async function openSignIn(
  ctx: SignInContext,
  tx: Queryable,
  who: { businessId: number; agentCode: string },
  { kind, from, userAgent }: SignInManner,
): Promise<SignedIn> {
  const token = `${signInPrefix}${randomBytes(32).toString('base64url')}`;
  const hash = ctx.seal.hash(token);
  // Whatever a program says of itself: what cannot be stored, or is too long, is left out.
  const program = userAgent?.replace(/[^\x20-\x7e]/g, '').slice(0, 300);
  const id = newId();
  const expiresAt = await store.insert(tx, {
    ...{ ...who, id, hash, kind, hours: ctx.hours },
    ...{ address: from?.address, userAgent: program },
  });
  const caller = { ...callerOf((await store.find(tx, hash))!), ...(from && { from }) };
  const changes = differences(undefined, { signIn: id, kind, userAgent: program });
  await audit(tx, caller, [{ what: 'agent.signedIn', id: who.agentCode, changes }]);
  return { token, expiresAt, caller };
}
