import { asked, type Blame, type CheckTools, type Finding, notice, well, wrong } from '../check.ts';
import type { MailAccount } from './account.ts';
import { lookIntoMailbox } from './mailbox.ts';
import { logInToSend } from './smtp.ts';

/** Logs in where mails are handed in, and where they lie; hands nothing over, and changes nothing. */
export async function check(account: MailAccount, tools: CheckTools): Promise<Finding[]> {
  const { smtpHost, auth, inbound } = account;
  const out = await asked(blameOf(account, 'smtp'), async () => {
    await logInToSend(account, tools);
    return well(
      auth === 'none'
        ? `${smtpHost} lets us in without a login.`
        : `${smtpHost} takes the login for mails out.`,
    );
  });
  if (inbound === 'imap') return [...out, ...(await checkMailbox(account, tools))];
  return inbound === 'none' || account.webhookSecret ? out : [...out, noSecret()];
}

async function checkMailbox(account: MailAccount, tools: CheckTools): Promise<Finding[]> {
  return asked(blameOf(account, 'imap'), async () => {
    const missing = await lookIntoMailbox(account, tools);
    if (missing.includes(account.imapFolder))
      return wrong(`The mailbox has no folder “${account.imapFolder}”.`, {
        field: 'imapFolder',
        class: 'CONFIG',
        cure: 'Enter the name of a folder as the mail server spells it, with those above it.',
      });
    const found = well(`${account.imapHost} takes the login for mails in, and the folder is there.`);
    if (missing.length === 0) return found;
    const made = `The folder “${account.imapDoneFolder}” is not there yet: it is made when the channel connects.`;
    return [found, notice(made, { field: 'imapDoneFolder' })];
  });
}

function noSecret(): Finding {
  return wrong('Without a webhook secret every mail that is posted is refused.', {
    field: 'webhookSecret',
    class: 'CONFIG',
    cure: 'Enter the secret that your provider signs with, or that your program is to sign with.',
  });
}

/** The login may be one of its own, by password, or by OAuth with a token that is there or one that is fetched. */
function blameOf(account: MailAccount, of: 'smtp' | 'imap'): Blame {
  const { auth, imapPassword, refreshToken } = account;
  const byOAuth = auth === 'xoauth2' && (of === 'smtp' || imapPassword === undefined);
  const token = refreshToken === undefined ? 'accessToken' : 'refreshToken';
  const password = of === 'imap' && imapPassword !== undefined ? 'imapPassword' : 'password';
  return {
    credentials: byOAuth ? token : password,
    address: `${of}Host`,
    subject: `${of}Tls`,
  };
}
