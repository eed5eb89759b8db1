import type { Site } from '../../site.ts';
import { fill, useAround, useNow } from './context.ts';
import { IconButton } from './icon.tsx';

/** Whether the business answers now, by its hours. */
export function isOpen({ hours }: Site): boolean {
  if (!hours) return true;
  return hours.next !== undefined && Date.now() >= hours.next ? !hours.open : hours.open;
}

/** Whose chat it is, who is there, and how to close it. */
export function Header() {
  const { chat, tongue } = useAround();
  const { words } = tongue;
  const { session, agents, sound, line, phase } = useNow();
  const { site } = chat;
  const agent = session?.agent;
  const next = site.hours?.next;
  const status = !isOpen(site)
    ? next && next > Date.now()
      ? fill(words.backAt, { time: tongue.weekday(next) })
      : words.away
    : phase === 'waiting' || line === 'connecting'
      ? words.connecting
      : agents > 0 && line === 'online'
        ? words.online
        : words.soon;
  return (
    <header>
      <Face name={agent?.name ?? site.name} address={agent?.avatar ?? site.logoUrl} />
      <div class="who">
        <h1 dir="auto">{agent?.name ?? site.name}</h1>
        <p>
          {agents > 0 && isOpen(site) && <span class="there" />}
          {agent?.name && (
            <>
              <bdi>{site.name}</bdi> ·{' '}
            </>
          )}
          {status}
        </p>
      </div>
      <IconButton
        shape={sound ? 'sound' : 'mute'}
        name={sound ? words.soundOff : words.soundOn}
        onClick={chat.toggleSound}
      />
      <IconButton shape="close" name={words.close} onClick={chat.close} />
    </header>
  );
}

/** A picture, or the first letter of a name. */
export function Face({ name, address }: { name: string; address?: string | undefined }) {
  return address && /^https?:/.test(address) ? (
    <img class="face" src={address} alt="" loading="lazy" />
  ) : (
    <span class="face" aria-hidden="true">
      {[...name.trim()][0]?.toLocaleUpperCase()}
    </span>
  );
}
