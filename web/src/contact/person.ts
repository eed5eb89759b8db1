import { queryOptions } from '@tanstack/react-query';
import { call } from '../api/http.ts';
import type { InboxSession, Page, Person } from '../api/types.ts';

/** What the server knows of a customer. */
export const personQuery = (id: string) =>
  queryOptions({
    queryKey: ['contact', id],
    queryFn: ({ signal }) => call<Person>('GET', `/inbox/contacts/${encodeURIComponent(id)}`, { signal }),
  });

/** The newest conversations of a customer that one sees. */
export const sessionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['contact-sessions', id],
    queryFn: ({ signal }) =>
      call<Page<InboxSession>>('GET', `/inbox/contacts/${encodeURIComponent(id)}/sessions?limit=10`, {
        signal,
      }),
  });

/** What to call a person, as the server does: the address when nothing is known. */
export const nameOf = ({ businessProfile, profile, csid }: Person): string =>
  businessProfile.displayName || businessProfile.name || profile.name || csid;
