import type { PageProps } from '../pages.ts';
import { VarForm } from './form.tsx';
import { VarList } from './list.tsx';

export default function Variables({ item, isNew }: PageProps) {
  return item === undefined && !isNew ? <VarList /> : <VarForm key={item ?? '+'} name={item} />;
}
