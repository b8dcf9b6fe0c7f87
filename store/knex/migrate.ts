import { MIGRATIONS } from '../../migrations/all.ts';
import type { Dialect } from './dialects.ts';
import { statementFor } from './migration.ts';
import type { Migration } from './migration.ts';

/** Which migrations have been made. Their names are the only record of the schema's version. */
export const MIGRATIONS_TABLE =
  'create table if not exists migrations (name varchar(64) not null, primary key (name))';
export const MIGRATIONS_MADE = 'select name from migrations';
export const MIGRATION_RECORD = 'insert into migrations (name) values (?)';

/** A migration as the statements of one engine. */
export interface DueMigration {
  readonly name: string;
  readonly statements: readonly string[];
}

/** The migrations that remain to be made in these databases, in order. */
export function dueMigrations(
  made: readonly string[],
  homes: readonly Migration['home'][],
  dialect: Dialect,
): DueMigration[] {
  return MIGRATIONS.filter(({ name, home }) => homes.includes(home) && !made.includes(name)).map(
    ({ name, changes }) => ({
      name,
      statements: changes.map((change) => statementFor(change, dialect)),
    }),
  );
}
