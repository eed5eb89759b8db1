import type { PageProps } from '../pages.ts';
import { DeliveryPage } from './delivery.tsx';
import { EndpointForm } from './form.tsx';
import { EndpointList } from './list.tsx';
import { DeliveryLog } from './log.tsx';
import { Tester } from './tester.tsx';

/** The list; an endpoint, what it was told (`id/deliveries`), one call (`id/deliveries/17`), and its tester (`id/test`). */
export default function Webhooks({ item, isNew }: PageProps) {
  if (item === undefined && !isNew) return <EndpointList />;
  const [id = '', part, seq] = item?.split('/') ?? [];
  if (part === 'deliveries' && seq !== undefined) return <DeliveryPage key={item} id={id} seq={seq} />;
  if (part === 'deliveries') return <DeliveryLog key={id} id={id} />;
  if (part === 'test') return <Tester key={id} id={id} />;
  return <EndpointForm key={item ?? '+'} id={isNew ? undefined : id} />;
}
