import { Trans, useLingui } from '@lingui/react/macro';
import { IconAt, IconCheck, IconLock, IconMoonStars } from '@tabler/icons-react';
import { memo } from 'react';
import type { InboxSession } from '../api/types.ts';
import { presence } from '../live/state.ts';
import { useMe, useNames } from '../store/me.ts';
import { isStuck, outbox } from '../store/outbox.ts';
import { usePart } from '../store/signal.ts';
import { Upright } from '../text/linked.tsx';
import { duration, number, shortTime, soonTime } from '../theme/format.ts';
import { TickMark } from '../thread/tick-mark.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { useNow } from '../ui/now.ts';
import { ChannelBadge } from './channel-icon.tsx';
import css from './row.module.css';
import { typeWords } from './words.ts';

interface RowProps {
  row: InboxSession;
  selected: boolean;
  checked: boolean;
}

/** What a list shows of a conversation: plain elements, since there are thousands. */
export const Row = memo(function Row({ row, selected, checked }: RowProps) {
  const { contact, unread } = row;
  const now = useNow();
  return (
    <span
      className={css.row}
      data-selected={selected || undefined}
      data-unread={unread > 0 || row.mentioned || undefined}
      data-checked={checked || undefined}
    >
      <span className={css.face}>
        {checked ? (
          <span className={css.check}>
            <IconCheck size={20} stroke={2.5} />
          </span>
        ) : (
          <Avatar id={contact.id} name={contact.name} imageUrl={contact.imageUrl} size={40} />
        )}
        <ChannelBadge type={contact.type} />
      </span>
      <span className={css.lines}>
        <span className={css.first}>
          <span className={`${css.name} one-line`} dir="auto">
            {contact.name}
          </span>
          <time className={`${css.time} numbers`} dateTime={new Date(row.activeAt).toISOString()}>
            {shortTime(row.activeAt, now)}
          </time>
        </span>
        <span className={css.second}>
          <PreviewLine row={row} />
          {row.mentioned && <Mention />}
          {unread > 0 && (
            <span className={`${css.unread} numbers`}>{unread > 99 ? `${number(99)}+` : number(unread)}</span>
          )}
        </span>
        <SmallLine row={row} now={now} />
      </span>
    </span>
  );
});

function Mention() {
  const { t } = useLingui();
  return (
    <span className={css.mention} title={t`A note mentions you`}>
      <IconAt size={13} stroke={2.4} aria-hidden="true" />
      <span className="sr">{t`A note mentions you`}</span>
    </span>
  );
}

function PreviewLine({ row }: { row: InboxSession }) {
  const { t, i18n } = useLingui();
  const mine = useMe().agent.code;
  const names = useNames();
  const writing = usePart(presence, ({ typing }) => (typing[row.id]?.contact ?? 0) > Date.now());
  const stuck = usePart(outbox, (all) => isStuck(all, row.id));
  const { last, draft } = row;
  if (writing)
    return (
      <span className={`${css.preview} ${css.writing} one-line`}>
        <Trans>writing…</Trans>
      </span>
    );
  const word = last && typeWords[last.type];
  const text = last ? last.text || (word ? i18n._(word) : '') : t`No message yet`;
  const who = last?.sender === mine ? t`You` : names.agentName(last?.sender);
  const prefix = stuck ? (
    <b className={css.draft}>
      <Trans>Not sent</Trans>
    </b>
  ) : draft ? (
    <b className={css.draft}>
      <Trans>Draft</Trans>
    </b>
  ) : last?.direction === 'N' ? (
    <span className={css.note}>
      <IconLock size={12} /> <Trans>Note</Trans>
    </span>
  ) : last?.tick ? (
    <TickMark tick={last.tick} size={14} />
  ) : null;
  return (
    <span className={css.preview}>
      {prefix}
      {!draft && last?.direction === 'O' && who && (
        <span className={css.who}>
          <bdi>{who}</bdi>:
        </span>
      )}
      <span className={`${css.text} one-line`} dir="auto">
        <Upright text={text} />
      </span>
    </span>
  );
}

function SmallLine({ row, now }: { row: InboxSession; now: number }) {
  const { t } = useLingui();
  const names = useNames();
  const mine = useMe().agent.code;
  const viewers = usePart(presence, (all) => all.viewers[row.id])?.filter((one) => one !== mine) ?? [];
  const holder = row.agent
    ? names.agentName(row.agent)
    : row.team
      ? names.teamName(row.team)
      : names.queueName(row.queue);
  const waiting = row.state === 'open' && row.waitingSince ? now - row.waitingSince : 0;
  return (
    <span className={css.small}>
      <span className={`${css.holder} one-line`} dir="auto" data-none={!row.agent || undefined}>
        {holder}
      </span>
      {row.state === 'snoozed' && row.snoozedUntil && (
        <span className={css.snooze}>
          <IconMoonStars size={12} /> {soonTime(row.snoozedUntil, now)}
        </span>
      )}
      {waiting > 60_000 && (
        <span
          className={css.waiting}
          data-long={waiting > 3_600_000 || undefined}
          title={t`Waiting for a reply`}
        >
          {duration(waiting)}
        </span>
      )}
      {row.contact.tags.slice(0, 2).map((id) => (
        <span key={id} className={css.tag} dir="auto">
          {names.tag(id)?.name}
        </span>
      ))}
      <span className={css.viewers}>
        {viewers.slice(0, 3).map((code) => (
          <Avatar key={code} id={code} name={names.agentName(code)} size={16} />
        ))}
      </span>
    </span>
  );
}
