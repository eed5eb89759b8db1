import { Trans, useLingui } from '@lingui/react/macro';
import { IconLock, IconRefresh } from '@tabler/icons-react';
import { memo } from 'react';
import { ApiError } from '../api/http.ts';
import type { ThreadMessage } from '../api/message-types.ts';
import { saidIn, tickWords, typeWords } from '../list/words.ts';
import type { Outgoing } from '../store/db.ts';
import { useMe, useNames } from '../store/me.ts';
import { again, putBack, takeBack } from '../store/outbox.ts';
import { toast } from '../store/toasts.ts';
import { Sentence } from '../text/sentence.tsx';
import { clock, fullTime, moment } from '../theme/format.ts';
import { TraceId, useSentence } from '../ui/states.tsx';
import css from './bubble.module.css';
import { Content } from './content.tsx';
import { CopyDetails, FailureLine } from './failure-line.tsx';
import { TickMark } from './tick-mark.tsx';

interface BubbleProps {
  message: ThreadMessage;
  /** The first of several of one person. */
  leads: boolean;
  /** Name of the person. */
  person: string;
  lit: boolean;
  /** Tab leads to this one. */
  stop: boolean;
  reply(message: ThreadMessage): void;
  /** Opens the menu of the message, at the button that was pressed. */
  more(message: ThreadMessage, at: HTMLElement): void;
  show(messageId: string): void;
}

/** A message or a note. */
export const Bubble = memo(function Bubble(props: BubbleProps) {
  const { message, leads, person, lit, stop, reply, more, show } = props;
  const { t, i18n } = useLingui();
  const names = useNames();
  const mine = useMe().agent.code;
  const { direction, sender, content, tick, failure } = message;
  const isNote = direction === 'N';
  const isBot = sender?.type === 'BOT';
  const who =
    direction === 'I'
      ? person
      : sender?.code === mine
        ? t`You`
        : names.agentName(sender?.code) || (isBot ? t`Bot` : t`System`);
  const said = saidIn(message, i18n);
  const spoken = tick
    ? `${who}: ${said}. ${clock(message.at)}. ${i18n._(tickWords[tick])}`
    : `${who}: ${said}. ${clock(message.at)}`;
  return (
    <div
      className={css.line}
      data-side={direction === 'I' ? 'start' : 'end'}
      data-note={isNote || undefined}
      data-leads={leads || undefined}
    >
      <article
        className={css.bubble}
        data-failed={tick === 'failed' || undefined}
        data-lit={lit || undefined}
        aria-label={isNote ? t`Note. ${spoken}` : spoken}
        tabIndex={stop ? 0 : -1}
        data-message={message.id}
      >
        {isNote ? (
          <p className={css.noteHead}>
            <IconLock size={13} /> <Trans>Note</Trans> · <bdi>{who}</bdi>
          </p>
        ) : (
          leads &&
          direction === 'O' &&
          sender?.code !== mine && (
            <p className={css.author}>
              <bdi>{who}</bdi>
            </p>
          )
        )}
        {message.replyTo && (
          <button
            type="button"
            className={css.quote}
            onClick={() => message.replyTo?.id && show(message.replyTo.id)}
          >
            <b>{message.replyTo.direction === 'I' ? <bdi>{person}</bdi> : <Trans>Your team</Trans>}</b>
            <span className="one-line" dir="auto">
              {message.replyTo.text ||
                i18n._(typeWords[message.replyTo.type ?? ''] ?? typeWords.unsupported!)}
            </span>
          </button>
        )}
        <Content content={content} masked={message.mask} />
        <p className={css.foot}>
          {message.sendAt && tick === 'scheduled' && <span>{moment(message.sendAt)}</span>}
          <time
            className="numbers"
            dateTime={new Date(message.at).toISOString()}
            title={fullTime(message.at)}
          >
            {clock(message.at)}
          </time>
          {tick && <TickMark tick={tick} />}
        </p>
      </article>
      {failure && tick === 'failed' && <FailureLine message={message} show={show} />}
      <Acts message={message} reply={reply} more={more} />
    </div>
  );
});

