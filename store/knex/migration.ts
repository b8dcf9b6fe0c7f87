import type { ColumnType, Dialect } from './dialects.ts';

/** A column: its type, and `?` behind it where it may be null. */
export type ColumnSpec = ColumnType | `${ColumnType}?`;

/** One change of the schema, written once for every engine. */
export type SchemaChange =
  | {
      readonly table: string;
      readonly columns: Readonly<Record<string, ColumnSpec>>;
      readonly key: readonly string[];
      /** narrow: rows under some 200 bytes, or short-lived ones; wide: rows with documents. */
      readonly rows: 'narrow' | 'wide';
    }
  | {
      readonly index: string;
      readonly on: string;
      readonly columns: readonly string[];
      readonly unique?: boolean;
      /** Rows that are worth an entry, where the engine can leave others out. */
      readonly only?: string;
    }
  | { readonly sql: string };

/** A step forward of the schema. Never edited once released; there is no way back. */
export interface Migration {
  readonly name: string;
  /** The sandbox network keeps its log apart where the engine has files. */
  readonly home: 'main' | 'sandbox';
  readonly changes: readonly SchemaChange[];
}

/** The statement that makes one change on one engine. */
export function statementFor(change: SchemaChange, dialect: Dialect): string {
  if ('sql' in change) return change.sql;
  if ('index' in change) {
    const only =
      change.only !== undefined && dialect.partial_indexes ? ` where ${change.only}` : '';
    const kind = change.unique === true ? 'unique index' : 'index';
    return `create ${kind} ${change.index} on ${change.on} (${change.columns.join(', ')})${only}`;
  }
  const columns = Object.entries(change.columns).map(([name, spec]) => column(name, spec, dialect));
  const key = `primary key (${change.key.join(', ')})`;
  return (
    `create table ${change.table} (${[...columns, key].join(', ')}) ` +
    dialect.table_end[change.rows]
  );
}

function column(name: string, spec: ColumnSpec, dialect: Dialect): string {
  const nullable = spec.endsWith('?');
  const type = (nullable ? spec.slice(0, -1) : spec) as ColumnType;
  return `${name} ${dialect.types[type]}${nullable ? ' null' : ' not null'}`;
}
