import { useLingui } from '@lingui/react/macro';
import { Popover } from '@mantine/core';
import { IconUser, IconUserOff, IconUsers, IconUsersGroup } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, type RefObject, useId, useState } from 'react';
import { presence } from '../live/state.ts';
import { useMe, useNames } from '../store/me.ts';
import { usePart } from '../store/signal.ts';
import { folded } from '../text/fold.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Borrowed, closesItAlone } from '../ui/borrowed.tsx';
import finder from '../ui/finder.module.css';
import type { Holder } from './deeds.ts';
import css from './menus.module.css';

interface HoldersLayerProps {
  anchor: RefObject<HTMLElement | null>;
  opened: boolean;
  change(opened: boolean): void;
  assign(to: Holder): void;
}

/** What opens at the button that assigns. */
export default function HoldersLayer({ anchor, opened, change, assign }: HoldersLayerProps) {
  const { t } = useLingui();
  return (
    <Popover
      position="bottom-end"
      width={260}
      shadow="md"
      trapFocus
      returnFocus
      opened={opened}
      onChange={change}
    >
      <Popover.Target>
        <Borrowed anchor={anchor} />
      </Popover.Target>
      <Popover.Dropdown className={css.holders} aria-label={t`Assign`} onKeyDown={closesItAlone}>
        <Holders
          assign={(to) => {
            change(false);
            assign(to);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

interface Choice {
  id: string;
  label: string;
  icon: ReactNode;
  to: Holder;
  /** What it is; stands above the first of a kind. */
  group?: string;
  leads?: boolean;
  isThere?: boolean;
}

/** The box and what it finds: the focus stays in the box, the arrows go through the list. */
function Holders({ assign }: { assign(to: Holder): void }) {
  const { t } = useLingui();
  const id = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const all = useChoices(text);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const last = all.length - 1;
    const to = {
      ArrowDown: at < last ? at + 1 : 0,
      ArrowUp: at > 0 ? at - 1 : last,
      Home: 0,
      End: last,
    }[event.key];
    if (to !== undefined) {
      setAt(to);
      document.getElementById(`${id}${to}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter' && all[at]) assign(all[at].to);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        type="search"
        role="combobox"
        dir="auto"
        data-autofocus
        className={finder.find}
        value={text}
        placeholder={t`Agent, team or queue`}
        aria-label={t`Find an agent, a team or a queue`}
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={all[at] ? `${id}${at}` : undefined}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div
        id={id}
        role="listbox"
        aria-label={t`Assign`}
        className={`${finder.found} ${css.holdersList}`}
        tabIndex={0}
      >
        {all.map((one, i) => (
          <div key={one.id}>
            {one.leads && (
              <p className={css.holdersGroup} aria-hidden="true">
                {one.group}
              </p>
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the box above */}
            <div
              id={`${id}${i}`}
              role="option"
              aria-selected={i === at}
              aria-description={one.group}
              className={css.holdersOne}
              onClick={() => assign(one.to)}
              onMouseMove={() => setAt(i)}
            >
              {one.icon}
              <span className="one-line" dir="auto">
                {one.label}
              </span>
              {one.isThere && <span className={css.there} role="img" aria-label={t`is there`} />}
            </div>
          </div>
        ))}
      </div>
    </>
  );
}

function useChoices(text: string): Choice[] {
  const { t } = useLingui();
  const { agent } = useMe();
  const names = useNames();
  const online = usePart(presence, (all) => all.online);
  const word = folded(text.trim());
  const fits = (...words: (string | undefined)[]) => words.some((one) => folded(one ?? '').includes(word));
  const grouped = (group: string, choices: Choice[]) =>
    choices.map((one, i) => ({ ...one, group, leads: i === 0 }));
  const agents = names.agents
    .filter((one) => one.active && one.code !== agent.code && fits(one.name, one.displayName, one.code))
    .map((one) => {
      const label = one.displayName || one.name;
      return {
        id: `agent ${one.code}`,
        label,
        icon: <Avatar key="face" id={one.code} name={label} imageUrl={one.imageUrl} size={22} />,
        to: { agent: one.code },
        isThere: online[one.code] === false,
      };
    });
  const teams = names.teams
    .filter(({ code, name }) => fits(code, name))
    .map(({ code, name }) => ({
      id: `team ${code}`,
      label: name || code,
      icon: <IconUsers size={16} />,
      to: { team: code, agent: null },
    }));
  const queues = names.queues
    .filter(({ code, name }) => fits(code, name))
    .map(({ code, name }) => ({
      id: `queue ${code}`,
      label: name || code,
      icon: <IconUsersGroup size={16} />,
      to: { queue: code },
    }));
  const always: Choice[] = [
    { id: 'me', label: t`Me`, icon: <IconUser size={16} />, to: { agent: agent.code } },
    { id: 'nobody', label: t`Nobody`, icon: <IconUserOff size={16} />, to: { agent: null } },
  ];
  return [
    ...(word === '' ? always : []),
    ...grouped(t`Agents`, agents),
    ...grouped(t`Teams`, teams),
    ...grouped(t`Queues`, queues),
  ];
}
