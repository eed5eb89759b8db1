import { plural } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { Link } from 'wouter';
import { typeWords } from '../../list/words.ts';
import { useNames } from '../../store/me.ts';
import { fullTime } from '../../theme/format.ts';
import { Bones } from '../../ui/states.tsx';
import { asLeft, itemAt } from '../address.ts';
import { useFailureWords } from '../failures.ts';
import { useMay } from '../rights.ts';
import { Back } from '../ui/back.tsx';
import { Said } from '../ui/english.tsx';
import ui from '../ui/page.module.css';
import { Refused } from '../ui/refused.tsx';
import { MessageFacts } from './facts.tsx';
import { StatusMark } from './list.tsx';
import { lineOf, list, type Message, messageAt, useLife, type Wait, type Why } from './message.ts';
import { TimeLine } from './time-line.tsx';
import css from './why.module.css';
import { useStatusWords } from './words.ts';

/** The whole life of one message: where it stands and why, what is known of it, what happened. */
export function Life({ id }: { id: string }) {
  const { life, error, retry } = useLife(id);
  return (
    <div className={ui.page}>
      <Back href={asLeft(list)}>
        <Trans>All messages</Trans>
      </Back>
      {life ? (
        <>
          {error !== null && <Refused error={error} retry={retry} line />}
          <Head message={life.message} />
          <Standing message={life.message} why={life.why} />
          <MessageFacts message={life.message} why={life.why} />
          <TimeLine why={life.why} />
        </>
      ) : error ? (
        <Refused error={error} retry={retry} />
      ) : (
        <Bones count={8} shape="line" />
      )}
    </div>
  );
}

function Head({ message }: { message: Message }) {
  const { t, i18n } = useLingui();
  const { direction, contactName, content, mask } = message;
  const type = typeWords[content.type];
  const said = lineOf(message);
  return (
    <header className={`${ui.head} ${css.head}`}>
      <h1>
        {direction === 'I' ? (
          <Trans>
            Message from <bdi>{contactName}</bdi>
          </Trans>
        ) : (
          <Trans>
            Message to <bdi>{contactName}</bdi>
          </Trans>
        )}
      </h1>
      {said !== undefined && !mask ? (
        <blockquote dir="auto">{said}</blockquote>
      ) : (
        <p>{mask ? t`What it says is hidden.` : type ? i18n._(type) : content.type}</p>
      )}
    </header>
  );
}

/** Where it stands: in a word, in a sentence, what it waits for, and what went wrong with the cure. */
function Standing({ message, why }: { message: Message; why: Why }) {
  const { t } = useLingui();
  const { said, tone } = useStatusWords()(why.status);
  // Of one that has arrived after all, what failed before stands with its attempt.
  const failure = why.wait || tone === 'danger' || tone === 'warn' ? why.failure : undefined;
  const waitWords = useWaitWords();
  return (
    <section className={css.standing} aria-label={t`Where it stands`}>
      <p className={css.state} role="status">
        <StatusMark status={why.status} /> <span>{said}</span>
      </p>
      {why.wait && (
        <div className={ui.problem} data-kind="notice">
          <p className={ui.problemText}>{waitWords(why.wait)}</p>
          {why.wait.reason && (
            <p>
              <Said text={why.wait.reason} />
            </p>
          )}
          {why.wait.messageId && (
            <p>
              <Link href={messageAt(why.wait.messageId)}>
                <Trans>See why that one waits</Trans>
              </Link>
            </p>
          )}
          {(why.wait.for === 'channel' || why.wait.for === 'administrator') && (
            <ToChannel id={message.channelId} />
          )}
        </div>
      )}
      {failure && (
        <div className={ui.problem} data-kind={why.wait ? 'notice' : 'wrong'}>
          <Failed failure={failure} />
          {(failure.class === 'AUTH' || failure.class === 'CONFIG') && <ToChannel id={message.channelId} />}
        </div>
      )}
    </section>
  );
}

/** What failed in plain words, the cure, and what the provider said itself. */
export function Failed({ failure }: { failure: NonNullable<Why['failure']> }) {
  const { text, cure } = useFailureWords()(failure);
  return (
    <>
      <p className={ui.problemText}>{text}</p>
      <p>{cure}</p>
      {(failure.code !== undefined || failure.told) && (
        <p>
          <Trans>The provider says:</Trans>{' '}
          {failure.code !== undefined && <code dir="ltr">{failure.code}</code>}{' '}
          {failure.told && <Said text={failure.told} />}
        </p>
      )}
    </>
  );
}

function ToChannel({ id }: { id: string }) {
  const may = useMay();
  const name = useNames().channel(id)?.name || id;
  if (!may('admin')) return null;
  return (
    <p>
      <Link href={itemAt('set-up', 'channels', id)}>
        <Trans>
          To the channel <bdi>{name}</bdi>
        </Trans>
      </Link>
    </p>
  );
}

/** What a message waits for, in a sentence. */
function useWaitWords(): (wait: Wait) => string {
  const { t } = useLingui();
  return ({ for: what, until }) => {
    const time = until === undefined ? '' : fullTime(until);
    switch (what) {
      case 'time':
        return t`It waits for its time, ${time}.`;
      case 'answer':
        return t`It waits for the provider’s answer. It is being sent at this moment.`;
      case 'earlier':
        return t`It waits for an earlier message of its conversation: they go in their order.`;
      case 'channel':
        return t`It waits for its channel, which is switched off or gone.`;
      case 'administrator':
        return t`It waits for an administrator: its channel needs attention.`;
      case 'pause':
        return t`It waits for its channel: the provider asked for a pause until ${time}.`;
      case 'attempt':
        return t`It waits for its next attempt, ${time}.`;
      default:
        return t`It waits for its turn: the channel sends no faster than it may.`;
    }
  };
}

/** In how many parts it goes. */
export function useParts(): (segments: number) => string {
  const { t } = useLingui();
  return (segments) => t`${plural(segments, { one: '# part', other: '# parts' })}`;
}
