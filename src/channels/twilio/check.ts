import type { CallResponse } from '../channel.ts';
import {
  asked,
  askedBesides,
  type CheckTools,
  type Finding,
  isWrong,
  notice,
  webhookFindings,
  well,
  wrong,
} from '../check.ts';
import { listOf, objectOf, type Raw, textOf } from '../json.ts';
import { atBase, base } from '../settings.ts';
import type { Account } from './account.ts';
import { refusalOf } from './errors.ts';
import { authorization } from './send.ts';

/** Asks Twilio for the account, and for the number that messages come from. */
export async function check(account: Account, tools: CheckTools): Promise<Finding[]> {
  const { accountSid, authToken, apiKeySid, apiKeySecret, apiBase } = account;
  const resource = `${base(apiBase)}/2010-04-01/Accounts/${accountSid}`;
  const ask = async (url: string, by: Account): Promise<Raw> => {
    const headers = { authorization: authorization(by) };
    const answer: CallResponse = await tools.call({ method: 'GET', url, headers });
    if (answer.status !== 200) throw refusalOf(answer, account);
    return objectOf(answer.json());
  };
  // An API key may not ask for the account, and says nothing of the auth token.
  const { apiKeySid: _, apiKeySecret: __, ...byToken } = account;
  const blame = { address: 'apiBase', subject: 'accountSid' };
  const own = await asked({ ...blame, credentials: 'authToken' }, async () =>
    accountFindings(await ask(`${resource}.json`, byToken)),
  );
  if (isWrong(own)) return own;
  const key = await asked({ ...blame, credentials: 'apiKeySecret' }, async () => {
    if (!apiKeySid && !apiKeySecret) return [];
    if (!apiKeySid || !apiKeySecret) return halfKey(apiKeySid ? 'apiKeySecret' : 'apiKeySid');
    await ask(`${resource}/Messages.json?PageSize=1`, account);
    return [well('Twilio takes the API key.')];
  });
  const number = await askedBesides(async () => {
    const sender = senderOf(account, tools.lane);
    if (sender === undefined) return [];
    const query = new URLSearchParams({ PhoneNumber: sender, PageSize: '1' });
    const found = await ask(`${resource}/IncomingPhoneNumbers.json?${query}`, { ...byToken, authToken });
    return numberFindings(objectOf(listOf(found.incoming_phone_numbers)[0]), sender, account, tools);
  });
  return [...own, ...key, ...number];
}

function accountFindings({ status, type, friendly_name }: Raw): Finding[] {
  const name = textOf(friendly_name);
  if (status === 'suspended' || status === 'closed')
    return [
      wrong(`Twilio says that the account is ${status}.`, {
        field: 'accountSid',
        class: 'CONFIG',
        cure: 'Look at Twilio’s console for what it wants of you, such as a payment or an answer.',
      }),
    ];
  const findings = [well(`Twilio takes the auth token of the account${name ? ` “${name}”` : ''}.`)];
  if (type === 'Trial')
    findings.push(
      notice('It is a trial account: messages go to numbers alone that you verified at Twilio.', {
        cure: 'Upgrade the account in Twilio’s console when you are ready.',
      }),
    );
  return findings;
}

function halfKey(field: 'apiKeySid' | 'apiKeySecret'): Finding[] {
  return [
    notice('Of the API key one half is missing, so that the auth token is used.', {
      field,
      cure: 'Enter the other half, or take this one away.',
    }),
  ];
}

/** The number of the account that messages come from; undefined for short codes, names, and senders of a service. */
function senderOf({ from, messagingServiceSid }: Account, lane: string): string | undefined {
  const sender = from ?? (messagingServiceSid ? undefined : lane);
  return sender !== undefined && /^\+?\d{7,20}$/.test(sender) ? `+${sender.replace('+', '')}` : undefined;
}

function numberFindings(
  told: Raw,
  sender: string,
  { mms, publicBase, messagingServiceSid }: Account,
  { webhookUrls }: CheckTools,
): Finding[] {
  if (textOf(told.phone_number) === undefined)
    return [
      notice(`The account has no number ${sender}.`, {
        field: 'from',
        cure: 'Enter a number of this account, or nothing where the lane is one.',
      }),
    ];
  const can = objectOf(told.capabilities);
  const findings: Finding[] = [];
  if (can.sms === false)
    findings.push(
      wrong(`The number ${sender} cannot send SMS.`, {
        field: 'from',
        class: 'CONFIG',
        cure: 'Buy a number with SMS in Twilio’s console, and enter it here.',
      }),
    );
  if (mms && can.mms === false)
    findings.push(
      notice(`The number ${sender} cannot send MMS: files are refused.`, {
        field: 'mms',
        cure: 'Switch MMS off, so that files go as links.',
      }),
    );
  // A messaging service has a webhook of its own, which Twilio does not tell here.
  if (messagingServiceSid) return findings;
  const wanted = webhookUrls.map((url) => (publicBase ? atBase(publicBase, url) : url));
  const at = `in Twilio’s console, at the number ${sender}, under “A message comes in”, with HTTP POST`;
  return [...findings, ...webhookFindings(textOf(told.sms_url), wanted, at)];
}
