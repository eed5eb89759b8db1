import {
  asked,
  type CheckTools,
  type Finding,
  isWrong,
  laneFindings,
  notice,
  well,
  wrong,
} from '../check.ts';
import { objectOf, type Raw, textOf } from '../json.ts';
import type { TelegramAccount } from './account.ts';
import { resultOf } from './bot.ts';

/** What Telegram could not deliver is told, where it is not older, ms. */
const recentMs = 24 * 3_600_000;

/** Asks Telegram whose token it is, and whom it calls. */
export async function check(
  account: TelegramAccount,
  { call, lane, webhookUrls }: CheckTools,
): Promise<Finding[]> {
  const blame = { credentials: 'botToken', address: 'apiBase' };
  const ask = async (method: string) => objectOf(await resultOf(account, { method, params: {} }, call));
  const bot = await asked(blame, async () => botFindings(await ask('getMe'), account, lane));
  if (isWrong(bot)) return bot;
  const hearing = await asked(blame, async () =>
    webhookFindings(await ask('getWebhookInfo'), account, webhookUrls),
  );
  return [...bot, ...hearing];
}

function botFindings(told: Raw, { groups }: TelegramAccount, lane: string): Finding[] {
  const username = textOf(told.username);
  const findings = [well(`The token is of the bot @${username ?? textOf(told.id) ?? '?'}.`)];
  if (groups && told.can_read_all_group_messages === false)
    findings.push(
      notice('In groups the bot hears commands and answers to itself alone.', {
        field: 'groups',
        cure: 'Write /setprivacy to @BotFather, choose the bot, and Disable; then add it to the groups anew.',
      }),
    );
  return [...findings, ...laneFindings(lane, username && `@${username}`, 'botToken')];
}

function webhookFindings(told: Raw, { mode }: TelegramAccount, wanted: readonly string[]): Finding[] {
  const url = textOf(told.url);
  if (mode === 'polling') {
    if (url === undefined) return [well('Telegram keeps what people write until it is asked for.')];
    return [
      notice(
        'Telegram calls an address that somebody set for this bot. The channel takes it away when it connects.',
        {
          field: 'mode',
          cure: 'If another program uses this bot, stop it: two cannot share one.',
        },
      ),
    ];
  }
  // The channel tells Telegram the address by itself, as soon as it is saved.
  if (wanted.length === 0) return [];
  if (url === undefined || !wanted.includes(url))
    return [
      notice('Telegram does not call this channel yet.', {
        field: 'mode',
        cure: 'The channel tells Telegram its address when it connects: test again in a minute. If it stays so, another program uses this bot.',
      }),
    ];
  return [well('Telegram calls this channel.'), ...lastFault(told)];
}

function lastFault(told: Raw): Finding[] {
  const at = Number(textOf(told.last_error_date)) * 1000;
  const said = textOf(told.last_error_message);
  if (said === undefined || !(Date.now() - at < recentMs)) return [];
  return [
    wrong('Telegram could not call this channel within the last day.', {
      field: 'mode',
      class: 'CONFIG',
      said,
      cure: 'Make PUBLIC_URL an https address that the world reaches, on port 443, 80, 88 or 8443; or let the channel ask Telegram (polling).',
    }),
  ];
}
