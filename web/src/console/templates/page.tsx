import type { PageProps } from '../pages.ts';
import { TemplateEditor } from './editor.tsx';
import { TemplateList } from './list.tsx';

export default function Templates({ item, isNew }: PageProps) {
  return item === undefined && !isNew ? <TemplateList /> : <TemplateEditor key={item ?? '+'} item={item} />;
}
