import type { PageProps } from '../pages.ts';
import { TagForm } from './form.tsx';
import { TagList } from './list.tsx';

export default function Tags({ item, isNew }: PageProps) {
  return item === undefined && !isNew ? <TagList /> : <TagForm key={item ?? '+'} id={item} />;
}