/**
 * What can be done with one message; what else opens one menu for the whole thread. Their icons are of the style sheet, and
 * there while one points at the message: each as elements of its own made a third of what a message costs.
 */
function Acts({ message, reply, more }: Pick<BubbleProps, 'message' | 'reply' | 'more'>) {
  const { t } = useLingui();
  return (
    <span className={css.acts}>
      {message.direction !== 'N' && (
        <button
          type="button"
          className={css.act}
          data-act="reply"
          aria-label={t`Reply to this message`}
          title={t`Reply to this message`}
          onClick={() => reply(message)}
          tabIndex={-1}
        />
      )}
      <button
        type="button"
        className={css.act}
        data-act="more"
        aria-label={t`More about this message`}
        title={t`More about this message`}
        aria-haspopup="menu"
        aria-expanded={false}
        onClick={(event) => more(message, event.currentTarget)}
        tabIndex={-1}
      />
    </span>
  );
}

interface OutgoingProps {
  outgoing: Outgoing;
  stop: boolean;
  edit(outgoing: Outgoing): void;
}

/** A message that the server does not have yet, or did not take. */
export function OutgoingBubble({ outgoing, stop, edit }: OutgoingProps) {
  const { t, i18n } = useLingui();
  const sentence = useSentence();
  const { key, mode, compose, state, at, error } = outgoing;
  const content = { type: 'text' as const, ...compose.content };
  const back = () => {
    const one = takeBack(key);
    if (one) edit(one);
  };
  const discard = () => {
    const one = takeBack(key);
    if (one) toast(t`Discarded`, { act: { label: t`Undo`, run: () => putBack(one) } });
  };
  // What was chosen for a template is not text that could be written anew.
  const ways = (
    <>
      {!compose.template && (
        <button type="button" onClick={back}>
          <Trans>Edit</Trans>
        </button>
      )}
      <button type="button" onClick={discard}>
        <Trans>Discard</Trans>
      </button>
    </>
  );
  return (
    <div className={css.line} data-side="end" data-note={mode === 'note' || undefined}>
      <article
        className={css.bubble}
        data-pending={state === 'queued' || state === 'sending' || undefined}
        data-failed={state === 'failed' || undefined}
        data-outgoing={state}
        aria-label={`${t`You`}: ${compose.template?.code ?? saidIn({ content }, i18n)}`}
        tabIndex={stop ? 0 : -1}
      >
        {mode === 'note' && (
          <p className={css.noteHead}>
            <IconLock size={13} /> <Trans>Note</Trans>
          </p>
        )}
        {compose.template && (
          <p className={css.author}>
            <Trans>Template</Trans> <bdi dir="ltr">{compose.template.code}</bdi>
          </p>
        )}
        <Content content={content} />
        <p className={css.foot}>
          <time className="numbers">{clock(at)}</time>
          <TickMark tick={state === 'failed' ? 'failed' : state === 'sending' ? 'sending' : 'queued'} />
        </p>
      </article>
      {state === 'failed' && error && (
        <p className={css.failure}>
          <span dir="auto">
            <Sentence text={sentence(new ApiError(400, error.code, error.message))} />
          </span>
          <button type="button" onClick={() => again(key)}>
            <IconRefresh size={13} /> <Trans>Try again</Trans>
          </button>
          {ways}
          <CopyDetails of={{ key, session: outgoing.sessionId, at, ...error }} />
          {error.traceId && <TraceId id={error.traceId} />}
        </p>
      )}
      {state === 'stale' && (
        <p className={css.failure}>
          <Trans>The customer has written since. Read it, then decide.</Trans>
          <button type="button" onClick={() => again(key, true)}>
            <Trans>Send it as it is</Trans>
          </button>
          {ways}
        </p>
      )}
    </div>
  );
}
