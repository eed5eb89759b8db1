import { Trans, useLingui } from '@lingui/react/macro';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/http.ts';
import { asciiDigits } from '../text/fold.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Bones, Empty, Failed } from '../ui/states.tsx';
import { Handset } from './handset.tsx';
import { type Phone, type PlayedChannel, usePhones } from './phones.ts';
import css from './simulator.module.css';

interface SimulatorProps {
  close(): void;
  open(sessionId: string): void;
}

/** A phone on the screen: what a customer sees and does, on a channel that reaches nobody. */
export default function Simulator({ close, open }: SimulatorProps) {
  const { t } = useLingui();
  const channels = useQuery({
    queryKey: ['simulator'],
    queryFn: () => call<{ items: PlayedChannel[] }>('GET', '/inbox/simulator/channels'),
  });
  const [channelId, setChannelId] = useState<string>();
  const items = channels.data?.items;
  const channel = items?.find(({ id }) => id === channelId) ?? items?.[0];
  return (
    <div className={css.pane}>
      <header className={css.head}>
        <h2>
          <Trans>Simulator</Trans>
        </h2>
        {channels.data && channels.data.items.length > 1 && (
          <select
            value={channel?.id}
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
        <Phones key={channel.id} channel={channel} open={open} />
      )}
    </div>
  );
}

/** The phones of one channel, of which one is in the hand. */
function Phones({ channel, open }: { channel: PlayedChannel; open(sessionId: string): void }) {
  const [phones, keep] = usePhones(channel);
  const [csid, setCsid] = useState(phones[0]!.csid);
  const phone = phones.find((one) => one.csid === csid) ?? phones[0]!;
  return (
    <>
      <People
        phones={phones}
        csid={csid}
        choose={setCsid}
        keep={keep}
        isNumber={channel.person === undefined || /^\d+$/.test(channel.person)}
      />
      <Handset key={csid} channelId={channel.id} phone={phone} open={open} />
    </>
  );
}

interface PeopleProps {
  phones: Phone[];
  csid: string;
  choose(csid: string): void;
  keep(phones: Phone[]): void;
  /** Customers are numbers here, and no names of devices or mail addresses. */
  isNumber: boolean;
}

/** The customers that one can be. */
function People({ phones, csid, choose, keep, isNumber }: PeopleProps) {
  const { t } = useLingui();
  const [adding, setAdding] = useState(false);
  const add = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const address = asciiDigits(String(given.get('phone'))).trim();
    const next = isNumber ? address.replace(/[^\d]/g, '') : address;
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
            {...(isNumber
              ? {
                  inputMode: 'tel',
                  placeholder: '9665…',
                  'aria-label': t`Phone number`,
                  defaultValue: `9665${String(Date.now()).slice(-5)}000`,
                }
              : { placeholder: phones[0]!.csid, 'aria-label': t`Address` })}
          />
          <button type="submit">
            <Trans>Add</Trans>
          </button>
        </form>
      )}
    </div>
  );
}
