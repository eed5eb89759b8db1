import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { type EndUser, type EndUserKind, type EndUserSettings, endUserSettings } from '../model/access.ts';
import { newId } from '../model/ids.ts';
import { present } from '../model/present.ts';
import { invalid, missing, Problem } from '../model/problem.ts';
import type { Setup } from '../model/setup.ts';
import { put } from '../store/access-tokens.ts';
import * as authTokens from '../store/auth-tokens.ts';
import type { Database, Queryable } from '../store/database.ts';
import * as endUsers from '../store/end-users.ts';
import { visitorSecret } from '../store/setup-business.ts';
import type { AccessTokens, Registration } from './access.ts';
import { changeOnce } from './idempotency.ts';
import type { Tokens } from './jwt.ts';
import type { Seal } from './seal.ts';
import { openVisitorSecret } from './setup-secrets.ts';

/** What vouches for a person is good this long, ms. */
const vouchedMs = 600_000;

/** Prefixes of ids that nobody may claim: the server gives them, or other systems do (decision D9). */
const reserved = ['ADMIN_', 'DELETED_', 'bot_', 'visitor_'];

interface RegistrationContext {
  db: Database;
  seal: Seal;
  setup(businessId: number): Promise<Setup>;
}

/** Registers end users, and vouches for people who are about to sign in. */
export function makeRegistration(
  ctx: RegistrationContext,
  tokens: Tokens,
): Pick<AccessTokens, 'register' | 'vouch'> {
  return {
    async register(caller, request) {
      const { business } = await ctx.setup(caller.businessId);
      const settings = endUserSettings(business.settings.endUsers);
      checkWelcome(request.kind, settings);
      await checkVouched(ctx, caller.businessId, request, settings);
      const vouched = request.kind === 'signed-in' && settings.secureMode;
      const { jti, issued, expires, endUser } = await changeOnce(ctx, async (tx) => {
        const jti = newId();
        const issued = Math.floor(Date.now() / 1000);
        const expires = issued + Math.round(settings.tokenDays * 86_400);
        const endUser = await ensure(tx, caller.businessId, request);
        if (endUser.bannedAt !== undefined) throw banned();
        await put(tx, {
          id: jti,
          businessId: caller.businessId,
          kind: request.kind,
          keyId: caller.keyId,
          endUser: { id: endUser.id, deviceId: request.deviceId, vouched },
          issuedAt: issued * 1000,
          expiresAt: expires * 1000,
        });
        return { jti, issued, expires, endUser };
      });
      const token = await tokens.sign({
        jti,
        iat: issued,
        exp: expires,
        userType: endUser.kind,
        user: { userId: endUser.id, publicUserId: endUser.publicId },
        networkId: business.uuid,
      });
      return { token, issuedAt: issued * 1000, expiresAt: expires * 1000, endUser };
    },
    async vouch(caller, userId) {
      const { settings } = (await ctx.setup(caller.businessId)).business;
      if (!endUserSettings(settings.endUsers).secureMode) {
        throw new Problem('forbidden', 'Secure mode is off', { code: 'SECURE_MODE_OFF' });
      }
      checkUserId(userId);
      return changeOnce(ctx, async (tx) => {
        const token = randomBytes(30).toString('base64url');
        await authTokens.insert(tx, {
          businessId: caller.businessId,
          hash: ctx.seal.hash(token),
          keyId: caller.keyId,
          userId,
          expiresAt: Date.now() + vouchedMs,
        });
        return token;
      });
    },
  };
}

/** A banned end user may do nothing, whatever it holds (decision D20). */
export function banned(): Problem {
  return new Problem('forbidden', 'This user is banned', { code: 'BANNED' });
}

/** Bots and visitors can be switched off (decision D24). */
function checkWelcome(kind: EndUserKind, { bots, visitors }: Required<EndUserSettings>): void {
  if (kind === 'bot' ? bots : kind === 'visitor' ? visitors : true) return;
  throw new Problem('forbidden', `This network takes no ${kind}s`, { code: 'NOT_WELCOME' });
}

/** Whoever must be vouched for is: a visitor by a signature, who signs in by a token. */
async function checkVouched(
  ctx: RegistrationContext,
  businessId: number,
  request: Registration,
  { signedVisitors, secureMode }: Required<EndUserSettings>,
): Promise<void> {
  if (request.kind === 'visitor' && signedVisitors) await checkSignature(ctx, businessId, request);
  if (request.kind !== 'signed-in') return;
  const userId = checkUserId(request.userId);
  if (!secureMode) return;
  const { authToken } = request;
  const hashes = authToken ? [ctx.seal.hash(authToken), ...ctx.seal.formerHashes(authToken)] : [];
  if (hashes.length > 0 && (await authTokens.isFor(ctx.db, businessId, hashes, userId))) return;
  throw new Problem('unauthorized', 'The authToken is missing, wrong or expired', { code: 'UNAUTHORIZED' });
}

function checkUserId(userId: string | undefined): string {
  if (!userId) throw missing('userId');
  const prefix = reserved.find((one) => userId.startsWith(one));
  if (prefix === undefined) return userId;
  throw invalid('userId', `userId must not begin with ${prefix}`, { value: userId });
}

/** Decision D7. Nothing tells which of the steps failed. */
async function checkSignature(
  { db, seal }: RegistrationContext,
  businessId: number,
  { deviceId, authSignature, authSignatureExpiresAt }: Registration,
): Promise<void> {
  const refused = () => invalid('authSignature', 'Invalid signature', { code: 'INVALID_SIGNATURE' });
  if (authSignature === undefined || authSignatureExpiresAt === undefined) throw refused();
  if (!/^[0-9a-f]{64}$/i.test(authSignature)) throw refused();
  const sealed = await visitorSecret(db, businessId);
  // Without a secret nobody can sign: all are refused, rather than let in unsigned.
  if (!sealed) throw refused();
  const secret = openVisitorSecret(seal, businessId, sealed);
  const message = `deviceId=${deviceId}&authSignatureExpiresAt=${authSignatureExpiresAt}`;
  const expected = createHmac('sha256', secret).update(message).digest();
  if (!timingSafeEqual(expected, Buffer.from(authSignature, 'hex'))) throw refused();
  if (!(instantOf(authSignatureExpiresAt) > Date.now())) throw refused();
}

const isoDate = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** Epoch ms of an ISO 8601 time; NaN for whatever else a lenient parser would take. */
function instantOf(text: string): number {
  return isoDate.test(text) ? Date.parse(text) : Number.NaN;
}

/** The end user that a registration is about; made when there is none yet. */
function ensure(tx: Queryable, businessId: number, request: Registration): Promise<EndUser> {
  const { kind, deviceId, userId, displayName, profileHandle } = request;
  const id = newId();
  if (kind === 'signed-in') {
    return endUsers.signedIn(tx, businessId, present({ id, publicId: userId!, displayName, profileHandle }));
  }
  return endUsers.ofDevice(tx, businessId, { id, kind, publicId: `${kind}_${id}`, deviceId });
}
