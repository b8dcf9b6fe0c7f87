import type Database from 'better-sqlite3';
import { StoreError } from '../store.ts';
import { storeError } from './sqlite_file.ts';
import type { Otherwise, Value } from './statement.ts';

/** A statement by its prepared form: what both threads speak. */
export interface Ready {
  readonly statement: Database.Statement;
  readonly args: readonly Value[];
  readonly otherwise: Otherwise;
}

/** What became of a unit: a refusal, null when it is committed, or why it could not be run. */
export type Answer = string | null | { readonly retry: StoreError['retry']; readonly why: string };

/** Commits units in one transaction; refused ones leave nothing. Answers each, in order. */
export type RunBatch = (units: readonly (readonly Ready[])[]) => readonly Answer[];

/**
 * A batch is first run as if nothing were refused; a refusal by a unit's first statement leaves
 * nothing to undo. Only where something has to be undone is the batch run again, each unit behind a
 * savepoint of its own.
 */
export function batchRunner(db: Database.Database): RunBatch {
  const begin = db.prepare('begin immediate');
  const commit = db.prepare('commit');
  const attempt = (
    units: readonly (readonly Ready[])[],
    run: (unit: readonly Ready[]) => Answer,
  ): Answer[] => {
    begin.run();
    const answers = units.map(run);
    commit.run();
    return answers;
  };
  return (units) => {
    try {
      return attempt(units, runUnit);
    } catch {
      // whatever it was, it comes again below, and then only to the unit that caused it
      rollBack(db);
    }
    try {
      return attempt(units, (unit) => isolated(db, unit));
    } catch (error) {
      rollBack(db);
      return units.map(() => failure(error));
    }
  };
}

/** A refusal after something was already written: the transaction has to be begun again. */
class Undo extends Error {}

function runUnit(unit: readonly Ready[]): Answer {
  for (let place = 0; place < unit.length; place += 1) {
    const { statement, args, otherwise } = unit[place] as Ready;
    if (statement.run(args).changes > 0 || otherwise === null) continue;
    if ('skip' in otherwise) place += otherwise.skip;
    else if (place === 0) return otherwise.refuse;
    else throw new Undo(otherwise.refuse);
  }
  return null;
}

function isolated(db: Database.Database, unit: readonly Ready[]): Answer {
  db.exec('savepoint unit');
  try {
    return runUnit(unit);
  } catch (error) {
    db.exec('rollback to unit');
    return error instanceof Undo ? error.message : failure(error);
  } finally {
    db.exec('release unit');
  }
}

function failure(error: unknown): Answer {
  const known = storeError(error);
  if (known instanceof StoreError) return { retry: known.retry, why: known.message };
  return { retry: 'never', why: String(error) };
}

function rollBack(db: Database.Database): void {
  if (db.inTransaction) db.exec('rollback');
}
