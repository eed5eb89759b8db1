import type { PageProps } from '../pages.ts';
import { Life } from './life.tsx';
import { MessageList } from './list.tsx';

export default function WhyPage({ item }: PageProps) {
  return item === undefined ? <MessageList /> : <Life key={item} id={item} />;
}
