import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconArrowLeft, IconCircleCheck, IconDots, IconMoonStars, IconUserPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { InboxSession } from '../api/types.ts';
import { keyText } from '../keys/acts.ts';
import { keysIn } from '../keys/table.ts';
import { ChannelIcon } from '../list/channel-icon.tsx';
import { stateWords } from '../list/words.ts';
import { useMe, useNames } from '../store/me.ts';
import { Avatar } from '../ui/avatar.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Later, patient } from '../ui/later.tsx';
import { Menu, MenuAnchor } from '../ui/menu.tsx';
import { useWidth } from '../ui/width.ts';
import { AssignMenu } from './assign-menu.tsx';
import { assignSession, closeSession, resolveSession, snoozeSession, wakeSession } from './deeds.ts';
import css from './head.module.css';
import { useHeadActs } from './head-acts.ts';
import { useMore } from './head-more.tsx';
import { Viewers, WindowClock } from './head-parts.tsx';
import { SnoozeMenu } from './menus.tsx';

const CloseModal = patient(() => import('./close-modal.tsx'));

interface HeadProps {
  session: InboxSession;
  back: (() => void) | undefined;
  toggleContact(): void;
  showsContact: boolean;
  next(): void;
  search(): void;
}

/** Who the conversation is with, and what can be done with it as a whole. */
export function Head({ session, back, toggleContact, showsContact, next, search }: HeadProps) {
  const { t, i18n } = useLingui();
  const { agent } = useMe();
  const names = useNames();
  const isSmall = useWidth() === 'phone';
  const [menu, setMenu] = useState<'assign' | 'snooze' | 'more'>();
  const [closing, setClosing] = useState(false);
  const { id, contact, state } = session;
  const channel = names.channel(session.channelId);
  const opened = (one: typeof menu) => ({
    opened: menu === one,
    // One menu may open the other: closing this one must not close that.
    onChange: (is: boolean) => setMenu((now) => (is ? one : now === one ? undefined : now)),
  });
  useHeadActs({ session, next, setMenu, search, toggleContact, showsContact });
  const more = useMore({ session, search, toggleContact, showsContact, isSmall, setMenu, setClosing });
  const holder = session.agent
    ? names.agentName(session.agent)
    : session.team
      ? names.teamName(session.team)
      : t`Unassigned`;
  return (
    <header className={css.headBox}>
      <div className={css.head}>
        {back && (
          <IconButton label={t`Back to the list`} onClick={back}>
            <IconArrowLeft size={20} className="mirror" />
          </IconButton>
        )}
        <button
          type="button"
          className={css.who}
          onClick={toggleContact}
          aria-label={t`About ${contact.name}`}
        >
          {!isSmall && <Avatar id={contact.id} name={contact.name} imageUrl={contact.imageUrl} size={38} />}
          <span className={css.whoLines}>
            <span className={`${css.whoName} one-line`} dir="auto">
              {contact.name}
            </span>
            <span className={css.whoSmall}>
              <ChannelIcon type={contact.type} size={13} />
              <bdi className="one-line">{channel?.name || session.channelId}</bdi>
              {!isSmall && (
                <bdi dir="ltr" className={css.ticket}>
                  {session.ticket}
                </bdi>
              )}
              {state !== 'open' && (
                <span className={css.state}>{i18n._(stateWords[state] ?? stateWords.open!)}</span>
              )}
            </span>
          </span>
        </button>
        <WindowClock session={session} />
        <Viewers sessionId={id} mine={agent.code} />
        <AssignMenu assign={(to) => void assignSession(id, to)} {...opened('assign')}>
          <button
            type="button"
            className={css.holder}
            data-none={!session.agent || undefined}
            aria-label={t`Assign: ${holder}`}
          >
            {session.agent ? (
              <Avatar
                id={session.agent}
                name={holder}
                imageUrl={names.agent(session.agent)?.imageUrl}
                size={22}
              />
            ) : (
              <IconUserPlus size={17} />
            )}
            {!isSmall && (
              <span className="one-line" dir="auto">
                {holder}
              </span>
            )}
          </button>
        </AssignMenu>
        {state === 'snoozed' ? (
          !isSmall && (
            <IconButton label={t`End snooze`} onClick={() => void wakeSession(id)} active>
              <IconMoonStars size={19} />
            </IconButton>
          )
        ) : (
          <SnoozeMenu snooze={(until) => void snoozeSession(id, until)} {...opened('snooze')}>
            {isSmall ? (
              <MenuAnchor label={t`Snooze`} />
            ) : (
              <IconButton label={t`Snooze`} act="snooze" disabled={state === 'closed'}>
                <IconMoonStars size={19} />
              </IconButton>
            )}
          </SnoozeMenu>
        )}
        {state === 'open' || state === 'snoozed' ? (
          <Button
            size="compact-sm"
            variant="light"
            className={css.resolve ?? ''}
            leftSection={<IconCircleCheck size={17} />}
            onClick={() => void resolveSession(id)}
            aria-keyshortcuts={keysIn('resolve').map(keyText).join(' ')}
          >
            <Trans>Resolve</Trans>
          </Button>
        ) : null}
        <Menu position="bottom-end" width={230} entries={more} {...opened('more')}>
          <IconButton label={t`More actions`} act="more">
            <IconDots size={19} />
          </IconButton>
        </Menu>
        <Later wanted={closing}>
          {(opened) => (
            <CloseModal opened={opened} leave={() => setClosing(false)} close={() => void closeSession(id)} />
          )}
        </Later>
      </div>
    </header>
  );
}
