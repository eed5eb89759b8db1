import { weaknessOf } from '../model/password.ts';
import { invalid } from '../model/problem.ts';
import * as accounts from '../store/agent-passwords.ts';
import * as signIns from '../store/sign-ins.ts';
import { audit } from './audit.ts';
import type { Caller } from './core.ts';
import { changeOnce, findOnce } from './idempotency.ts';
import { hashPassword, isPassword } from './passwords.ts';
import type { SignInContext, SignIns } from './sign-ins.ts';

/** Changing one's own password. */
export function makePasswords(ctx: SignInContext): Pick<SignIns, 'changePassword'> {
  return {
    async changePassword(caller, old, password) {
      const { businessId, agentCode } = await findOnce(async () => {
        const account = await assertOwnPassword(ctx, caller, old, 'old');
        assertStrong(password, account.email ?? undefined);
        return { businessId: account.businessId, agentCode: account.agentCode };
      });
      const hash = await hashPassword(password);
      await changeOnce(ctx, async (tx) => {
        await accounts.put(tx, businessId, agentCode, hash);
        await signIns.dropAll(tx, businessId, agentCode, caller.tokenId);
        await audit(tx, caller, [{ what: 'agent.passwordChanged', id: agentCode }]);
      });
    },
  };
}

/** The caller's account, when this is its password. Throws `invalid` on `field`. */
export async function assertOwnPassword(
  { db }: SignInContext,
  { businessId, agent }: Caller,
  password: string,
  field = 'password',
): Promise<accounts.Account> {
  const account = await accounts.find(db, businessId, agent!.code);
  if ((await isPassword(password, account?.passwordHash)) && account) return account;
  throw invalid(field, 'This is not your password', { code: 'WRONG_PASSWORD' });
}

/** Throws `invalid` for a password that could be guessed. */
export function assertStrong(password: string, email?: string): void {
  const weakness = weaknessOf(password, email);
  if (weakness !== undefined) throw invalid('password', weakness, { code: 'WEAK_PASSWORD' });
}
