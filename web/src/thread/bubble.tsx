import { Trans, useLingui } from '@lingui/react/macro';
import { Menu } from '@mantine/core';
import {
  IconArrowBackUp,
  IconCopy,
  IconDots,
  IconLock,
  IconRefresh,
  IconSearch,
  IconTrash,
} from '@tabler/icons-react';
import { memo } from 'react';
import { Link } from 'wouter';
import { ApiError, call, newKey } from '../api/http.ts';
import type { ThreadMessage } from '../api/types.ts';
import { stateWords, tickWords, typeWords } from '../list/words.ts';
import type { Outgoing } from '../store/db.ts';
import { useMe, useNames } from '../store/me.ts';
import { again, takeBack } from '../store/outbox.ts';
import { dropMessage, putMessages } from '../store/thread.ts';
import { toast } from '../store/toasts.ts';
import { clock, fullTime, moment } from '../theme/format.ts';
import { TraceId, useSentence } from '../ui/states.tsx';
import { Content } from './content.tsx';
import css from './thread.module.css';
import { TickMark } from './tick-mark.tsx';

interface BubbleProps {
  message: ThreadMessage;
  /** The first of several of one person. */
  leads: boolean;
  /** Name of the person. */
  person: string;
  lit: boolean;
  reply(message: ThreadMessage): void;
  show(messageId: string): void;
}

/** A message or a note. */
export const Bubble = memo(function Bubble({ message, leads, person, lit, reply, show }: BubbleProps) {
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
  const word = typeWords[content.type];
  const said = content.text || content.template?.body || (word ? i18n._(word) : '');
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
        tabIndex={-1}
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
      {failure && tick === 'failed' && <FailureLine message={message} />}
      <Acts message={message} reply={reply} text={said} />
    </div>
  );
});

/** Why a message did not arrive, in words, with what can be done about it. */
function FailureLine({ message }: { message: ThreadMessage }) {
  const { failure } = message;
  if (!failure) return null;
  return (
    <p className={css.failure}>
      <span dir="auto">{failure.text}</span>
      {failure.mayRetry && (
        <button type="button" onClick={() => void retry(message)}>
          <Trans>Try again</Trans>
        </button>
      )}
      <button
        type="button"
        onClick={() =>
          void navigator.clipboard?.writeText(JSON.stringify({ message: message.id, ...failure }, null, 2))
        }
      >
        <Trans>Copy details</Trans>
      </button>
    </p>
  );
}

async function retry({ sessionId, id }: ThreadMessage): Promise<void> {
  try {
    putMessages(sessionId, [
      await call<ThreadMessage>('POST', `/inbox/sessions/${sessionId}/messages/${id}/retry`, {
        body: {},
        key: newKey(),
      }),
    ]);
  } catch (error) {
    if (error instanceof ApiError)
      toast(error.message, { tone: 'error', ...(error.traceId && { traceId: error.traceId }) });
  }
}

function Acts({
  message,
  reply,
  text,
}: {
  message: ThreadMessage;
  reply(message: ThreadMessage): void;
  text: string;
}) {
  const { t } = useLingui();
  const { role } = useMe();
  const mayRemove = message.tick === 'scheduled' || message.tick === 'queued';
  const remove = async () => {
    await call('DELETE', `/inbox/sessions/${message.sessionId}/messages/${message.id}`);
    dropMessage(message.sessionId, message.id);
  };
  return (
    <span className={css.acts}>
      {message.direction !== 'N' && (
        <button
          type="button"
          className={css.act}
          aria-label={t`Reply to this message`}
          title={t`Reply to this message`}
          onClick={() => reply(message)}
          tabIndex={-1}
        >
          <IconArrowBackUp size={16} className="mirror" />
        </button>
      )}
      <Menu position="bottom" shadow="md">
        <Menu.Target>
          <button
            type="button"
            className={css.act}
            aria-label={t`More about this message`}
            title={t`More about this message`}
            tabIndex={-1}
          >
            <IconDots size={16} />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconCopy size={15} />}
            onClick={() => void navigator.clipboard?.writeText(text)}
          >
            <Trans>Copy the text</Trans>
          </Menu.Item>
          {mayRemove && (
            <Menu.Item
              leftSection={<IconTrash size={15} />}
              color="red"
              onClick={() => void remove().catch(() => {})}
            >
              <Trans>Cancel sending</Trans>
            </Menu.Item>
          )}
          {role !== 'agent' && message.direction !== 'N' && (
            <Menu.Item
              component={Link}
              href={`/console/look/why/${message.id}`}
              leftSection={<IconSearch size={15} />}
            >
              <Trans>Why?</Trans>
            </Menu.Item>
          )}
          <Times message={message} />
        </Menu.Dropdown>
      </Menu>
    </span>
  );
}

/** When the message reached each step. */
function Times({ message }: { message: ThreadMessage }) {
  const { i18n } = useLingui();
  const steps = Object.entries(message.ticks ?? {}).sort(([, a], [, b]) => a - b);
  return (
    <>
      {steps.length > 0 && <Menu.Divider />}
      {steps.map(([tick, at]) => (
        <Menu.Label key={tick} className={css.step ?? ''}>
          {i18n._(tickWords[tick as keyof typeof tickWords] ?? stateWords.any!)}{' '}
          <span className="numbers">{moment(at)}</span>
        </Menu.Label>
      ))}
    </>
  );
}

/** A message that the server does not have yet, or did not take. */
export function OutgoingBubble({ outgoing, edit }: { outgoing: Outgoing; edit(outgoing: Outgoing): void }) {
  const { t } = useLingui();
  const sentence = useSentence();
  const { key, mode, compose, state, at, error } = outgoing;
  const content = { type: 'text' as const, ...compose.content };
  const back = () => {
    const one = takeBack(key);
    if (one) edit(one);
  };
  return (
    <div className={css.line} data-side="end" data-note={mode === 'note' || undefined}>
      <article
        className={css.bubble}
        data-pending={state === 'queued' || state === 'sending' || undefined}
        data-failed={state === 'failed' || undefined}
        data-outgoing={state}
        aria-label={`${t`You`}: ${content.text ?? ''}`}
        tabIndex={-1}
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
        <p className={css.failure} role="alert">
          <span dir="auto">{sentence(new ApiError(400, error.code, error.message))}</span>
          <button type="button" onClick={() => again(key)}>
            <IconRefresh size={13} /> <Trans>Try again</Trans>
          </button>
          <button type="button" onClick={back}>
            <Trans>Edit</Trans>
          </button>
          {error.traceId && <TraceId id={error.traceId} />}
        </p>
      )}
      {state === 'stale' && (
        <p className={css.failure} role="alert">
          <Trans>The customer has written since. Read it, then decide.</Trans>
          <button type="button" onClick={() => again(key, true)}>
            <Trans>Send it as it is</Trans>
          </button>
          <button type="button" onClick={back}>
            <Trans>Edit</Trans>
          </button>
        </p>
      )}
    </div>
  );
}
