import type { PageProps } from '../pages.ts';
import { QueueForm } from './form.tsx';
import { QueueList } from './list.tsx';

export default function Queues({ item, isNew }: PageProps) {
  return item === undefined && !isNew ? <QueueList /> : <QueueForm key={item ?? '+'} code={item} />;
}
