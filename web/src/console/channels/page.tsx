import type { PageProps } from '../pages.ts';
import { Chooser } from './chooser.tsx';
import { ChannelPage } from './form.tsx';
import { ChannelList } from './list.tsx';

export default function Channels({ item, isNew }: PageProps) {
  if (isNew) return <Chooser />;
  return item === undefined ? <ChannelList /> : <ChannelPage key={item} id={item} />;
}
