import type { AuditVerb, Deed } from '../model/audit.ts';
import { firstIdAt } from '../model/ids.ts';
import { present } from '../model/present.ts';
import { queryOf } from '../model/search.ts';
import * as store from '../store/audit.ts';
import type { Database } from '../store/database.ts';
import { useWords } from '../store/search.ts';
import { audit, type By } from './audit.ts';

/** The audit log as doors read it. What is in it was written by who did it: see `audit`. */
export interface AuditLog {
  /** Lines, newest first; `after`: the last one of the page before. */
  read(
    businessId: number,
    wanted: AuditWanted,
    page: { after?: string | undefined; limit: number },
  ): Promise<store.AuditLine[]>;
  /** Writes down that somebody takes data along; to be asked before the first of it goes out. */
  exported(by: By, what: AuditVerb & `${string}.exported`, filters: Record<string, unknown>): Promise<void>;
}

/** Which lines are wanted; what is absent is not looked at. */
export interface AuditWanted extends Omit<store.AuditFilter, 'from' | 'before'> {
  /** Epoch ms: from then on, and before then. */
  from?: number | undefined;
  to?: number | undefined;
  /** Folded words (`Search.wordsIn`): those that have all of them. */
  words?: readonly string[] | undefined;
}

export function makeAuditLog(db: Database): AuditLog {
  return {
    async read(businessId, { from, to, words, ...filter }, { after, limit }) {
      const ends = [after, to === undefined ? undefined : firstIdAt(to)].filter((id) => id !== undefined);
      const range = {
        ...filter,
        ...(from !== undefined && { from: firstIdAt(from) }),
        ...(ends.length > 0 && { before: ends.sort()[0] }),
      };
      if (!words) return store.list(db, businessId, range, limit);
      return db.transaction(async (tx) => {
        await useWords(tx);
        return store.find(tx, businessId, queryOf(businessId, words), range, limit);
      });
    },
    exported(by, what, filters) {
      const changes = Object.entries(present(filters)).map(([field, after]) => ({ field, after }));
      return audit(db, by, [{ what, changes }] satisfies Deed[]);
    },
  };
}
