import type { PageProps } from '../pages.ts';
import { AgentForm } from './form.tsx';
import { AgentList } from './list.tsx';

export default function Agents({ item, isNew }: PageProps) {
  return item === undefined && !isNew ? <AgentList /> : <AgentForm key={item ?? '+'} code={item} />;
}
