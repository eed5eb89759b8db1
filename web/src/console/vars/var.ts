import { useLingui } from '@lingui/react/macro';
import { queryOf } from '../../api/http.ts';

/** A variable of templates as the API tells it. */
export interface Var {
  id: string;
  key: string;
  /** Bound to this channel alone. */
  channel?: string;
  value: unknown;
  type?: string;
  group?: string;
  description?: string;
  shared: boolean;
  disabled: boolean;
}

export const varPath = (key: string, channel: string | undefined) =>
  `/vars/${encodeURIComponent(key)}${queryOf({ channel })}`;

/** In the address of the page: the key, and the channel where there is one. */
export const varItem = ({ key, channel }: Pick<Var, 'key' | 'channel'>) =>
  channel === undefined ? key : `${key}/${channel}`;

export function varOfItem(item: string): { key: string; channel: string | undefined } {
  const slash = item.indexOf('/');
  if (slash < 0) return { key: item, channel: undefined };
  return { key: item.slice(0, slash), channel: item.slice(slash + 1) };
}

/** What a value is; anything else than text, number, yes and no is written as JSON. */
export type Kind = 'text' | 'number' | 'flag' | 'json';

export function kindOf(value: unknown): Kind {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'number';
  return typeof value === 'boolean' ? 'flag' : 'json';
}

export function useKindWords(): Record<Kind, string> {
  const { t } = useLingui();
  return { text: t`Text`, number: t`Number`, flag: t`Yes or no`, json: t`JSON` };
}

/** A value in one line. */
export function useValueText(): (value: unknown) => string {
  const { t } = useLingui();
  return (value) => {
    if (typeof value === 'boolean') return value ? t`Yes` : t`No`;
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
}
