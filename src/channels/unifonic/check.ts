import { SendFailure } from '../../model/failure.ts';
import { classOfStatus, safeFailure } from '../answer.ts';
import { asked, type CheckTools, type Finding, notice, well } from '../check.ts';
import { objectOf, textOf } from '../json.ts';
import { base } from '../settings.ts';
import type { Account } from './account.ts';
import { classOfCode } from './errors.ts';

/** Asks Unifonic for the balance of the application. */
export async function check(account: Account, { call }: CheckTools): Promise<Finding[]> {
  return asked({ credentials: 'apiKey', address: 'apiBase' }, async () => {
    const answer = await call({
      method: 'POST',
      url: `${base(account.apiBase)}/rest/Account/GetBalance`,
      headers: { accept: 'application/json' },
      body: new URLSearchParams({ AppSid: account.apiKey }),
    });
    const { success, message, errorCode, data } = objectOf(answer.json());
    const isGood = answer.status >= 200 && answer.status <= 299;
    const code = textOf(errorCode);
    const kind = code === undefined ? undefined : classOfCode(code);
    if (!isGood || String(success).toLowerCase() === 'false') {
      // With 200 it refuses nothing of this question but the application itself.
      const unlisted = isGood ? 'AUTH' : classOfStatus(answer.status);
      const text = textOf(message) ?? `The provider answered with status ${answer.status}.`;
      throw safeFailure(
        { class: kind === 'QUOTA' ? 'QUOTA' : unlisted, code: code ?? String(answer.status), text },
        [account.apiKey, account.webhookToken],
      );
    }
    const { Balance: balance, CurrencyCode: currency } = objectOf(data);
    if (textOf(balance) === undefined)
      throw new SendFailure({ class: 'UNAVAILABLE', text: 'Its answer is not one of Unifonic’s.' });
    return balanceFindings(Number(textOf(balance)), textOf(balance)!, textOf(currency) ?? '');
  });
}

function balanceFindings(value: number, told: string, currency: string): Finding[] {
  const findings = [well(`Unifonic takes the App SID. The balance is ${`${told} ${currency}`.trim()}.`)];
  if (value <= 0)
    findings.push(
      notice('The balance is used up: nothing will be sent.', {
        class: 'QUOTA',
        cure: 'Top it up in Unifonic’s console.',
      }),
    );
  return findings;
}
