import type { CallResponse } from '../channel.ts';
import { asked, askedBesides, type CheckTools, type Finding, isWrong, notice, well } from '../check.ts';
import { objectOf, textOf } from '../json.ts';
import { base } from '../settings.ts';
import { type Account, accountBaseOf } from './account.ts';
import { refusalOf } from './errors.ts';
import { authorization } from './tokens.ts';

/** Vonage's status for a message that lacks its parts: it has let us in by then. */
const incomplete = new Set([400, 422]);

/** Hands in a message to nobody, which Vonage refuses only after it let us in; and asks for the balance. */
export async function check(account: Account, { call }: CheckTools): Promise<Finding[]> {
  const { applicationId, privateKey, apiKey, apiSecret, apiBase } = account;
  const byKey = !(applicationId && privateKey);
  const blame = { credentials: byKey ? 'apiSecret' : 'privateKey', address: 'apiBase' };
  const entry = await asked(blame, async () => {
    const answer: CallResponse = await call({
      method: 'POST',
      url: `${base(apiBase)}/v1/messages`,
      headers: { authorization: authorization(account, Date.now()), accept: 'application/json' },
      body: { channel: 'sms', message_type: 'text' },
    });
    if (!incomplete.has(answer.status)) throw refusalOf(answer, account);
    return well(`Vonage takes ${byKey ? 'the API key' : 'the key of the application'}.`);
  });
  if (isWrong(entry) || !apiKey || !apiSecret) return entry;
  const balance = await askedBesides(async () => {
    const basic = Buffer.from(`${apiKey}:${apiSecret}`).toString('base64');
    const url = `${base(accountBaseOf(account))}/account/get-balance`;
    const answer = await call({ method: 'GET', url, headers: { authorization: `Basic ${basic}` } });
    if (answer.status !== 200) throw refusalOf(answer, account);
    const { value, autoReload } = objectOf(answer.json());
    return balanceFindings(Number(textOf(value)), autoReload === true);
  });
  return [...entry, ...balance];
}

function balanceFindings(value: number, reloads: boolean): Finding[] {
  if (!Number.isFinite(value)) return [];
  if (value > 0 || reloads) return [well(`The balance is ${value.toFixed(2)} EUR.`)];
  return [
    notice('The balance is used up: nothing will be sent.', {
      class: 'QUOTA',
      cure: 'Top it up in Vonage’s dashboard, or switch on that it is filled by itself.',
    }),
  ];
}
