import { i18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { focusComposer } from '../shell/ui-state.ts';
import type { Outgoing } from '../store/db.ts';
import { addToDraft } from '../store/drafts.ts';
import { quote } from '../store/quoted.ts';
import { messageIn } from '../store/thread.ts';
import { toast } from '../store/toasts.ts';
import { moment } from '../theme/format.ts';
import { giveBack } from './files.ts';

/** Puts a message that was taken back where it can be written anew: beside what is typed there by now. */
export function writeAnew({ sessionId, mode, compose }: Outgoing): void {
  const { content, replyTo, sendAt } = compose;
  addToDraft(sessionId, mode, content?.text ?? content?.media?.caption ?? '');
  if (content) giveBack(sessionId, content);
  const answered = replyTo === undefined ? undefined : messageIn(sessionId, replyTo);
  if (answered) quote(sessionId, answered);
  if (sendAt !== undefined) {
    const when = moment(sendAt);
    toast(i18n._(msg`It was to be sent at ${when}: choose the time again.`));
  }
  focusComposer.set({ mode, at: Date.now() });
}
