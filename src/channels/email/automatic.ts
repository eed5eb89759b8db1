import type { MailAccount } from './account.ts';
import { markedIn } from './marks.ts';
import type { Mail } from './mime.ts';

/**
 * Why a mail was written by no person, or to many: such mails open no conversation and are never answered,
 * so that two machines do not write to each other for ever (RFC 3834). Undefined for all others.
 */
export function automaticReason(
  mail: Mail,
  { address, markSecret }: Pick<MailAccount, 'address' | 'markSecret'>,
): string | undefined {
  const from = mail.from?.address.toLowerCase() ?? '';
  if (mail.messageId && markedIn(mail.messageId, markSecret)) return 'it is one of ours that came back';
  if (from === address.toLowerCase()) return 'it is from this very address';
  const submitted = mail.header('auto-submitted')?.split(';')[0]?.trim().toLowerCase();
  if (submitted && submitted !== 'no') return `it was written by itself: Auto-Submitted ${submitted}`;
  const precedence = mail.header('precedence')?.trim().toLowerCase();
  if (precedence && /^(bulk|list|junk|auto_reply)$/.test(precedence))
    return `its precedence is ${precedence}`;
  const marked = ['x-autoreply', 'x-autorespond', 'x-auto-reply'].find((name) => isSaid(mail.header(name)));
  if (marked) return `it was written by itself: ${marked}`;
  const list = ['list-id', 'list-post', 'list-unsubscribe', 'list-help', 'list-archive', 'list-owner'].find(
    (name) => mail.header(name) !== undefined,
  );
  if (list) return `it was sent to many: ${list}`;
  if (mail.returnPath === '') return 'nobody wants an answer to it: its return path is empty';
  return /^(mailer-daemon|postmaster)@/.test(from) ? 'it is from a mail server' : undefined;
}

/** True when it is an automatic answer of a person's mailbox, such as that they are away. */
export function isAutoReply(mail: Mail): boolean {
  const submitted = mail.header('auto-submitted')?.split(';')[0]?.trim().toLowerCase();
  return (
    submitted === 'auto-replied' ||
    mail.header('precedence')?.trim().toLowerCase() === 'auto_reply' ||
    ['x-autoreply', 'x-autorespond', 'x-auto-reply'].some((name) => isSaid(mail.header(name)))
  );
}

function isSaid(value: string | undefined): boolean {
  return value !== undefined && !/^(no|false|0)?$/i.test(value.trim());
}
