/** What a column holds. The engines' own types for it are below. */
export type ColumnType = 'uuid' | 'key' | 'word' | 'text' | 'doc' | 'int';

/** Everything in which the engines differ, as data. Statements are otherwise written once. */
export interface Dialect {
  readonly name: 'sqlite' | 'mysql';
  readonly types: Readonly<Record<ColumnType, string>>;
  /** What a CREATE TABLE ends with: narrow rows are kept in their key's own tree. */
  readonly table_end: { readonly narrow: string; readonly wide: string };
  /** Whether an index may leave rows out; where not, it holds them all. */
  readonly partial_indexes: boolean;
  /** What makes an INSERT leave a taken key alone; '' where that comes back as an error. */
  readonly keep_taken: string;
  /** Between the row of an INSERT and what to do when its key is taken already. */
  readonly on_taken: (key: readonly string[]) => string;
  /** How that clause names the value which could not be inserted. */
  readonly refused_value: (column: string) => string;
}

/** Narrow tables save a second tree; there a row over a quarter page spills. */
export const SQLITE: Dialect = {
  name: 'sqlite',
  types: { uuid: 'text', key: 'text', word: 'text', text: 'text', doc: 'text', int: 'integer' },
  table_end: { narrow: 'without rowid', wide: '' },
  partial_indexes: true,
  keep_taken: ' on conflict do nothing',
  on_taken: (key) => `on conflict (${key.join(', ')}) do update set`,
  refused_value: (column) => `excluded.${column}`,
};

/** MySQL 8, MariaDB 10.6 and TiDB alike: binary collations, so that ids compare byte by byte. */
export const MYSQL: Dialect = {
  name: 'mysql',
  types: {
    uuid: 'varchar(64) character set ascii collate ascii_bin',
    key: 'varchar(191) character set utf8mb4 collate utf8mb4_bin',
    word: 'varchar(32) character set ascii collate ascii_bin',
    text: 'varchar(512) character set utf8mb4 collate utf8mb4_bin',
    doc: 'mediumtext character set utf8mb4 collate utf8mb4_bin',
    int: 'bigint',
  },
  table_end: { narrow: '', wide: '' },
  partial_indexes: false,
  keep_taken: '',
  on_taken: () => 'on duplicate key update',
  refused_value: (column) => `values(${column})`,
};
