import { wordsOf } from '../model/fold.ts';
import type { View } from '../model/policy.ts';
import { invalid } from '../model/problem.ts';
import { queryOf, stretches } from '../model/search.ts';
import type { Database } from '../store/database.ts';
import * as store from '../store/search.ts';

/** What is searched for. */
export interface Search {
  /** The folded words of a query. Throws `invalid` on `q` for less than two characters, or more than ten words. */
  wordsIn(q: string): string[];
  /** Messages that somebody sees, newest first; `before`: the last one of the page before. */
  messages(businessId: number, view: View, words: string[], page: SearchPage): Promise<store.FoundMessage[]>;
  /** Ids of contacts, after one of them. */
  contacts(businessId: number, words: string[], page: { after?: string; limit: number }): Promise<string[]>;
}

export interface SearchPage {
  before?: string;
  limit: number;
}

const mostWords = 10;

export function makeSearch(db: Database): Search {
  return {
    wordsIn(q) {
      const words = wordsOf(q);
      if (words.join('').length < 2) throw invalid('q', 'Search for two letters or digits at least');
      if (words.length > mostWords) throw invalid('q', `Search for ${mostWords} words at most`);
      return words;
    },
    messages: (businessId, view, words, { before = 'g', limit }) =>
      db.transaction(async (tx) => {
        await store.useWords(tx);
        const found = new Map<string, store.FoundMessage>();
        for (const marks of stretches(Date.now())) {
          const query = queryOf(businessId, words, marks);
          // Those that are not seen are left out afterwards: for them more are looked at.
          const rows = await store.messages(
            tx,
            businessId,
            view,
            query,
            before,
            view.all ? limit : 10 * limit,
          );
          for (const row of rows) found.set(row.id, row);
          if (found.size >= limit) break;
        }
        return [...found.values()].sort((a, b) => (a.id > b.id ? -1 : 1)).slice(0, limit);
      }),
    contacts: (businessId, words, { after = '', limit }) =>
      db.transaction(async (tx) => {
        await store.useWords(tx);
        return store.contacts(tx, businessId, queryOf(businessId, words), after, limit);
      }),
  };
}
