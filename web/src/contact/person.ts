import { queryOptions } from '@tanstack/react-query';
import { call } from '../api/http.ts';
import type { Person } from '../api/types.ts';

/** What the server knows of a customer. */
export const personQuery = (id: string) =>
  queryOptions({
    queryKey: ['contact', id],
    queryFn: ({ signal }) => call<Person>('GET', `/inbox/contacts/${encodeURIComponent(id)}`, { signal }),
  });

/** What to call a person, as the server does: the address when nothing is known. */
export const nameOf = ({ businessProfile, profile, csid }: Person): string =>
  businessProfile.displayName || businessProfile.name || profile.name || csid;
