import { useLingui } from '@lingui/react/macro';
import { IconArrowLeft } from '@tabler/icons-react';
import { Link, useSearch } from 'wouter';
import { useActs } from '../../keys/acts.ts';
import { ChannelIcon } from '../../list/channel-icon.tsx';
import { Bones, Empty } from '../../ui/states.tsx';
import { newAt, pageAt } from '../address.ts';
import { English } from '../ui/english.tsx';
import ui from '../ui/page.module.css';
import { Refused } from '../ui/refused.tsx';
import { type ChannelType, useTypes } from './channel.ts';
import css from './channels.module.css';
import { NewChannel } from './form.tsx';

/** First which kind of channel, then its form; the kind stands in the address. */
export function Chooser() {
  const { t } = useLingui();
  const { types, error, retry } = useTypes();
  const wanted = new URLSearchParams(useSearch()).get('type');
  const list = pageAt('set-up', 'channels');
  if (!types) return error ? <Refused error={error} retry={retry} /> : <Bones count={8} shape="line" />;
  const type = types.find((one) => one.type === wanted);
  if (type) return <NewChannel key={type.type} type={type} />;
  if (wanted)
    return (
      <Empty
        title={t`There is no such kind of channel`}
        act={<Link href={newAt('set-up', 'channels')}>{t`Choose another one`}</Link>}
      />
    );
  return <Kinds list={list} types={types.filter(({ aliasOf }) => aliasOf === undefined).toSorted(byUse)} />;
}

/** First what needs no provider. */
const first = ['DUMMY', 'WEBSITE'];

function byUse(a: ChannelType, b: ChannelType): number {
  const rank = ({ contactType }: ChannelType) => (first.indexOf(contactType) + 1 || first.length + 1) - 1;
  return rank(a) - rank(b) || a.name.localeCompare(b.name);
}

function Kinds({ list, types }: { list: string; types: ChannelType[] }) {
  const { t } = useLingui();
  useActs([{ id: 'leave', label: t`Back to the list`, keys: ['Escape'], run: () => history.back() }]);
  return (
    <div className={css.chooser}>
      <Link href={list} className={ui.back ?? ''}>
        <IconArrowLeft size={16} className="mirror" />
        {t`Channels`}
      </Link>
      <header>
        <h1>{t`New channel`}</h1>
        <p>{t`Over which door shall customers reach you? Begin with the sandbox to look at everything without a provider.`}</p>
      </header>
      <ul className={css.kinds}>
        {types.map(({ type, contactType, name, about }) => (
          <li key={type}>
            <Link href={`${newAt('set-up', 'channels')}?type=${encodeURIComponent(type)}`}>
              <ChannelIcon type={contactType} size={22} />
              <span>
                <strong>
                  <English>{name}</English>
                </strong>
                <small>
                  <English>{about}</English>
                </small>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
