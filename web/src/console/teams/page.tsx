import type { PageProps } from '../pages.ts';
import { TeamForm } from './form.tsx';
import { TeamList } from './list.tsx';

export default function Teams({ item, isNew }: PageProps) {
  return item === undefined && !isNew ? <TeamList /> : <TeamForm key={item ?? '+'} code={item} />;
}
