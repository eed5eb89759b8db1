import { useState } from 'react';

/** A channel on which customers can be played. */
export interface PlayedChannel {
  id: string;
  name: string;
  lane: string;
  /** Somebody to begin with, where a simulated provider is behind it; absent: it is a sandbox. */
  person?: string;
}

/** A customer who can be played. */
export interface Phone {
  csid: string;
  name: string;
}

/** The customers of a channel, kept in this browser. Sandboxes share theirs: any number is one of them. */
export function usePhones({ id, person }: PlayedChannel): [Phone[], (next: Phone[]) => void] {
  const key = person === undefined ? 'parley.phones' : `parley.phones ${id}`;
  const [phones, setPhones] = useState(
    // The last digits choose how a sandbox answers: 000 means that all goes well.
    () =>
      kept(key) ?? [
        person === undefined ? { csid: '966500000000', name: 'Amina' } : { csid: person, name: '' },
      ],
  );
  const keep = (next: Phone[]) => {
    setPhones(next);
    localStorage.setItem(key, JSON.stringify(next));
  };
  return [phones, keep];
}

function kept(key: string): Phone[] | undefined {
  try {
    const phones = JSON.parse(localStorage.getItem(key) ?? '[]') as Phone[];
    return Array.isArray(phones) && phones.length > 0 ? phones : undefined;
  } catch {
    return undefined;
  }
}
