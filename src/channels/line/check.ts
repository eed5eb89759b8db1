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
} from '../check.ts';
import { objectOf, type Raw, textOf } from '../json.ts';
import { base } from '../settings.ts';
import type { LineAccount } from './account.ts';
import { refusalOf } from './send.ts';

/** A token that ends so soon is told, days. */
const soonDays = 14;

/** Asks LINE whose token it is, where it calls, how long the token is good, and what is left of the month. */
export async function check(account: LineAccount, { call, webhookUrls }: CheckTools): Promise<Finding[]> {
  const ask = async (path: string, body?: URLSearchParams): Promise<Raw> => {
    const answer: CallResponse = await call({
      method: body ? 'POST' : 'GET',
      url: `${base(account.apiBase)}${path}`,
      headers: { authorization: `Bearer ${account.accessToken}` },
      ...(body && { body }),
    });
    if (answer.status !== 200) throw refusalOf(answer, account);
    return objectOf(answer.json());
  };
  const blame = { credentials: 'accessToken', address: 'apiBase' };
  const bot = await asked(blame, async () => botFindings(await ask('/v2/bot/info')));
  if (isWrong(bot)) return bot;
  const webhook = await asked({ ...blame, subject: 'webhookUrl' }, async () => hearing(ask, webhookUrls));
  const token = await askedBesides(async () => {
    const form = new URLSearchParams({ access_token: account.accessToken });
    return lifeFindings(Number(textOf((await ask('/v2/oauth/verify', form)).expires_in)));
  });
  const quota = await askedBesides(async () =>
    quotaFindings(await ask('/v2/bot/message/quota'), await ask('/v2/bot/message/quota/consumption')),
  );
  return [...bot, ...webhook, ...token, ...quota];
}

function botFindings({ displayName, basicId, chatMode }: Raw): Finding[] {
  const name = [textOf(displayName), textOf(basicId) && `(${textOf(basicId)})`].filter((one) => one);
  const findings = [well(`The access token is of the official account ${name.join(' ')}.`)];
  if (chatMode === 'chat')
    findings.push(
      notice(
        'The account is in chat mode: LINE may answer people in your name, and keep messages to itself.',
        {
          cure: 'In LINE’s Official Account Manager, under Response settings, switch to the webhook and switch off automatic answers.',
        },
      ),
    );
  return findings;
}

async function hearing(ask: (path: string) => Promise<Raw>, wanted: readonly string[]): Promise<Finding[]> {
  const at = 'in the console of LINE, under Messaging API, Webhook URL';
  // Where none was ever entered, LINE says that there is none: with 404.
  const told = await ask('/v2/bot/channel/webhook/endpoint').catch((error: unknown) => {
    if (codeOf(error) === '404') return {} as Raw;
    throw error;
  });
  const findings = webhookFindings(textOf(told.endpoint), wanted, at);
  if (told.active === false)
    findings.push(
      notice('LINE knows a webhook address, but does not use it: nothing comes in.', {
        field: 'webhookUrl',
        cure: 'Switch on “Use webhook” in the console of LINE, under Messaging API.',
      }),
    );
  return findings;
}

const codeOf = (error: unknown) => (error as { failure?: { code?: string } }).failure?.code;

/** The long-lived token has no end; others live for 30 days at most. */
function lifeFindings(seconds: number): Finding[] {
  const days = Math.floor(seconds / 86_400);
  if (!(days < soonDays)) return [];
  return [
    notice(`The access token ends in ${days === 1 ? '1 day' : `${days} days`}.`, {
      field: 'accessToken',
      cure: 'Enter the long-lived channel access token, which the console of LINE issues under Messaging API: it has no end.',
    }),
  ];
}

function quotaFindings({ type, value }: Raw, { totalUsage }: Raw): Finding[] {
  const [most, used] = [Number(textOf(value)), Number(textOf(totalUsage))];
  if (type !== 'limited' || !(most > 0) || !(used >= most)) return [];
  return [
    notice(`All ${most} messages of this month are used up: only answers go out.`, {
      class: 'QUOTA',
      cure: 'Take a larger plan in LINE’s Official Account Manager, or wait for the next month.',
    }),
  ];
}
