import type { PageProps } from '../pages.ts';
import { FieldForm } from './form.tsx';
import { FieldList } from './list.tsx';

export default function CustomFields({ item, isNew }: PageProps) {
  return item === undefined && !isNew ? <FieldList /> : <FieldForm key={item ?? '+'} fieldKey={item} />;
}
