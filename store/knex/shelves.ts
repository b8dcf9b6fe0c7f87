import { BrokenInvariant } from '../../kernel/assert.ts';
import type { OwnNumber } from '../numbers.ts';
import type { Account } from '../rows.ts';
import type { Kept, Shelf, Shelves } from '../store.ts';
import { mapped, matching, pageOf, scoped } from './lists.ts';
import type { Query, Sql } from './sql.ts';
import type { Row, Value } from './statement.ts';

/** Where a kind of row lies, and which columns are more than text and whole numbers. */
interface ShelfSpec {
  readonly table: string;
  readonly flags: readonly string[];
  readonly docs: readonly string[];
  /** Columns that replacing a row never touches: money moves by statements of its own. */
  readonly moved_elsewhere: readonly string[];
}

function spec(table: string, more: Partial<ShelfSpec> = {}): ShelfSpec {
  return { table, flags: [], docs: [], moved_elsewhere: [], ...more };
}

const SHELVES = {
  customers: spec('customers'),
  keys: spec('access_keys', { flags: ['live'], docs: ['scopes'] }),
  flows: spec('flows', { docs: ['actions'] }),
  providers: spec('providers', { flags: ['enabled'], docs: ['config', 'number_terms'] }),
  routes: spec('routes', { docs: ['price'] }),
  endpoints: spec('endpoints', { flags: ['enabled'], docs: ['event_types'] }),
  tags: spec('tags'),
  numbers: spec('numbers', {
    flags: ['t38_enabled', 'emergency_enabled', 'own'],
    docs: ['price'],
  }),
  caller_rules: spec('caller_rules'),
  inbound_configs: spec('inbound_configs'),
  accounts: spec('accounts', { moved_elsewhere: ['balance_micros', 'held_micros'] }),
} as const satisfies Record<keyof Shelves, ShelfSpec>;

const PLACE = { at: 'tm_create', id: 'id' } as const;

/** Everything that is kept by customers and operators, each on its shelf. */
export function openShelves(sql: Sql): Shelves {
  return {
    customers: openShelf(sql, SHELVES.customers),
    keys: openShelf(sql, SHELVES.keys),
    flows: openShelf(sql, SHELVES.flows),
    providers: openShelf(sql, SHELVES.providers),
    routes: openShelf(sql, SHELVES.routes),
    endpoints: openShelf(sql, SHELVES.endpoints),
    accounts: openShelf(sql, SHELVES.accounts),
    tags: openShelf(sql, SHELVES.tags),
    numbers: openShelf(sql, SHELVES.numbers),
    caller_rules: openShelf(sql, SHELVES.caller_rules),
    inbound_configs: openShelf(sql, SHELVES.inbound_configs),
  };
}

function openShelf<Kind extends Kept>(sql: Sql, spec: ShelfSpec): Shelf<Kind> {
  const kept = (): Query => sql.from(spec.table).whereNull('tm_delete');
  const meaning = (row: Row): Kind => decode(spec, row) as unknown as Kind;
  return {
    insert: (row) => sql.change(sql.from(spec.table).insert(encode(spec, row))),
    get: async (scope, id) => {
      const [row] = await sql.read(scoped(kept().where({ id }), 'customer_id', scope));
      return row === undefined ? null : meaning(row);
    },
    list: async (scope, match, page) => {
      const query = scoped(matching(kept(), comparable(spec, match)), 'customer_id', scope);
      return mapped(await pageOf(sql, query, { place: PLACE, page }), meaning);
    },
    all: async (scope) => {
      const query = scoped(kept(), 'customer_id', scope).orderBy('tm_create').orderBy('id');
      return (await sql.read(query)).map(meaning);
    },
    update: async (row, tm_update) => {
      const { id, customer_id } = row;
      const query = kept().where({ id, customer_id, tm_update });
      return sql.change(query.update(renewed(spec, encode(spec, row))));
    },
    remove: async (scope, id, at) => {
      const query = scoped(kept().where({ id }), 'customer_id', scope);
      return sql.change(query.update({ tm_delete: at, tm_update: at }));
    },
  };
}

/** An account as it is kept, deleted or not. */
export function accountOf(row: Row): Account {
  return decode(SHELVES.accounts, row) as unknown as Account;
}

/** A number as it is kept. */
export function numberOf(row: Row): OwnNumber {
  return decode(SHELVES.numbers, row) as unknown as OwnNumber;
}

function encode(spec: ShelfSpec, row: object): Record<string, Value> {
  const columns: Record<string, Value> = {};
  for (const [name, value] of Object.entries(row)) {
    if (spec.docs.includes(name)) columns[name] = JSON.stringify(value);
    else if (spec.flags.includes(name)) columns[name] = value === true ? 1 : 0;
    else columns[name] = value as Value;
  }
  return columns;
}

function decode(spec: ShelfSpec, row: Row): Record<string, unknown> {
  const value: Record<string, unknown> = { ...row };
  for (const name of spec.docs) value[name] = JSON.parse(String(row[name]));
  for (const name of spec.flags) value[name] = row[name] === 1;
  return value;
}

function renewed(spec: ShelfSpec, columns: Record<string, Value>): Record<string, Value> {
  const fixed = ['id', 'customer_id', 'tm_create', ...spec.moved_elsewhere];
  return Object.fromEntries(Object.entries(columns).filter(([name]) => !fixed.includes(name)));
}

function comparable(spec: ShelfSpec, match: object): Readonly<Record<string, unknown>> {
  for (const name of Object.keys(match))
    if (spec.docs.includes(name)) throw new BrokenInvariant(`${spec.table}.${name} is a document`);
  return match as Readonly<Record<string, unknown>>;
}
