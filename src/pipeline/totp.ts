import { randomInt } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { fold } from '../model/fold.ts';
import { invalid, Problem } from '../model/problem.ts';
import * as store from '../store/agent-passwords.ts';
import { audit, type By } from './audit.ts';
import { changeOnce, findOnce } from './idempotency.ts';
import { assertOwnPassword } from './own-password.ts';
import type { Seal } from './seal.ts';
import type { SignInContext, SignIns } from './sign-ins.ts';

/** As every app for it has them (RFC 6238). */
const period = 30;
const manyRecoveryCodes = 10;

type Account = Pick<store.Account, 'businessId' | 'agentCode' | 'totp'>;

const contextOf = ({ businessId, agentCode }: Pick<Account, 'businessId' | 'agentCode'>) =>
  `business:${businessId}:totp:${agentCode}`;

/** Codes of a second device. */
export function makeTotp(
  ctx: SignInContext,
): Pick<SignIns, 'beginTotp' | 'confirmTotp' | 'dropTotp' | 'resetTotp'> {
  const { seal } = ctx;
  return {
    async beginTotp(caller, password) {
      const { businessId } = caller;
      const { agentCode, label, secret } = await findOnce(async () => {
        const { agentCode, hasTotp, email } = await assertOwnPassword(ctx, caller, password);
        if (hasTotp)
          throw new Problem('conflict', 'Codes of a second device are asked for already', {
            code: 'HAS_TOTP',
          });
        return { agentCode, label: email ?? agentCode, secret: new Secret({ size: 20 }).base32 };
      });
      await setTotp(ctx, caller, agentCode, seal.seal(secret, contextOf({ businessId, agentCode })));
      const { name } = (await ctx.setup(businessId)).business;
      const totp = new TOTP({ issuer: name, label, secret: Secret.fromBase32(secret), period });
      return { secret, uri: totp.toString() };
    },
    async confirmTotp(caller, code) {
      const codes = Array.from({ length: manyRecoveryCodes }, newRecoveryCode);
      return changeOnce(ctx, async (tx) => {
        const account = await store.find(tx, caller.businessId, caller.agent!.code);
        if (!account?.totp || account.hasTotp)
          throw new Problem('conflict', 'There is nothing to confirm', { code: 'NO_TOTP' });
        const step = stepOf(seal, account, code);
        const { businessId, agentCode } = account;
        if (step === undefined || !(await store.takeStep(tx, businessId, agentCode, step)))
          throw invalid('code', 'This code is wrong', { code: 'WRONG_CODE' });
        const hashes = codes.map((one) => seal.hash(recoveryText(account, one)));
        if (!(await store.confirmTotp(tx, businessId, agentCode, hashes)))
          throw new Problem('conflict', 'There is nothing to confirm', { code: 'NO_TOTP' });
        await audit(tx, caller, [{ what: 'agent.codesOn', id: agentCode }]);
        return codes;
      });
    },
    async dropTotp(caller, password) {
      const code = await findOnce(async () => (await assertOwnPassword(ctx, caller, password)).agentCode);
      await setTotp(ctx, caller, code, null);
    },
    resetTotp: (by, agentCode) => setTotp(ctx, by, agentCode, null),
  };
}

function setTotp(ctx: SignInContext, by: By, id: string, sealed: Buffer | null): Promise<void> {
  return changeOnce(ctx, async (tx) => {
    if (!(await store.setTotp(tx, by.businessId, id, sealed))) return;
    await audit(tx, by, [{ what: sealed ? 'agent.codesBegun' : 'agent.codesOff', id }]);
  });
}

/** Whether a code is that of the device now, or a recovery code; either is good once. */
export async function isCode({ db, seal }: SignInContext, account: Account, given: string): Promise<boolean> {
  const { businessId, agentCode } = account;
  const step = stepOf(seal, account, given);
  if (step !== undefined) return store.takeStep(db, businessId, agentCode, step);
  const text = recoveryText(account, given);
  for (const hash of [seal.hash(text), ...seal.formerHashes(text)]) {
    if (await store.takeRecovery(db, businessId, agentCode, hash)) return true;
  }
  return false;
}

/** The step of time whose code it is: now, one before or one after, for clocks that differ. */
function stepOf(seal: Seal, account: Account, given: string): number | undefined {
  const token = plain(given);
  if (!account.totp || !/^\d{6}$/.test(token)) return undefined;
  const secret = Secret.fromBase32(seal.open(account.totp, contextOf(account)));
  const now = Date.now();
  const delta = new TOTP({ secret, period }).validate({ token, timestamp: now, window: 1 });
  return delta === null ? undefined : Math.floor(now / 1000 / period) + delta;
}

/** Ten characters that cannot be mistaken for others: 49 bits. */
function newRecoveryCode(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const text = Array.from({ length: 10 }, () => letters[randomInt(letters.length)]).join('');
  return `${text.slice(0, 5)}-${text.slice(5)}`;
}

function recoveryText({ businessId, agentCode }: Account, code: string): string {
  return `recovery ${businessId} ${agentCode} ${plain(code)}`;
}

/** A code without what people put between its signs; the digits of their keyboards may be Arabic ones. */
function plain(code: string): string {
  return fold(code).replace(/[^a-z0-9]/g, '');
}
