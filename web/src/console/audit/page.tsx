import type { PageProps } from '../pages.ts';
import { AuditDetail } from './detail.tsx';
import { AuditList } from './list.tsx';

export default function Audit({ item }: PageProps) {
  return item === undefined ? <AuditList /> : <AuditDetail key={item} id={item} />;
}
