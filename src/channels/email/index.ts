import type { TObject } from 'typebox';
import type { Content } from '../../model/message.ts';
import { invalid } from '../../model/problem.ts';
import type { Channel, Lane, Received, WebhookRequest } from '../channel.ts';
import { WebhookRefused } from '../channel.ts';
import { sendsOverConnection } from '../connection.ts';
import { gmailAccount, type MailAccount, mailAccount } from './account.ts';
import { carries } from './capabilities.ts';
import { check } from './check.ts';
import { isShowable, safeHtml, textOfHtml } from './html.ts';
import { imap } from './imap.ts';
import { unsubscribed } from './marks.ts';
import { receivedOf } from './received.ts';
import { smtp } from './smtp.ts';
import { postedMail } from './webhook.ts';

/** Larger requests are refused: a mail of 40 MB is one of 30 MB of files. */
const maxBodyBytes = 40 * 1024 * 1024;

function mailChannel<Account extends TObject>(
  type: string,
  name: string,
  about: string,
  account: Account,
): Channel {
  return {
    types: [type],
    contactType: 'EMAIL',
    name,
    about,
    account,
    carries,
    maxBodyBytes,
    receive: (request, given, lane) => receive(request, given as MailAccount, lane),
    webhook: {
      how: 'entered',
      hint: 'At Mailgun, SendGrid or Postmark, for inbound mail, or in your own program; not where mails are read out of the mailbox (imap).',
      with: ['webhookSecret'],
    },
    check: (given, tools) => check(given as MailAccount, tools),
    connections: [smtp, imap],
    sendsFiles: true,
    letter,
    send: sendsOverConnection,
  };
}

/** Mail: handed in by SMTP, and read out of its mailbox by IMAP or posted to us by whoever takes it in. */
export const email = mailChannel(
  'email',
  'E-mail',
  'E-mail: out by SMTP, in by IMAP or by webhook.',
  mailAccount,
);

/** A mailbox at Google: the same, with Google’s hosts and OAuth. */
export const gmail = mailChannel('gmail', 'E-mail at Google', 'E-mail of a Google account.', gmailAccount);

/** HTML as it is stored, shown and sent, and the text that says the same for programs that show no HTML. */
function letter(content: Content): Content {
  const { html: given, ...rest } = content;
  if (given === undefined) return content;
  if (!isShowable(given)) throw invalid('html', 'The HTML has too many tags', { code: 'TOO_LONG' });
  const html = safeHtml(given);
  return { ...rest, ...(html && { html }), text: rest.text || textOfHtml(html) };
}

async function receive(request: WebhookRequest, account: MailAccount, lane: Lane): Promise<Received> {
  const { unsubscribe } = request.query;
  if (unsubscribe !== undefined) return optOut(request, unsubscribe, account, lane.now);
  return receivedOf(await postedMail(request, account, lane.now), account, lane.now);
}

/**
 * One click of a mail program (RFC 8058): a POST that says so. The address is what vouches for it: nobody
 * but who was written to knows it.
 */
function optOut({ body }: WebhookRequest, token: string, { markSecret }: MailAccount, now: number): Received {
  const csid = unsubscribed(token, markSecret);
  if (csid === undefined) throw new WebhookRefused('wrong unsubscribe address', 403);
  if (!/\bList-Unsubscribe=One-Click\b/i.test(body.subarray(0, 4096).toString('latin1')))
    throw new WebhookRefused('this is no click', 400);
  return {
    messages: [],
    receipts: [],
    events: [{ kind: 'optout', csid, timestamp: now }],
    ignored: [],
  };
}
