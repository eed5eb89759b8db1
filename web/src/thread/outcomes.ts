import { i18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { ThreadMessage } from '../api/message-types.ts';
import { go } from '../shell/go.ts';
import type { Outgoing } from '../store/db.ts';
import { draftOf } from '../store/drafts.ts';
import { me } from '../store/me.ts';
import { knownRow, onLost } from '../store/sessions.ts';
import { toast } from '../store/toasts.ts';
import { aloud, apart } from '../text/sentence.tsx';
import { alarm } from '../ui/spoken.tsx';
import { resolvedWithMessage, resolveSession, snoozeSession } from './deeds.ts';

const addressOf = (sessionId: string) => `/inbox/${sessionId}`;
const isOpen = (sessionId: string) => location.pathname === addressOf(sessionId);
const open = (sessionId: string) => go(addressOf(sessionId) + location.search);
const toOpen = (sessionId: string) => ({
  label: i18n._(msg`Open it`),
  run: () => open(sessionId),
  leads: true,
});

/** Does what was wished for the conversation, now that the server has the message. */
export async function afterSent({ mode, compose, snoozeUntil }: Outgoing, sessionId: string): Promise<void> {
  if (snoozeUntil !== undefined) await snoozeSession(sessionId, snoozeUntil);
  if (compose.andThen !== 'resolve') return;
  if (mode === 'note') await resolveSession(sessionId);
  else resolvedWithMessage(sessionId);
}

/** Leads to the conversation that an answer to one that was over began. Who is writing in that one is not taken away from it. */
export function ledOn({ sessionId }: Outgoing, to: ThreadMessage['sessionId']): void {
  const isWriting = !!draftOf(sessionId, 'reply')?.text || !!draftOf(sessionId, 'note')?.text;
  const leads = isOpen(sessionId) && !isWriting;
  if (leads) open(to);
  toast(
    i18n._(msg`The conversation was over: your answer has begun a new one.`),
    leads ? {} : { act: toOpen(to) },
  );
}

/** Of a conversation that is somebody else's by now. */
const goneCode = 'SESSION_NOT_FOUND';

const nameOf = (sessionId: string) => apart(knownRow(sessionId)?.contact.name ?? '');

/** To its writer, who may be elsewhere by now. What stands in the thread says the rest. */
function warn(sessionId: string, text: string): void {
  if (isOpen(sessionId)) alarm(aloud(text));
  else toast(text, { tone: 'error', act: toOpen(sessionId) });
}

/** Says that a message was refused, or waits until its writer has looked. */
export function tellRefused({ sessionId, mode, error }: Outgoing, isStale: boolean): void {
  const row = knownRow(sessionId);
  const name = nameOf(sessionId);
  const isGone = !row || error?.code === goneCode;
  const text = isGone
    ? i18n._(msg`What you wrote was not sent: the conversation is no longer yours to see.`)
    : isStale
      ? i18n._(msg`Your message to ${name} was not sent: they have written since.`)
      : mode === 'note'
        ? i18n._(msg`Your note about ${name} was not kept.`)
        : i18n._(msg`Your message to ${name} was not sent.`);
  warn(sessionId, text);
}

/** Says that a conversation is somebody else's while one has begun to write in it: the text is kept. */
function tellLost(sessionId: string): void {
  const isWriting = (['reply', 'note'] as const).some((mode) => draftOf(sessionId, mode)?.text);
  if (!isWriting || isOpen(sessionId)) return;
  toast(
    i18n._(msg`A conversation in which you had begun to write is no longer yours to see. Your text is kept.`),
    {
      tone: 'error',
      act: toOpen(sessionId),
    },
  );
}
onLost(tellLost);

/** Says that a message of one's own did not arrive. */
export function tellFailed({ sessionId, sender }: ThreadMessage): void {
  const name = nameOf(sessionId);
  if (sender?.type === 'AGENT' && sender.code === me()?.agent.code)
    warn(sessionId, i18n._(msg`Your message to ${name} did not arrive.`));
}
