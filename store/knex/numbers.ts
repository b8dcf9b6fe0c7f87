import type { NumberBook } from '../numbers.ts';
import { numberOf } from './shelves.ts';
import type { Sql } from './sql.ts';

const HOLDER = 'select * from numbers where held_number = ?';
const HELD = 'select held_number from numbers where held_number is not null';
const DUE =
  "select * from numbers where status = 'active' and tm_renew <= ? " +
  'and (tm_renew > ? or (tm_renew = ? and id > ?)) order by tm_renew, id limit ?';
const UNSETTLED =
  "select * from numbers where status in ('buying', 'releasing') and tm_update < ? " +
  'order by tm_update limit ?';

/** Numbers by what they are, rather than by whose. */
export function openNumbers(sql: Sql): NumberBook {
  return {
    holder: async (number) => {
      const [row] = await sql.rows(HOLDER, [number]);
      return row === undefined ? null : numberOf(row);
    },
    held: async () => (await sql.rows(HELD, [])).map((row) => String(row['held_number'])),
    due: async (at, limit, after) => {
      const [paid, id] = after === undefined ? [-1, ''] : [after.tm_renew, after.id];
      return (await sql.rows(DUE, [at, paid, paid, id, limit])).map(numberOf);
    },
    unsettled: async (at, limit) => (await sql.rows(UNSETTLED, [at, limit])).map(numberOf),
  };
}
