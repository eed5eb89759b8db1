import { Trans, useLingui } from '@lingui/react/macro';
import { ApiError, call, keyedPatienceMs, newKey } from '../api/http.ts';
import type { ThreadMessage, ThreadPage } from '../api/message-types.ts';
import { signal, usePart } from '../store/signal.ts';
import { putMessages } from '../store/thread.ts';
import { complain } from '../ui/refusals.ts';
import css from './bubble.module.css';
import { failureTexts } from './failures.ts';

/** Why a message did not arrive, in words, with what can be done about it. */
export function FailureLine({ message, show }: { message: ThreadMessage; show(messageId: string): void }) {
  const { i18n } = useLingui();
  const { failure } = message;
  if (!failure) return null;
  const words = failureTexts[failure.class];
  return (
    <p className={css.failure}>
      <span dir="auto">
        {words ? i18n._(words) : failure.text}
        {failure.details && (
          <>
            {' '}
            <bdi className={css.details}>{failure.details}</bdi>
          </>
        )}
      </span>
      {(failure.mayRetry || message.retriedBy) && <Retry message={message} show={show} />}
      <CopyDetails of={{ message: message.id, ...failure }} />
    </p>
  );
}

/** Sends it anew, once: afterwards it says so, on every screen. */
function Retry({ message, show }: { message: ThreadMessage; show(messageId: string): void }) {
  const { id, sessionId, retriedBy } = message;
  const isBusy = usePart(busy, (all) => all.has(id));
  if (retriedBy)
    return (
      <span className={css.again} role="status">
        <Trans>Sent again</Trans>
        {retriedBy.sessionId === sessionId && (
          <button type="button" onClick={() => show(retriedBy.id)}>
            <Trans>Show it</Trans>
          </button>
        )}
      </span>
    );
  return (
    // Not disabled: it would lose the focus of who pressed it by the keys.
    <button type="button" aria-disabled={isBusy || undefined} onClick={() => void retry(message)}>
      {isBusy ? <Trans>Sending…</Trans> : <Trans>Try again</Trans>}
    </button>
  );
}

/** For who asks an operator why. */
export function CopyDetails({ of }: { of: object }) {
  return (
    <button type="button" onClick={() => void navigator.clipboard?.writeText(JSON.stringify(of, null, 2))}>
      <Trans>Copy details</Trans>
    </button>
  );
}

/** Those that are being sent anew. */
const busy = signal<ReadonlySet<string>>(new Set());
/** One key for each message that failed: a try whose answer was lost is not another message. */
const keys = new Map<string, string>();

async function retry(message: ThreadMessage): Promise<void> {
  const { id, sessionId } = message;
  if (busy.get().has(id)) return;
  busy.set((all) => new Set([...all, id]));
  const key = keys.get(id) ?? newKey();
  keys.set(id, key);
  try {
    const path = `/inbox/sessions/${sessionId}/messages/${id}/retry`;
    const sent = await call<ThreadMessage>('POST', path, { body: {}, key, patienceMs: keyedPatienceMs });
    keys.delete(id);
    putMessages(sessionId, [{ ...message, retriedBy: { id: sent.id, sessionId: sent.sessionId } }]);
    putMessages(sent.sessionId, [sent]);
  } catch (error) {
    if (!(error instanceof ApiError && error.passes)) keys.delete(id);
    if (error instanceof ApiError && error.code === 'RETRIED') await readAgain(message);
    complain(error);
  } finally {
    busy.set((all) => new Set([...all].filter((one) => one !== id)));
  }
}

/** Somebody else was faster: the line says so. */
async function readAgain({ id, sessionId }: ThreadMessage): Promise<void> {
  const page = await call<ThreadPage>('GET', `/inbox/sessions/${sessionId}/messages?around=${id}&limit=1`);
  putMessages(sessionId, page.items);
}
