import type { Database, Queryable } from '../../src/store/database.ts';

/** A database that can be taken from a pipeline, and given back: a network that parts, a process that died. */
export interface CuttableDatabase extends Database {
  /** From now on nothing reaches the database, and transactions under way do not commit. */
  cut(): void;
  mend(): void;
}

const away = () => Object.assign(new Error('the database is cut off'), { code: 'ECONNREFUSED' });

export function cuttable(database: Database): CuttableDatabase {
  let isCut = false;
  const reach = () => {
    if (isCut) throw away();
  };
  return {
    async run(statement, values) {
      reach();
      return database.run(statement, values);
    },
    async transaction(work) {
      reach();
      return database.transaction(async (tx) => {
        const run: Queryable['run'] = async (statement, values) => {
          reach();
          return tx.run(statement, values);
        };
        // The commit does not go along, so that it can be cut off from its statement.
        const result = await work({ run, runLast: run });
        reach();
        return result;
      });
    },
    async connect() {
      reach();
      return database.connect();
    },
    close: () => database.close(),
    cut() {
      isCut = true;
    },
    mend() {
      isCut = false;
    },
  };
}
