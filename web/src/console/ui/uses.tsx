import { Trans, useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { ApiError, Fault } from '../../api/http.ts';
import { list, number } from '../../theme/format.ts';
import { itemAt } from '../address.ts';
import { type Group, pages } from '../pages.ts';
import css from './ui.module.css';

/** What relies on a thing, as the API tells it with `IN_USE`. */
interface Use {
  noun: string;
  count: number;
  some: { id: string; name: string }[];
}

/** The page that shows things of a noun. */
const pageOf: Record<string, [Group, string]> = {
  channels: ['set-up', 'channels'],
  agents: ['set-up', 'agents'],
  queues: ['set-up', 'queues'],
  vars: ['set-up', 'variables'],
  'canned-answers': ['set-up', 'canned-answers'],
  endpoints: ['developers', 'webhooks'],
};

/** Says what relies on a thing that was to be taken away, with links to it; nothing for any other error. */
export function useUses(): (error: ApiError) => ReactNode {
  const { t } = useLingui();
  const words: Record<string, string> = {
    channels: t`Channels`,
    agents: t`Agents`,
    queues: t`Queues`,
    endpoints: t`Webhooks`,
    keys: t`Keys that are in force`,
    vars: t`Variables`,
    'canned-answers': t`Canned answers`,
    sessions: t`Open conversations`,
  };
  return (error) => {
    const uses = (error.fields[0] as (Fault & { uses?: Use[] }) | undefined)?.uses;
    if (!uses) return undefined;
    return (
      <>
        <p>
          <Trans>It is in use. Change what relies on it first:</Trans>
        </p>
        <ul className={css.does}>
          {uses.map((use) => (
            <li key={use.noun}>
              {words[use.noun] ?? use.noun}: <Some {...use} />
            </li>
          ))}
        </ul>
      </>
    );
  };
}

function Some({ noun, count, some }: Use) {
  const [group, id] = pageOf[noun] ?? [];
  const page = pages.find((one) => one.group === group && one.id === id);
  if (!page) return list([...some.map(({ name }) => name), ...(some.length === 0 ? [number(count)] : [])]);
  const rest = count - some.length;
  return (
    <>
      {some.map((one, i) => (
        <span key={one.id}>
          {i > 0 && ' · '}
          <Link href={itemAt(page.group, page.id, one.id)}>
            <bdi>{one.name}</bdi>
          </Link>
        </span>
      ))}
      {rest > 0 && ` + ${number(rest)}`}
    </>
  );
}
