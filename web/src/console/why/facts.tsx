import { plural } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { Link } from 'wouter';
import { useNames } from '../../store/me.ts';
import { fullTime, languageName } from '../../theme/format.ts';
import { itemAt } from '../address.ts';
import type { App } from '../apps/app.ts';
import { useAll } from '../list/rows.ts';
import { useMay } from '../rights.ts';
import { Fact, Facts } from '../ui/fact.tsx';
import { Copy } from '../ui/once.tsx';
import ui from '../ui/page.module.css';
import { useParts } from './life.tsx';
import { type Message, messageAt, type Why } from './message.ts';

/** What is known of a message: who and whereto, of what it was made, and its ids. */
export function MessageFacts({ message, why }: { message: Message; why: Why }) {
  const { t } = useLingui();
  const names = useNames();
  const { channelId, sessionId, timestamp, replyId, direction, contactName } = message;
  return (
    <Facts>
      <Fact title={t`Customer`}>
        <bdi>{contactName}</bdi>
        <Link href={`/inbox/${sessionId}`}>
          <Trans>See the conversation</Trans>
        </Link>
      </Fact>
      <Fact title={t`Channel`}>
        <bdi>{names.channel(channelId)?.name || channelId}</bdi>
        <code dir="ltr">{channelId}</code>
      </Fact>
      {direction !== 'I' && <Writer message={message} />}
      <Fact title={direction === 'I' ? t`Written` : t`Accepted`}>{fullTime(timestamp)}</Fact>
      <Template message={message} />
      <Window message={message} why={why} />
      <Size why={why} />
      {replyId !== undefined && (
        <Fact title={t`Answer to`}>
          <Link href={messageAt(replyId)}>
            <Trans>See the message that it answers</Trans>
          </Link>
        </Fact>
      )}
      <Ids message={message} />
    </Facts>
  );
}

/** Who wrote it: an agent, or a program by one of its apps. */
function Writer({ message: { senderType, senderCode, appId } }: { message: Message }) {
  const { t } = useLingui();
  const names = useNames();
  const may = useMay();
  const apps = useAll<App>('/apps').items;
  const app = apps?.find(({ id }) => id === appId);
  const who =
    senderType === 'AGENT'
      ? names.agentName(senderCode)
      : (app?.name ?? senderCode ?? (senderType === 'BOT' ? t`Bot` : t`A program`));
  const kind = { AGENT: t`an agent`, BOT: t`a bot`, API: t`a program` }[senderType ?? 'API'];
  return (
    <Fact title={t`Written by`}>
      <bdi>{who}</bdi>
      <span className={ui.muted}>{kind}</span>
      {app && may('admin') && (
        <Link href={itemAt('developers', 'apps', app.code)}>
          <Trans>App</Trans> <bdi dir="ltr">{app.code}</bdi>
        </Link>
      )}
    </Fact>
  );
}

function Template({ message: { content } }: { message: Message }) {
  const { t } = useLingui();
  const may = useMay();
  const { template } = content;
  if (!template) return null;
  const { code, lang, bodyValues = [] } = template;
  return (
    <Fact title={t`Template`}>
      {may('admin') ? (
        <Link href={itemAt('set-up', 'templates', `${code}/${lang}`)}>
          <bdi dir="ltr">{code}</bdi>
        </Link>
      ) : (
        <bdi dir="ltr">{code}</bdi>
      )}
      <span className={ui.muted}>{languageName(lang)}</span>
      {bodyValues.length > 0 && (
        <span>
          <Trans>filled with:</Trans>{' '}
          {bodyValues.map((value, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: their places tell them apart
            <span key={i}>
              {i > 0 && ' · '}
              <bdi>{value}</bdi>
            </span>
          ))}
        </span>
      )}
    </Fact>
  );
}

/** How the care window of its channel stood to it. */
function Window({ message: { content, channelId, direction }, why }: { message: Message; why: Why }) {
  const { t } = useLingui();
  const hours = useNames().channel(channelId)?.windowHours;
  if (hours === undefined || direction !== 'O') return null;
  const isClosed = why.status === 'CCWIN' || why.failure?.class === 'OUTSIDE_WINDOW';
  return (
    <Fact title={t`Care window`}>
      {isClosed
        ? t`${plural(hours, { one: 'Closed: the customer had not written for more than # hour.', other: 'Closed: the customer had not written for more than # hours.' })}`
        : content.type === 'template'
          ? t`It needs none: templates go at any time.`
          : why.wait
            ? t`${plural(hours, { one: 'Looked at when it is sent: # hour since the customer last wrote.', other: 'Looked at when it is sent: # hours since the customer last wrote.' })}`
            : t`It was open when it was sent.`}
    </Fact>
  );
}

function Size({ why: { measure } }: { why: Why }) {
  const { t } = useLingui();
  const parts = useParts();
  if (!measure) return null;
  return (
    <Fact title={t`Size`}>
      {parts(measure.segments)} <bdi className={ui.muted}>{measure.encoding}</bdi>
    </Fact>
  );
}

function Ids({ message: { id, no, providerId, failure } }: { message: Message }) {
  const { t } = useLingui();
  return (
    <>
      <Fact title={t`Its id`}>
        <code dir="ltr">{id}</code>
        <Copy value={id} label={t`Copy its id`} />
        <bdi dir="ltr" className={ui.muted}>
          #{no}
        </bdi>
      </Fact>
      {providerId !== undefined && (
        <Fact title={t`The provider’s id`}>
          <code dir="ltr">{providerId}</code>
          <Copy value={providerId} label={t`Copy the provider’s id`} />
        </Fact>
      )}
      {failure?.traceId !== undefined && (
        <Fact title={t`For the provider’s support`}>
          <code dir="ltr">{failure.traceId}</code>
          <Copy value={failure.traceId} label={t`Copy the id for the provider’s support`} />
        </Fact>
      )}
    </>
  );
}
