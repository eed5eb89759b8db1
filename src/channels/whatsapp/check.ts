import type { CallResponse } from '../channel.ts';
import {
  asked,
  askedBesides,
  type CheckTools,
  type Finding,
  isWrong,
  laneFindings,
  notice,
  webhookFindings,
  well,
} from '../check.ts';
import { appSecretFindings, graphThing } from '../graph.ts';
import { objectOf, type Raw, textOf } from '../json.ts';
import { base } from '../settings.ts';
import type { CloudAccount, DialogAccount } from './account.ts';
import { cloudEndpoint, dialogEndpoint, refusalOf } from './endpoint.ts';

/** Asks Meta for the number: whose it is, how it stands, and whether the secret is the one of its app. */
export async function checkCloud(
  account: CloudAccount,
  { call, lane, webhookUrls }: CheckTools,
): Promise<Finding[]> {
  const endpoint = cloudEndpoint(account);
  const { headers } = endpoint;
  const question = {
    url: `${base(account.apiBase)}/${account.version}/${account.phoneNumberId}`,
    headers,
    call,
    refusal: (answer: CallResponse) => refusalOf(answer, endpoint),
  };
  const thing = (fields: string) => graphThing({ ...question, url: `${question.url}?fields=${fields}` });
  const blame = { credentials: 'accessToken', address: 'apiBase', subject: 'phoneNumberId' };
  const number = await asked(blame, async () =>
    numberFindings(await thing('display_phone_number,verified_name,quality_rating'), lane),
  );
  if (isWrong(number)) return number;
  const webhook = await askedBesides(async () => {
    const { webhook_configuration: told } = await thing('webhook_configuration');
    const { phone_number, whatsapp_business_account, application } = objectOf(told);
    const known = textOf(phone_number) ?? textOf(whatsapp_business_account) ?? textOf(application);
    return webhookFindings(known, webhookUrls, 'at Meta: your app, WhatsApp, Configuration');
  });
  return [...number, ...(await appSecretFindings(question, account)), ...webhook];
}

function numberFindings(told: Raw, lane: string): Finding[] {
  const [number, name] = [textOf(told.display_phone_number), textOf(told.verified_name)];
  const who = [number, name && `of “${name}”`].filter((part) => part).join(' ');
  const findings = [well(`Meta knows the number ${who}`.trim().concat('.'))];
  if (told.quality_rating === 'RED')
    findings.push(
      notice('Meta rates the quality of this number as low, and may let it write to fewer people.', {
        cure: 'Write only to people who asked for it, and less often; the rating rises again after some days.',
      }),
    );
  return [...findings, ...laneFindings(lane, number, 'phoneNumberId')];
}

/** Asks 360dialog for the webhook of the number, which tells of the key, too. */
export async function checkDialog(
  account: DialogAccount,
  { call, webhookUrls }: CheckTools,
): Promise<Finding[]> {
  const endpoint = dialogEndpoint(account);
  const url = `${base(account.apiBase)}/v1/configs/webhook`;
  return asked({ credentials: 'apiKey', address: 'apiBase' }, async () => {
    const answer = await call({ method: 'GET', url, headers: endpoint.headers });
    // Where there is none yet, the key is good all the same.
    const isNone = answer.status === 404;
    if (!isNone && (answer.status < 200 || answer.status > 299)) throw refusalOf(answer, endpoint);
    const told = isNone ? {} : objectOf(answer.json());
    const where = 'at 360dialog, with the webhook secret in its header';
    return [
      well('360dialog takes the API key.'),
      ...webhookFindings(textOf(told.url), webhookUrls, where),
      ...(webhookUrls.includes(textOf(told.url) ?? '')
        ? headerFindings(objectOf(told.headers), account)
        : []),
    ];
  });
}

/** The header that vouches for what comes in, as 360dialog has it. */
function headerFindings(headers: Raw, { webhookHeader, webhookSecret }: DialogAccount): Finding[] {
  const entry = Object.entries(headers).find(([name]) => name.toLowerCase() === webhookHeader.toLowerCase());
  // Some answers leave the headers out.
  if (Object.keys(headers).length === 0 || textOf(entry?.[1]) === webhookSecret) return [];
  return [
    notice(`360dialog does not send the webhook secret in the header ${webhookHeader}: nothing comes in.`, {
      field: 'webhookSecret',
      cure: 'Set the webhook at 360dialog once more, with this header and this secret.',
    }),
  ];
}
