import { ApiError, call } from '../api/http.ts';
import type { Person, Profile } from '../api/types.ts';
import { client } from '../store/client.ts';
import { toast } from '../store/toasts.ts';

/** Changes something about a customer: at once on the screen, and as it was when the server refuses. */
export function useChange(person: Person) {
  const key = ['contact', person.id];
  const make = async (shown: Partial<Person>, path: string, body: unknown) => {
    client.setQueryData<Person>(key, (now) => now && { ...now, ...shown });
    try {
      client.setQueryData<Person>(
        key,
        await call<Person>('PUT', `/inbox/contacts/${encodeURIComponent(person.id)}${path}`, { body }),
      );
    } catch (error) {
      client.setQueryData<Person>(key, person);
      if (error instanceof ApiError)
        toast(error.message, { tone: 'error', ...(error.traceId && { traceId: error.traceId }) });
    }
  };
  return {
    profile: (profile: Profile) =>
      make({ businessProfile: { ...person.businessProfile, ...profile } }, '', { profile }),
    label: (name: string, value: string) =>
      make(
        {
          labels: [
            ...person.labels.filter((one) => one.key !== name),
            ...(value === '' ? [] : [{ key: name, value }]),
          ],
        },
        '',
        { labels: [{ key: name, value: value === '' ? null : value }] },
      ),
    tags: (tags: number[]) => make({ tags }, '/tags', { tags }),
  };
}
