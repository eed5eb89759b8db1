import { useLingui } from '@lingui/react/macro';
import { IconArrowBackUp, IconCopy, IconSearch, IconTrash } from '@tabler/icons-react';
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { ApiError, call } from '../api/http.ts';
import type { ThreadMessage } from '../api/message-types.ts';
import { saidIn, stateWords, tickWords } from '../list/words.ts';
import { useMe } from '../store/me.ts';
import { dropMessage } from '../store/thread.ts';
import { moment } from '../theme/format.ts';
import { MenuAt, type MenuEntry } from '../ui/menu.tsx';
import { complain } from '../ui/refusals.ts';
import css from './menus.module.css';

/** Which message the menu of the thread is for, and at which button it opens. */
interface MessageMenuState {
  id: string | undefined;
  anchor: RefObject<HTMLElement | null>;
  opened: boolean;
  change(opened: boolean): void;
}

/** One menu for all messages of a thread, and how a message opens it. */
export function useMessageMenu(): [MessageMenuState, (message: ThreadMessage, at: HTMLElement) => void] {
  const anchor = useRef<HTMLElement>(null);
  const [id, setId] = useState<string>();
  const [opened, change] = useState(false);
  const more = useCallback(({ id }: ThreadMessage, at: HTMLElement) => {
    const isSame = anchor.current === at;
    anchor.current = at;
    setId(id);
    change((was) => !(was && isSame));
  }, []);
  return [{ id, anchor, opened, change }, more];
}

/** What else can be done with a message, and when it reached each step. */
export function MessageMenu({
  messages,
  reply,
  id,
  anchor,
  opened,
  change,
}: MessageMenuState & { messages: ThreadMessage[]; reply(message: ThreadMessage): void }) {
  const { t, i18n } = useLingui();
  const { role } = useMe();
  const message = id === undefined ? undefined : messages.find((one) => one.id === id);
  const isThere = message !== undefined;
  useEffect(() => {
    if (!opened) return;
    // A menu at a message that is out of sight, or gone from the page, could not be closed.
    const look = () => {
      const box = anchor.current?.isConnected ? anchor.current.getBoundingClientRect() : undefined;
      const room = anchor.current?.closest('[data-testid="messages"]')?.getBoundingClientRect();
      if (!isThere || !box || !room || box.bottom < room.top || box.top > room.bottom) change(false);
    };
    look();
    document.addEventListener('scroll', look, { capture: true, passive: true });
    return () => document.removeEventListener('scroll', look, { capture: true });
  }, [opened, isThere, anchor, change]);
  if (!message) return null;
  const remove = async () => {
    try {
      await call('DELETE', `/inbox/sessions/${message.sessionId}/messages/${message.id}`);
      dropMessage(message.sessionId, message.id);
    } catch (error) {
      const isAway = error instanceof ApiError && error.code === 'OFFLINE';
      complain(
        error,
        isAway ? t`The server cannot be reached: the message is not cancelled, and will be sent.` : undefined,
      );
    }
  };
  const entries = (): MenuEntry[] => {
    const all: MenuEntry[] = [];
    // Under a finger there is no room for a button of its own.
    if (message.direction !== 'N' && matchMedia('(pointer: coarse)').matches)
      all.push({
        id: 'reply',
        label: t`Reply to this message`,
        icon: <IconArrowBackUp size={15} className="mirror" />,
        // The layer gives the focus back first.
        run: () => void setTimeout(reply, 50, message),
      });
    all.push({
      id: 'copy',
      label: t`Copy the text`,
      icon: <IconCopy size={15} />,
      run: () => void navigator.clipboard?.writeText(saidIn(message, i18n)),
    });
    if (message.tick === 'scheduled' || message.tick === 'queued')
      all.push({
        id: 'cancel',
        label: t`Cancel sending`,
        icon: <IconTrash size={15} />,
        danger: true,
        run: () => void remove(),
      });
    if (role !== 'agent' && message.direction !== 'N')
      all.push({
        id: 'why',
        label: t`Why?`,
        icon: <IconSearch size={15} />,
        href: `/console/look/why/${message.id}`,
      });
    const steps = Object.entries(message.ticks ?? {}).sort(([, a], [, b]) => a - b);
    if (steps.length > 0) all.push('rule');
    for (const [tick, at] of steps)
      all.push({
        id: tick,
        className: css.step ?? '',
        heading: (
          <>
            {i18n._(tickWords[tick as keyof typeof tickWords] ?? stateWords.any!)}{' '}
            <span className="numbers">{moment(at)}</span>
          </>
        ),
      });
    return all;
  };
  // Another message is another button to open at, and to give the focus back to.
  return (
    <MenuAt
      key={message.id}
      anchor={anchor}
      opened={opened}
      change={change}
      position="bottom"
      entries={entries}
    />
  );
}
