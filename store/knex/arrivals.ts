import type { Arrivals, RefusedCall, Traffic } from '../arrivals.ts';
import { mapped, matching, pageOf, scoped } from './lists.ts';
import { firstNumber } from './sql.ts';
import type { Sql } from './sql.ts';
import { insertInto, updating } from './statement.ts';
import type { Row, Value } from './statement.ts';
import { endOf } from './ways.ts';

const COLUMNS = [
  'id',
  'customer_id',
  'provider_id',
  'source',
  'destination',
  'reason',
  'sip_code',
  'q850',
  'leg_ref',
  'count',
  'tm_create',
  'tm_update',
] as const satisfies (keyof RefusedCall)[];

const NOTE = insertInto('refused_calls', COLUMNS);
const COUNT = updating(
  'refused_calls',
  'count = count + ?, leg_ref = ?, tm_update = ? where id = ?',
  3,
);
const PARALLEL =
  'select count(*) as n from live_ways ' +
  "where destination = ? and direction = 'incoming' and source = ?";
const ON_THE_WAY =
  'select max(hops) as hops from live_ways ' +
  "where destination = ? and direction = 'outgoing' and source = ?";
const CROWDED = 'select customer_id from refused_calls group by customer_id having count(*) > ?';
const EDGE =
  'select tm_create from refused_calls where customer_id = ? ' +
  'order by tm_create desc limit 1 offset ?';
const PLACE = { at: 'tm_create', id: 'id' } as const;

/** What is known about calls that come in. */
export function openArrivals(sql: Sql): Arrivals {
  return {
    traffic: (source, destination) => traffic(sql, endOf(source), endOf(destination)),
    note: async (call) => note(sql, cut(call)),
    refused: async (scope, filter, page) => {
      const query = matching(scoped(sql.from('refused_calls'), 'customer_id', scope), {
        ...filter,
      });
      return mapped(await pageOf(sql, query, { place: PLACE, page }), refusedOf);
    },
    refusedOne: async (scope, id) => {
      const query = scoped(sql.from('refused_calls').where({ id }), 'customer_id', scope);
      const [row] = await sql.read(query);
      return row === undefined ? null : refusedOf(row);
    },
    forget: (at, keep) => forget(sql, at, keep),
  };
}

async function traffic(sql: Sql, source: string, destination: string): Promise<Traffic> {
  const parallel = firstNumber(await sql.rows(PARALLEL, [destination, source]));
  const [coming] = await sql.rows(ON_THE_WAY, [destination, source]);
  const hops = coming?.['hops'] ?? null;
  return { parallel, hops: hops === null ? null : Number(hops) };
}

async function note(sql: Sql, call: RefusedCall): Promise<boolean> {
  const args = COLUMNS.map((name): Value => call[name]);
  const known = await sql.commit([{ shape: NOTE, args, otherwise: { refuse: 'known' } }]);
  if (known === null) return true;
  const again = [call.count, call.leg_ref, call.tm_update, call.id];
  await sql.commit([{ shape: COUNT, args: again, otherwise: null }]);
  return false;
}

/** What strangers send is kept no longer than an index can hold. */
function cut(call: RefusedCall): RefusedCall {
  const { source, destination, leg_ref } = call;
  return {
    ...call,
    source: endOf(source),
    destination: endOf(destination),
    leg_ref: endOf(leg_ref),
  };
}

async function forget(sql: Sql, at: number, keep: number): Promise<void> {
  await sql.change(sql.from('refused_calls').where('tm_update', '<', at).delete());
  for (const { customer_id } of await sql.rows(CROWDED, [keep])) {
    const [edge] = await sql.rows(EDGE, [customer_id ?? null, keep]);
    if (edge === undefined) continue;
    const old = sql.from('refused_calls').where({ customer_id });
    await sql.change(old.where('tm_create', '<=', edge['tm_create'] ?? 0).delete());
  }
}

function refusedOf(row: Row): RefusedCall {
  return row as unknown as RefusedCall;
}
