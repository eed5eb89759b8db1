import type { Mode, ThreadMessage } from '../api/message-types.ts';
import type { InboxSession } from '../api/types.ts';
import { draftOf } from '../store/drafts.ts';
import { names } from '../store/me.ts';
import { send } from '../store/outbox.ts';
import { takeReady } from './files.ts';

/** What becomes of the conversation once the message is there. */
export interface Afterwards {
  andThen?: 'resolve';
  snoozeUntil?: number;
}

interface ToSendAll extends Afterwards {
  session: InboxSession;
  mode: Mode;
  text: string;
  seen: string | undefined;
  replyTo: ThreadMessage | undefined;
  sendAt?: number;
}

/** Sends files first, the text as the caption of the last one that can carry it; false: there is nothing. */
export function sendAll({
  session,
  mode,
  text,
  seen,
  replyTo,
  sendAt,
  andThen,
  snoozeUntil,
}: ToSendAll): boolean {
  const said = text.trim();
  const files = mode === 'note' ? [] : takeReady(session.id);
  if (said === '' && files.length === 0) return false;
  const sessionId = session.id;
  const about = {
    ...(seen !== undefined && { seen }),
    ...(replyTo && { replyTo: replyTo.id }),
    ...(sendAt !== undefined && { sendAt }),
  };
  const draft = draftOf(sessionId, mode)?.version;
  // It goes with the message that carries its text.
  const was = { ...(said !== '' && draft !== undefined && { draft }) };
  const resolves = { ...(andThen && { andThen }) };
  const rests = { ...(snoozeUntil !== undefined && { snoozeUntil }) };
  const captioned = files.at(-1)?.type;
  const asCaption =
    said !== '' &&
    captioned !== undefined &&
    captioned !== 'voice' &&
    captioned !== 'audio' &&
    captioned !== 'sticker';
  files.forEach((file, i) => {
    const isLast = i === files.length - 1;
    const caption = isLast && asCaption ? { caption: said } : {};
    const ends = isLast && (asCaption || said === '');
    const { id, link = '', mime = file.mime } = file.stored;
    const media = { id, filename: file.name, mime, link, ...caption };
    send({
      sessionId,
      mode,
      compose: {
        content: { type: file.type, media },
        ...about,
        ...(isLast && asCaption && was),
        ...(ends && resolves),
      },
      ...(ends && rests),
    });
  });
  if (said !== '' && !asCaption) {
    const mentions = mode === 'note' ? mentionsIn(said) : [];
    send({
      sessionId,
      mode,
      compose: {
        content: { type: 'text', text: said },
        ...(mode === 'reply' && about),
        ...was,
        ...resolves,
      },
      mentions,
      ...rests,
    });
  }
  return true;
}

/** Codes of the colleagues that a note calls: `@ann`. What else begins with the sign is only text. */
function mentionsIn(text: string): string[] {
  const called = [...text.matchAll(/(?:^|[^\p{L}\p{N}@])@([\p{L}\p{N}_.-]+)/gu)].map(([, code]) =>
    // Of a code that ends a sentence.
    names().agent(code) ? code! : code!.replace(/[.-]+$/, ''),
  );
  return [...new Set(called)].filter((code) => names().agent(code));
}
