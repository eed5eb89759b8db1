import type { Database, Queryable, Statement } from '../../src/store/database.ts';

/** A database that can be taken from a pipeline, and given back: a network that parts, a process that died. */
export interface CuttableDatabase extends Database {
  /**
   * From now on nothing reaches the database, and transactions under way do not commit; or, when a
   * statement is named, everything but that one.
   */
  cut(only?: string): void;
  mend(): void;
  /** Notes the transactions from now on, each by the names of its statements. */
  note(): string[][];
  /** Counts how often a statement runs from now on. */
  count(name: string): () => number;
}

const away = () => Object.assign(new Error('the database is cut off'), { code: 'ECONNREFUSED' });

export function cuttable(database: Database): CuttableDatabase {
  let isCut = false;
  let lost: string | undefined;
  const counts = new Map<string, number>();
  const notes: string[][][] = [];
  const reach = (statement?: Statement) => {
    if (isCut || (lost !== undefined && statement?.name === lost)) throw away();
    if (statement) counts.set(statement.name, (counts.get(statement.name) ?? 0) + 1);
  };
  return {
    async run(statement, values) {
      reach(statement);
      return database.run(statement, values);
    },
    reports: {
      async run(statement, values) {
        reach(statement);
        return database.reports.run(statement, values);
      },
    },
    async transaction(work) {
      reach();
      return database.transaction(async (tx) => {
        const names: string[] = [];
        for (const list of notes) list.push(names);
        const run: Queryable['run'] = async (statement, values) => {
          reach(statement);
          names.push(statement.name);
          return tx.run(statement, values);
        };
        // The commit does not go along, so that it can be cut off from its statement.
        const result = await work({ run, runLast: run, committed: tx.committed });
        reach();
        return result;
      });
    },
    async connect() {
      reach();
      return database.connect();
    },
    close: () => database.close(),
    cut(only) {
      lost = only;
      isCut = only === undefined;
    },
    note() {
      notes.push([]);
      return notes.at(-1)!;
    },
    count(name) {
      const before = counts.get(name) ?? 0;
      return () => (counts.get(name) ?? 0) - before;
    },
    mend() {
      lost = undefined;
      isCut = false;
    },
  };
}
