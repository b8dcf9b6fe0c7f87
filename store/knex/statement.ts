import type { Knex } from 'knex';
import type { Dialect } from './dialects.ts';

/** What SQL is given and gives back here: nothing else is ever bound. */
export type Value = string | number | null;
export type Row = Readonly<Record<string, Value>>;

/**
 * The form of a statement on the path of a call. Engines may run many statements of one shape in
 * one go: inserts by more rows, sums by adding up what concerns the same row.
 */
export interface Shape {
  readonly verb: 'insert' | 'upsert' | 'update' | 'delete' | 'sum';
  readonly table: string;
  /** insert, upsert: the columns, in the order of the arguments. */
  readonly columns: readonly string[];
  readonly key: readonly string[];
  /** upsert: what is written when the key is taken. */
  readonly renewed: readonly string[];
  /** update, delete, sum: the statement. */
  readonly sql: string;
  /** update: which argument is the row's key. sum: all others are added up. */
  readonly key_at: number;
}

/**
 * What follows when a statement changes no row: `refuse` undoes its unit, whose answer this is ·
 * `skip` leaves out so many of the statements after it · null: nothing, it was done before.
 */
export type Otherwise = { readonly refuse: string } | { readonly skip: number } | null;

export interface Statement {
  readonly shape: Shape;
  readonly args: readonly Value[];
  readonly otherwise: Otherwise;
}

const NONE = { columns: [], key: [], renewed: [], sql: '', key_at: 0 } as const;

/** Inserts a row; a row whose key is taken changes nothing. */
export function insertInto(
  table: string,
  columns: readonly string[],
  key: readonly string[] = ['id'],
): Shape {
  return { ...NONE, verb: 'insert', table, columns, key };
}

/** Inserts a row, or renews some of its columns where the key is taken. */
export function upsertInto(
  table: string,
  columns: readonly string[],
  renewed: readonly string[],
): Shape {
  return { ...NONE, verb: 'upsert', table, columns, key: ['id'], renewed };
}

export function updating(table: string, sql: string, key_at: number): Shape {
  return { ...NONE, verb: 'update', table, sql: `update ${table} set ${sql}`, key_at };
}

export function deleting(table: string, where: string): Shape {
  return { ...NONE, verb: 'delete', table, sql: where };
}

/** Adds to columns of one row; amounts for the same row may be added up beforehand. */
export function adding(table: string, sql: string, key_at: number): Shape {
  return { ...NONE, verb: 'sum', table, sql: `update ${table} set ${sql}`, key_at };
}

/** One statement of a shape as SQL, for `rows` rows. Only inserts and deletes take several. */
export function sqlOf(shape: Shape, dialect: Dialect, rows = 1): string {
  if (shape.verb === 'update' || shape.verb === 'sum') return shape.sql;
  if (shape.verb === 'delete') {
    const where = Array.from({ length: rows }, () => `(${shape.sql})`).join(' or ');
    return `delete from ${shape.table} where ${where}`;
  }
  const row = `(${shape.columns.map(() => '?').join(',')})`;
  const rowsSql = Array.from({ length: rows }, () => row).join(',');
  const head = `insert into ${shape.table} (${shape.columns.join(',')}) values ${rowsSql}`;
  if (shape.verb === 'upsert') return `${head} ${renewal(shape, dialect)}`;
  return `${head}${dialect.keep_taken}`;
}

function renewal(shape: Shape, dialect: Dialect): string {
  const set = shape.renewed.map((column) => `${column} = ${dialect.refused_value(column)}`);
  return `${dialect.on_taken(shape.key)} ${set.join(', ')}`;
}

/**
 * A writing query of knex as a statement that is refused when it changes no row. `shapes` keeps one
 * shape for each text.
 */
export function adHoc(
  query: Knex.QueryBuilder,
  dialect: Dialect,
  shapes: Map<string, Shape>,
): Statement {
  const { sql: built, bindings } = query.toSQL().toNative();
  const sql = built.startsWith('insert') ? `${built}${dialect.keep_taken}` : built;
  const shape: Shape = shapes.get(sql) ?? { ...NONE, verb: 'update', table: '', sql };
  shapes.set(sql, shape);
  return { shape, args: bindings as Value[], otherwise: { refuse: 'no_row' } };
}
