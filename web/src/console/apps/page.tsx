import type { PageProps } from '../pages.ts';
import { AppForm } from './form.tsx';
import { KeyForm } from './key-form.tsx';
import { AppList } from './list.tsx';

/** Behind the code of an app: a new key of it. No code has such a sign. */
export const newKey = '+key';

export default function Apps({ item, isNew }: PageProps) {
  if (item === undefined && !isNew) return <AppList />;
  const [code, more] = item?.split('/') ?? [];
  if (code !== undefined && more === newKey) return <KeyForm key={item} app={code} />;
  return <AppForm key={item ?? '+'} code={code} />;
}
