import { Trans, useLingui } from '@lingui/react/macro';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/http.ts';
import { asciiDigits } from '../text/fold.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Bones, Empty, Failed } from '../ui/states.tsx';
import { Handset } from './handset.tsx';
import css from './simulator.module.css';

interface SimulatorProps {
  close(): void;
  open(sessionId: string): void;
}

const phonesKey = 'parley.phones';
export interface Phone {
  csid: string;
  name: string;
}

/** Its last digits choose how a sandbox answers: 000 means that all goes well. */
const first: Phone[] = [{ csid: '966500000000', name: 'Amina' }];

function phonesKept(): Phone[] {
  try {
    const kept = JSON.parse(localStorage.getItem(phonesKey) ?? '[]') as Phone[];
    return Array.isArray(kept) && kept.length > 0 ? kept : first;
  } catch {
    return first;
  }
}

/** A phone on the screen: what a customer sees and does, on a channel that reaches nobody. */
export default function Simulator({ close, open }: SimulatorProps) {
  const { t } = useLingui();
  const channels = useQuery({
    queryKey: ['simulator'],
    queryFn: () =>
      call<{ items: { id: string; name: string; lane: string }[] }>('GET', '/inbox/simulator/channels'),
  });
  const [channelId, setChannelId] = useState<string>();
  const [phones, setPhones] = useState(phonesKept);
  const [csid, setCsid] = useState(phones[0]!.csid);
  const phone = phones.find((one) => one.csid === csid) ?? phones[0]!;
  const channel = channelId ?? channels.data?.items[0]?.id;
  const keep = (next: Phone[]) => {
    setPhones(next);
    localStorage.setItem(phonesKey, JSON.stringify(next));
  };
  return (
    <div className={css.pane}>
      <header className={css.head}>
        <h2>
          <Trans>Simulator</Trans>
        </h2>
        {channels.data && channels.data.items.length > 1 && (
          <select
            value={channel}
            onChange={(event) => setChannelId(event.target.value)}
            aria-label={t`Channel`}
          >
            {channels.data.items.map(({ id, name }) => (
              <option key={id} value={id}>
                {name || id}
              </option>
            ))}
          </select>
        )}
        <IconButton label={t`Close the simulator`} onClick={close}>
          <IconX size={18} />
        </IconButton>
      </header>
      {channels.error ? (
        <Failed error={channels.error} retry={() => void channels.refetch()} />
      ) : channels.isPending ? (
        <Bones count={4} shape="line" />
      ) : channel === undefined ? (
        <Empty title={t`There is no sandbox channel`}>
          <Trans>An administrator can make one: it reaches nobody and costs nothing.</Trans>
        </Empty>
      ) : (
        <>
          <People phones={phones} csid={csid} choose={setCsid} keep={keep} />
          <Handset key={`${channel} ${csid}`} channelId={channel} phone={phone} open={open} />
        </>
      )}
    </div>
  );
}

interface PeopleProps {
  phones: Phone[];
  csid: string;
  choose(csid: string): void;
  keep(phones: Phone[]): void;
}

/** The customers that one can be. */
function People({ phones, csid, choose, keep }: PeopleProps) {
  const { t } = useLingui();
  const [adding, setAdding] = useState(false);
  const add = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const next = asciiDigits(String(given.get('phone'))).replace(/[^\d]/g, '');
    if (next === '') return;
    keep([
      ...phones.filter((one) => one.csid !== next),
      { csid: next, name: String(given.get('name')).trim() },
    ]);
    choose(next);
    setAdding(false);
  };
  return (
    <div className={css.people}>
      {phones.map((one) => (
        <button
          key={one.csid}
          type="button"
          aria-pressed={one.csid === csid}
          onClick={() => choose(one.csid)}
          title={one.csid}
        >
          <bdi>{one.name || one.csid}</bdi>
        </button>
      ))}
      <IconButton
        label={t`Another customer`}
        size="small"
        expanded={adding}
        onClick={() => setAdding(!adding)}
      >
        <IconPlus size={15} />
      </IconButton>
      {adding && (
        <form onSubmit={add} className={css.add}>
          <input name="name" dir="auto" placeholder={t`Name`} aria-label={t`Name`} defaultValue="" />
          <input
            name="phone"
            dir="ltr"
            inputMode="tel"
            placeholder="9665…"
            aria-label={t`Phone number`}
            defaultValue={`9665${String(Date.now()).slice(-5)}000`}
          />
          <button type="submit">
            <Trans>Add</Trans>
          </button>
        </form>
      )}
    </div>
  );
}
