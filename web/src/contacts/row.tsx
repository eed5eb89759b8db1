import { useLingui } from '@lingui/react/macro';
import { memo } from 'react';
import type { ListedContact } from '../api/types.ts';
import { ChannelBadge } from '../list/channel-icon.tsx';
import { useNames } from '../store/me.ts';
import { fullTime, number, shortTime } from '../theme/format.ts';
import { Avatar } from '../ui/avatar.tsx';
import { useNow } from '../ui/now.ts';
import css from './row.module.css';

const shownTags = 2;

/** When somebody of both wrote last. */
const activeOf = ({ session, lastInboundAt }: ListedContact) =>
  Math.max(session?.activeAt ?? 0, lastInboundAt ?? 0);

/** What the list shows of a contact: plain elements, since there are thousands. */
export const Row = memo(function Row({ row, selected }: { row: ListedContact; selected: boolean }) {
  const { t } = useLingui();
  const names = useNames();
  const now = useNow();
  const { name, csid, phone, email } = row;
  const channel = names.channel(row.channelId)?.name || row.channelId;
  const active = activeOf(row);
  const addresses = [...new Set([phone, email, csid])].filter((one) => one !== undefined && one !== name);
  const owner = names.agentName(row.owner);
  return (
    <span className={css.row} data-selected={selected || undefined}>
      <span className={css.face}>
        <Avatar id={row.id} name={name} imageUrl={row.imageUrl} size={38} />
        <ChannelBadge type={row.type} name={channel} />
      </span>
      <span className={`${css.name} one-line`} dir="auto">
        {name}
      </span>
      <span className={`${css.address} one-line`}>
        {addresses.slice(0, 2).map((one) => (
          <bdi key={one} dir="ltr">
            {one}
          </bdi>
        ))}
      </span>
      <span className={css.tags}>
        {row.optedOut && <span className={css.out}>{t`Wants no messages`}</span>}
        {row.tags.slice(0, shownTags).map((id) => (
          <span key={id} className={css.tag} dir="auto">
            {names.tag(id)?.name ?? id}
          </span>
        ))}
        {row.tags.length > shownTags && (
          <span className={css.more}>+{number(row.tags.length - shownTags)}</span>
        )}
      </span>
      <span className={css.owner} title={owner ? t`Owner: ${owner}` : undefined}>
        {row.owner && (
          <>
            <Avatar id={row.owner} name={owner} imageUrl={names.agent(row.owner)?.imageUrl} size={20} />
            <span className={`${css.ownerName} one-line`} dir="auto">
              {owner}
            </span>
          </>
        )}
      </span>
      {active > 0 ? (
        <time
          className={`${css.time} numbers`}
          dateTime={new Date(active).toISOString()}
          title={fullTime(active)}
        >
          {shortTime(active, now)}
        </time>
      ) : (
        <span className={css.time} />
      )}
    </span>
  );
});
