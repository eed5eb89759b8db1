import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { type RefObject, useCallback } from 'react';
import { useMe, useNames } from '../store/me.ts';
import { number } from '../theme/format.ts';
import { FindBox } from '../ui/find-box.tsx';
import { type ContactFilter, useContactsAddress } from './address.ts';
import css from './contacts.module.css';

interface ToolsProps {
  findBox: RefObject<HTMLInputElement | null>;
  total: number | undefined;
  /** From the field to the list. */
  toList(): void;
}

/** What stands above the list: its name, how many there are, the search, the filters. */
export function Tools({ findBox, total, toList }: ToolsProps) {
  const { t } = useLingui();
  const { filter } = useContactsAddress();
  return (
    <header className={css.head}>
      <div className={css.titleLine}>
        <h1 className={css.title}>{t`Contacts`}</h1>
        {total !== undefined && (
          <>
            <span className={`${css.count} numbers`} aria-hidden="true">
              {number(total)}
            </span>
            <span className="sr" role="status">
              {plural(total, { one: '# contact', other: '# contacts' })}
            </span>
          </>
        )}
      </div>
      <search className={css.tools}>
        <Find findBox={findBox} toList={toList} />
        <Filters filter={filter} />
      </search>
    </header>
  );
}

function Find({ findBox, toList }: Pick<ToolsProps, 'findBox' | 'toList'>) {
  const { t } = useLingui();
  const { filter, change } = useContactsAddress();
  const find = useCallback((text: string | undefined) => change({ text }), [change]);
  return (
    <FindBox
      field={findBox}
      label={t`Search the contacts by name, number or e-mail`}
      placeholder={t`Name, number or e-mail`}
      now={filter.text ?? ''}
      find={find}
      onKeyDown={(event) => {
        const isEmpty = event.currentTarget.value === '';
        if (event.key !== 'ArrowDown' && !(event.key === 'Escape' && isEmpty)) return;
        event.preventDefault();
        toList();
      }}
    />
  );
}

/** No agent's code: it stands for nobody among the owners. */
const nobody = '\u0000';

function Filters({ filter }: { filter: ContactFilter }) {
  const { t } = useLingui();
  const { change } = useContactsAddress();
  const { agent } = useMe();
  const { tags, channels, agents } = useNames();
  const mine = agents.filter(({ code }) => code === agent.code);
  const others = agents.filter(({ code }) => code !== agent.code);
  return (
    <div className={css.filters}>
      {tags.length > 0 && (
        <Choice
          label={t`Tag`}
          all={t`All tags`}
          value={filter.tag === undefined ? '' : String(filter.tag)}
          options={tags.map(({ id, name }) => [String(id), name])}
          change={(tag) => change({ tag: tag === '' ? undefined : Number(tag) })}
        />
      )}
      <Choice
        label={t`Owner`}
        all={t`All owners`}
        value={filter.unowned ? nobody : (filter.owner ?? '')}
        options={[
          ...mine.map(({ code }): [string, string] => [code, t`Me`]),
          [nobody, t`Nobody`],
          ...others.map(({ code, displayName, name }): [string, string] => [
            code,
            displayName || name || code,
          ]),
        ]}
        change={(owner) =>
          change(
            owner === nobody
              ? { owner: undefined, unowned: true }
              : { owner: owner || undefined, unowned: undefined },
          )
        }
      />
      {(channels.length > 1 || filter.channel !== undefined) && (
        <Choice
          label={t`Channel`}
          all={t`All channels`}
          value={filter.channel ?? ''}
          options={channels.map(({ id, name }) => [id, name || id])}
          change={(channel) => change({ channel: channel || undefined })}
        />
      )}
    </div>
  );
}

interface ChoiceProps {
  label: string;
  /** Said where nothing is chosen. */
  all: string;
  value: string;
  options: [value: string, label: string][];
  change(value: string): void;
}

function Choice({ label, all, value, options, change }: ChoiceProps) {
  const isKnown = value === '' || options.some(([one]) => one === value);
  return (
    <select
      className={css.filter}
      aria-label={label}
      value={value}
      data-on={value !== '' || undefined}
      onChange={(event) => change(event.target.value)}
    >
      <option value="">{all}</option>
      {!isKnown && <option value={value}>{value}</option>}
      {options.map(([one, told]) => (
        <option key={one} value={one}>
          {told}
        </option>
      ))}
    </select>
  );
}
