import { holderOf } from '../model/address.ts';
import { Problem } from '../model/problem.ts';
import * as accounts from '../store/agent-passwords.ts';
import * as failures from '../store/sign-in-failures.ts';
import { auditFailedSignIn } from './audit.ts';
import { isPassword } from './passwords.ts';
import { openSignIn, type SignInContext, type SignInRequest, type SignIns } from './sign-ins.ts';
import { isCode } from './totp.ts';

/** In this time so many tries of one account, and of one address, ms. */
const windowMs = 15 * 60_000;
const mostOfAccount = 10;
const mostOfAddress = 100;

/** Signing in with e-mail address, password, and the code of a second device where one was set up. */
export function makeSigningIn(ctx: SignInContext): Pick<SignIns, 'signIn'> {
  return {
    async signIn(request) {
      const email = request.email.trim().toLowerCase();
      const keys = {
        account: ctx.seal.hash(`sign-in account ${email}`),
        address: ctx.seal.hash(`sign-in address ${holderOf(request.from?.address ?? '')}`),
      };
      await assertNotLocked(ctx, keys);
      const { account, tried } = await accountOf(ctx, email, request);
      if (!account) {
        await noteFailure(ctx, keys.account, tried, request, 'WRONG_SIGN_IN');
        throw wrong();
      }
      if (account.hasTotp && request.code === undefined) {
        // Nothing was guessed: the screen asks for the code next.
        await failures.forgive(ctx.db, keys.account, keys.address);
        throw new Problem('unauthorized', 'A code of your second device is needed', {
          field: 'code',
          code: 'CODE_REQUIRED',
        });
      }
      if (account.hasTotp && !(await isCode(ctx, account, request.code!))) {
        await noteFailure(ctx, keys.account, [account], request, 'WRONG_CODE');
        throw new Problem('unauthorized', 'This code is wrong, or was used before', {
          field: 'code',
          code: 'WRONG_CODE',
        });
      }
      await failures.forgive(ctx.db, keys.account, keys.address);
      return ctx.db.transaction((tx) => openSignIn(ctx, tx, account, request));
    },
  };
}

/** The audit log of each business that has such an account says so. Of no account as much is written and waited for. */
function noteFailure(
  { db }: SignInContext,
  key: Buffer,
  tried: readonly accounts.Account[],
  { from }: SignInRequest,
  reason: string,
): Promise<void> {
  return db.transaction(async (tx) => {
    await failures.note(tx, key);
    await auditFailedSignIn(tx, tried, from, reason);
  });
}

function wrong(): Problem {
  return new Problem('unauthorized', 'The e-mail address or the password is wrong', {
    code: 'WRONG_SIGN_IN',
  });
}

/**
 * The account whose password this is, and all that were looked at. Where there is none, one is looked at all the same:
 * it takes as long. Throws `conflict` where it is right in several businesses.
 */
async function accountOf(
  { db }: SignInContext,
  email: string,
  { password, business }: SignInRequest,
): Promise<{ account: accounts.Account | undefined; tried: accounts.Account[] }> {
  const found = await accounts.byEmail(db, email, business?.trim().toLowerCase());
  const right: accounts.Account[] = [];
  for (const one of found.length > 0 ? found : [undefined]) {
    if ((await isPassword(password, one?.passwordHash)) && one) right.push(one);
  }
  const domains = [...new Set(right.map(({ domain }) => domain))];
  if (domains.length > 1) {
    throw new Problem('conflict', 'You have an account in several businesses: name the one that you mean', {
      field: 'business',
      code: 'SEVERAL_BUSINESSES',
      possibleValues: domains,
    });
  }
  return { account: right[0], tried: found };
}

/** Refused alike for accounts that there are and that there are not, also with the right password. */
async function assertNotLocked(
  { db }: SignInContext,
  { account, address }: { account: Buffer; address: Buffer },
): Promise<void> {
  const counted = await failures.count(db, [account, address], windowMs);
  const over = counted.filter(
    ({ key, failures: many }) => many > (key.equals(account) ? mostOfAccount : mostOfAddress),
  );
  if (over.length === 0) return;
  throw new Problem('tooMany', 'Too many failed sign-ins: try again later', {
    code: 'LOCKED',
    retryAfterSeconds: Math.ceil(Math.max(...over.map(({ leftMs }) => leftMs)) / 1000) || 1,
  });
}
