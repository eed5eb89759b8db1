import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { number } from '../../theme/format.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import css from './channels.module.css';
import { type InputProps, SettingInput } from './setting-field.tsx';
import { type Parts, typed } from './values.ts';

interface Pair {
  key: string;
  text: string;
}

/** A table of names and values: greetings by language, say. */
export function Pairs({ inside, title, value, change }: InputProps) {
  const { t } = useLingui();
  const pairs = value as Pair[];
  const put = (i: number, more: Partial<Pair>) =>
    change(pairs.map((pair, at) => (at === i ? { ...pair, ...more } : pair)));
  return (
    <Group inside={inside} title={title} add={() => change([...pairs, { key: '', text: '' }])}>
      {pairs.map(({ key, text }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they have no other key while they are typed
        <div key={i} className={css.pair}>
          <input
            dir="ltr"
            aria-label={t`${title}, name ${number(i + 1)}`}
            placeholder="en"
            value={key}
            onChange={(event) => put(i, { key: event.target.value })}
          />
          <input
            dir="auto"
            aria-label={t`${title}, value ${number(i + 1)}`}
            value={text}
            onChange={(event) => put(i, { text: event.target.value })}
          />
          <Remove i={i} title={title} run={() => change(pairs.filter((_, at) => at !== i))} />
        </div>
      ))}
    </Group>
  );
}

/** Things of several parts, one below the other: hours of business, say. */
export function Rows({ inside, schema, title, value, change }: InputProps) {
  const rows = value as Parts[];
  const parts = Object.entries(schema.items?.properties ?? {});
  const fresh = () => Object.fromEntries(parts.map(([name, part]) => [name, typed(part)]));
  return (
    <Group inside={inside} title={title} add={() => change([...rows, fresh()])}>
      {rows.map((row, i) => (
        <fieldset
          // biome-ignore lint/suspicious/noArrayIndexKey: they have no other key while they are typed
          key={i}
          className={css.row}
          aria-label={`${title}, ${number(i + 1)}`}
        >
          {parts.map(([name, part]) => {
            const id = `${inside.id}-${i}-${name}`;
            return (
              <div key={name} className={css.part}>
                <label htmlFor={id} lang="en">
                  {part.title ?? name}
                </label>
                <SettingInput
                  inside={{ id }}
                  schema={part}
                  title={`${title}, ${part.title ?? name}, ${number(i + 1)}`}
                  isNeeded
                  isSet={false}
                  value={row[name]}
                  change={(given) =>
                    change(rows.map((one, at) => (at === i ? { ...one, [name]: given } : one)))
                  }
                />
              </div>
            );
          })}
          <Remove i={i} title={title} run={() => change(rows.filter((_, at) => at !== i))} />
        </fieldset>
      ))}
    </Group>
  );
}

function Group({
  inside,
  title,
  add,
  children,
}: Pick<InputProps, 'inside' | 'title'> & { add(): void; children: ReactNode }) {
  return (
    <div
      className={css.group}
      id={inside.id}
      role="group"
      tabIndex={-1}
      aria-label={title}
      aria-describedby={inside['aria-describedby']}
    >
      {children}
      <Button variant="default" size="compact-md" leftSection={<IconPlus size={16} />} onClick={add}>
        <Trans>Add</Trans>
      </Button>
    </div>
  );
}

function Remove({ i, title, run }: { i: number; title: string; run(): void }) {
  const { t } = useLingui();
  return (
    <IconButton label={t`Take away ${title}, ${number(i + 1)}`} onClick={run}>
      <IconTrash size={17} />
    </IconButton>
  );
}
