import { Menu } from '@mantine/core';
import { Fragment, type RefObject } from 'react';
import { Link } from 'wouter';
import { Borrowed, closesItAlone } from './borrowed.tsx';
import type { MenuEntry, MenuLooks } from './menu.tsx';

interface MenuLayerProps extends MenuLooks {
  anchor: RefObject<HTMLElement | null>;
  opened: boolean;
  change(opened: boolean): void;
}

/** A menu at a button. */
export default function MenuLayer({
  anchor,
  opened,
  change,
  entries,
  position,
  width,
  most,
}: MenuLayerProps) {
  return (
    <Menu
      position={position}
      shadow="md"
      opened={opened}
      onChange={change}
      {...(width !== undefined && { width })}
    >
      <Menu.Target>
        <Borrowed anchor={anchor} />
      </Menu.Target>
      <Menu.Dropdown
        onKeyDown={closesItAlone}
        {...(most !== undefined && { mah: most, style: { overflowY: 'auto' } })}
      >
        {entries().map((entry, i) => (
          <Fragment key={entry === 'rule' ? i : entry.id}>{lineOf(entry)}</Fragment>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function lineOf(entry: MenuEntry) {
  if (entry === 'rule') return <Menu.Divider />;
  if ('heading' in entry) return <Menu.Label className={entry.className ?? ''}>{entry.heading}</Menu.Label>;
  const { label, icon, end, danger, href, run } = entry;
  const looks = { leftSection: icon, rightSection: end, ...(danger && { color: 'red' }) };
  if (href !== undefined)
    return (
      <Menu.Item component={Link} href={href} {...looks}>
        {label}
      </Menu.Item>
    );
  return (
    <Menu.Item onClick={() => run?.()} {...looks}>
      {label}
    </Menu.Item>
  );
}
