import { useLingui } from '@lingui/react/macro';
import { useEffect, useState } from 'react';
import { useNames } from '../../store/me.ts';
import { number } from '../../theme/format.ts';
import list from '../list/list.module.css';
import css from './analytics.module.css';
import { type Asked, mostDays, type Period, type RangeName, rangeNames } from './ask.ts';
import { dateMs } from './dates.ts';

/** Which days, of which channel, cut into what. */
export function Choices({ asked }: { asked: Asked }) {
  const { t } = useLingui();
  const { channels } = useNames();
  const words: Record<RangeName, string> = {
    today: t`Today`,
    '7d': t`7 days`,
    '30d': t`30 days`,
    '90d': t`90 days`,
    '12m': t`12 months`,
    own: t`Own days`,
  };
  const cuts: Record<Period, string> = {
    hour: t`By hour`,
    day: t`By day`,
    week: t`By week`,
    month: t`By month`,
  };
  const { name, range, offered, filter, set } = asked;
  return (
    <>
      <search className={css.choices}>
        <OneOf
          label={t`Time`}
          value={name}
          options={rangeNames.map((one): [RangeName, string] => [one, words[one]])}
          // The days that are shown are those that one begins to change.
          change={(one) =>
            set({
              range: one,
              by: '',
              ...(one === 'own' && range ? { from: range.from, to: range.to } : { from: '', to: '' }),
            })
          }
        />
        {name === 'own' && <Days asked={asked} />}
        <Pick
          label={t`Periods`}
          value={range?.by ?? offered[0] ?? 'day'}
          options={offered.map((by): [string, string] => [by, cuts[by]])}
          change={(by) => set({ by })}
        />
        <Pick
          label={t`Channel`}
          value={filter.channel ?? ''}
          options={[
            ['', t`All channels`],
            ...channels.map((one): [string, string] => [one.id, one.name || one.id]),
          ]}
          change={(channel) => set({ channel })}
        />
      </search>
      {!range && (
        <p role="alert" className={css.wrong}>
          {asked.from > asked.to
            ? t`The last day is before the first one.`
            : t`Choose at most ${number(mostDays)} days, from 1970 on.`}
        </p>
      )}
    </>
  );
}

function Days({ asked: { from, to, today, set } }: { asked: Asked }) {
  const { t } = useLingui();
  return (
    <>
      <Day label={t`From`} value={from} set={(day) => set({ from: day, to })} />
      <Day label={t`To`} value={to} max={today} set={(day) => set({ from, to: day })} />
    </>
  );
}

interface DayProps {
  label: string;
  value: string;
  max?: string;
  set(day: string): void;
}

/** A day. While it is written it is no date at times, or one of the year 2: only a whole one counts. */
function Day({ label, value, max, set }: DayProps) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  return (
    <label className={list.date}>
      {label}
      <input
        type="date"
        value={typed}
        max={max}
        onChange={({ target }) => {
          setTyped(target.value);
          if (dateMs(target.value) >= 0) set(target.value);
        }}
        onBlur={() => setTyped(value)}
      />
    </label>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: [value: T, label: string][];
  change(value: T): void;
}

function Pick({ label, value, options, change }: ChoiceProps<string>) {
  return (
    <label className={list.filter}>
      <span className="sr">{label}</span>
      <select value={value} onChange={(event) => change(event.target.value)}>
        {options.map(([one, word]) => (
          <option key={one} value={one}>
            {word}
          </option>
        ))}
      </select>
    </label>
  );
}

/** One of a few that are all in sight. Native radio buttons: the arrow keys go through them. */
export function OneOf<T extends string>({ label, value, options, change }: ChoiceProps<T>) {
  return (
    <fieldset className={css.oneOf}>
      <legend className="sr">{label}</legend>
      {options.map(([one, word]) => (
        <label key={one}>
          <input type="radio" name={label} checked={one === value} onChange={() => change(one)} />
          <span>{word}</span>
        </label>
      ))}
    </fieldset>
  );
}
