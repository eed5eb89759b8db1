import { call } from '../api/http.ts';
import type { Person, Profile } from '../api/types.ts';
import { client } from '../store/client.ts';
import { complain } from '../ui/refusals.ts';

/** Changes something about a customer: at once on the screen, and as it was when the server refuses. Tells whether it is so. */
export function useChange(person: Person) {
  const key = ['contact', person.id];
  const make = async (shown: Partial<Person>, path: string, body: unknown): Promise<boolean> => {
    client.setQueryData<Person>(key, (now) => now && { ...now, ...shown });
    try {
      client.setQueryData<Person>(
        key,
        await call<Person>('PUT', `/inbox/contacts/${encodeURIComponent(person.id)}${path}`, { body }),
      );
      return true;
    } catch (error) {
      const before = Object.fromEntries(
        Object.keys(shown).map((name) => [name, person[name as keyof Person]]),
      );
      client.setQueryData<Person>(key, (now) => now && { ...now, ...before });
      complain(error);
      return false;
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
