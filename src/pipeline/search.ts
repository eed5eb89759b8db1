import { wordsOf } from '../model/fold.ts';
import type { View } from '../model/policy.ts';
import { invalid } from '../model/problem.ts';
import { queryOf, stretches } from '../model/search.ts';
import { ticketNumber } from '../model/session.ts';
import * as lists from '../store/contact-lists.ts';
import type { Database, Queryable } from '../store/database.ts';
import { type InboxRow, one } from '../store/inbox.ts';
import * as inboxLists from '../store/inbox-lists.ts';
import * as store from '../store/search.ts';

/** What is searched for. */
export interface Search {
  /** The folded words of a query. Throws `invalid` on its field for less than two characters, or more than ten words. */
  wordsIn(q: string, field?: string): string[];
  /** Messages that somebody sees, newest first; `before`: the last one of the page before. */
  messages(businessId: number, view: View, words: string[], page: SearchPage): Promise<store.FoundMessage[]>;
  /** Ids of contacts, after one of them. */
  contacts(businessId: number, words: string[], page: { after?: string; limit: number }): Promise<string[]>;
  /**
   * A page of the inbox, of those alone whose person has these words in name, address or labels, or whose ticket the text is.
   * Less than two letters narrow nothing. Throws `invalid` on `text`.
   */
  inbox(
    businessId: number,
    view: View,
    text: string,
    page: Omit<inboxLists.InboxPage, 'text'>,
  ): Promise<InboxRow[]>;
  /** The sessions with this ticket that somebody sees. */
  ofTicket(businessId: number, view: View, text: string): Promise<InboxRow[]>;
  /**
   * Contacts that somebody sees, as screens list them, who came last first; of a first page how many there are, too.
   * `words`: only those with these.
   */
  people(businessId: number, view: View, ask: PeopleAsk): Promise<PeoplePage>;
}

export type PeopleAsk = Omit<lists.ContactFilter, 'words' | 'common'> &
  lists.ContactPage & { words?: string[] | undefined };

export interface PeoplePage {
  rows: lists.ContactRow[];
  /** After which number it goes on, also where the page is short; absent: that is all. */
  next?: number;
  /** How many there are under the filter, where that is known in a moment. */
  total?: number | undefined;
}

export interface SearchPage {
  before?: string;
  limit: number;
}

const mostWords = 10;
const fewestLetters = 2;

export function makeSearch(db: Database): Search {
  const idsOfTicket = async (businessId: number, text: string) => {
    const ticket = ticketNumber(text);
    return ticket === undefined ? [] : inboxLists.byTicket(db, businessId, ticket);
  };
  return {
    wordsIn(q, field = 'q') {
      const words = wordsOf(q);
      if (words.join('').length < fewestLetters)
        throw invalid(field, 'Search for two letters or digits at least');
      if (words.length > mostWords) throw invalid(field, `Search for ${mostWords} words at most`);
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
    async inbox(businessId, view, text, page) {
      const words = wordsOf(text);
      if (words.join('').length < fewestLetters) return inboxLists.list(db, businessId, view, page);
      if (words.length > mostWords) throw invalid('text', `Search for ${mostWords} words at most`);
      const query = queryOf(businessId, words);
      const ids = await idsOfTicket(businessId, text);
      const found = await db.transaction(async (tx) => {
        await store.useWords(tx);
        if (await lists.isCommon(tx, businessId, query)) return undefined;
        return inboxLists.list(tx, businessId, view, { text: { words: query, common: false, ids }, ...page });
      });
      // Outside of it: a list that is gone through is read as every other.
      return (
        found ?? inboxLists.list(db, businessId, view, { text: { words: query, common: true, ids }, ...page })
      );
    },
    async ofTicket(businessId, view, text) {
      const ids = await idsOfTicket(businessId, text);
      const rows = await Promise.all(ids.map((id) => one(db, businessId, view, id)));
      return rows.filter((row) => row !== undefined);
    },
    people: async (businessId, view, { words, after, limit, ...filter }) => {
      const read = async (tx: Queryable, narrowed: lists.ContactFilter): Promise<PeoplePage> => {
        const isFirst = after === undefined && filter.id === undefined;
        const [page, total] = await Promise.all([
          lists.list(tx, businessId, view, { ...narrowed, after, limit }),
          isFirst ? lists.countOf(tx, businessId, view, narrowed) : undefined,
        ]);
        return { ...page, total };
      };
      if (!words) return read(db, filter);
      const query = queryOf(businessId, words);
      return db.transaction(async (tx) => {
        await store.useWords(tx);
        const common = filter.id === undefined && (await lists.isCommon(tx, businessId, query));
        return read(tx, { ...filter, words: query, common });
      });
    },
  };
}
