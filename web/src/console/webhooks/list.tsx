import { useLingui } from '@lingui/react/macro';
import { IconWebhook } from '@tabler/icons-react';
import { newAt } from '../address.ts';
import { ListPage } from '../list/list-page.tsx';
import { useAll } from '../list/rows.ts';
import ui from '../ui/page.module.css';
import { When } from '../ui/when.tsx';
import { type Endpoint, endpointAt, type Health, titleOf, useHealth } from './endpoint.ts';
import { count, Status } from './health.tsx';
import { StateMark, stateRank, useStateWords } from './state.tsx';
import { useHears } from './words.ts';

type Row = Endpoint & { health: Health | undefined };

/** As long as nobody has said how it fares. */
const stateOf = ({ health, disabledAt, enabled }: Row) =>
  health?.state ?? (disabledAt !== undefined ? 'disabled' : enabled ? 'new' : 'off');

/** All endpoints: those that somebody has to look at come first. */
export function EndpointList() {
  const { t } = useLingui();
  const words = useStateWords();
  const hears = useHears();
  const rows = useAll<Endpoint>('/endpoints');
  const health = useHealth();
  const items = rows.items
    ?.map((one): Row => ({ ...one, health: health?.get(one.id) }))
    .toSorted((a, b) => stateRank[stateOf(a)] - stateRank[stateOf(b)]);
  return (
    <ListPage<Row>
      title={t`Webhooks`}
      sentence={t`Addresses of your programs that are told of everything as it happens, and how they take it.`}
      act={{ label: t`New webhook`, href: newAt('developers', 'webhooks') }}
      rows={{ ...rows, items }}
      keyOf={({ id }) => id}
      hrefOf={({ id }) => endpointAt(id)}
      textOf={({ id, name = '', url, app = '', description = '' }) =>
        `${id} ${name} ${url} ${app} ${description}`
      }
      filters={[
        {
          id: 'state',
          label: t`Every state`,
          options: Object.entries(words),
          holds: (row, value) => stateOf(row) === value,
        },
      ]}
      columns={[
        { id: 'name', title: t`Webhook`, cell: (row) => <Name of={row} />, by: titleOf },
        {
          id: 'state',
          title: t`State`,
          cell: (row) => (
            <span className={ui.two}>
              <StateMark state={stateOf(row)} />
              <Left health={row.health} />
            </span>
          ),
          by: (row) => stateRank[stateOf(row)],
        },
        { id: 'hears', title: t`Hears`, cell: hears, by: hears, minor: true },
        {
          id: 'call',
          title: t`Last call`,
          cell: ({ health: of }) =>
            of?.last ? (
              <span className={ui.two}>
                <When at={of.last.at} />
                <small>
                  <Status of={of.last.status} />
                </small>
              </span>
            ) : (
              '–'
            ),
          by: ({ health: of }) => of?.last?.at ?? 0,
          minor: true,
          end: true,
        },
      ]}
      empty={{
        icon: <IconWebhook size={24} />,
        title: t`No webhooks yet`,
        text: t`Enter the address of a program of yours: it hears of each message and each conversation at once, and nothing is lost while it is down.`,
      }}
    />
  );
}

function Name({ of: { name, url, surface, app } }: { of: Endpoint }) {
  return (
    <span className={ui.two}>
      {name && <bdi>{name}</bdi>}
      <bdi dir="ltr" className={name ? ui.muted : ''}>
        {url}
      </bdi>
      <small>
        <bdi dir="ltr">{app === undefined ? surface : `${surface} · ${app}`}</bdi>
      </small>
    </span>
  );
}

/** What there is left to be told, or was never taken. */
function Left({ health }: { health: Health | undefined }) {
  const { t } = useLingui();
  if (!health) return null;
  const { pending, held, failed } = health;
  const [held_, failed_, pending_] = [count(held), count(failed), count(pending)];
  const told = [
    ...(held > 0 ? [t`${held_} held back`] : []),
    ...(failed > 0 ? [t`${failed_} never taken`] : []),
    ...(pending > 0 ? [t`${pending_} on their way`] : []),
  ];
  return told.length > 0 ? <small>{told.join(' · ')}</small> : null;
}
