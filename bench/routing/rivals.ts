import Database from 'better-sqlite3';
import { prefixPool, rowsOf } from './decks.ts';
import { rollerOf } from '../../kernel/random.ts';

/** Another way to find each carrier's longest prefix. */
export interface Rival {
  /** Σ (length + rate) over the carriers that have one. */
  readonly ask: (number: string) => number;
  /** Memory that the language does not know of. */
  readonly outside_mb: number;
}

export interface Size {
  readonly carriers: number;
  readonly rows: number;
}

export function poolFor({ rows }: Size): string[] {
  return prefixPool(rollerOf(7), Math.ceil(rows * 1.25));
}

/** For each carrier a Map for each length of prefix, asked from long to short. */
export function mapsPerLength({ carriers, rows }: Size, pool: readonly string[]): Rival {
  const maps = Array.from({ length: carriers }, () =>
    Array.from({ length: 16 }, () => new Map<number, number>()),
  );
  for (let carrier = 0; carrier < carriers; carrier += 1)
    for (const { prefix, rate_micros_per_minute } of rowsOf(carrier, pool, rows))
      maps[carrier]?.[prefix.length]?.set(Number(prefix), rate_micros_per_minute);
  const ask = (number: string): number => {
    const prefixes = Array.from({ length: number.length }, (_none, end) =>
      Number(number.slice(1, end + 1)),
    );
    let sum = 0;
    for (const lengths of maps)
      for (let length = prefixes.length - 1; length > 0; length -= 1) {
        const rate = lengths[length]?.get(prefixes[length] ?? -1);
        if (rate === undefined) continue;
        sum += length + rate;
        break;
      }
    return sum;
  };
  return { ask, outside_mb: 0 };
}

const TABLE =
  'create table rates (prefix text not null, carrier integer not null, rate integer not null, ' +
  'primary key (prefix, carrier)) without rowid';

/** A table in memory with an index by prefix: one query a call for all prefixes of the number. */
export function inSql({ carriers, rows }: Size, pool: readonly string[]): Rival {
  const db = new Database(':memory:');
  db.exec(TABLE);
  const insert = db.prepare('insert into rates values (?, ?, ?)');
  db.transaction(() => {
    for (let carrier = 0; carrier < carriers; carrier += 1)
      for (const { prefix, rate_micros_per_minute } of rowsOf(carrier, pool, rows))
        insert.run(prefix, carrier, rate_micros_per_minute);
  })();
  const places = new Array(15).fill('?').join(', ');
  const query = db.prepare(
    `select carrier, length(prefix) as length, rate from rates where prefix in (${places}) ` +
      'order by carrier, length desc',
  );
  const pages = Number(db.pragma('page_count', { simple: true }));
  const outside_mb = (pages * Number(db.pragma('page_size', { simple: true }))) / 1e6;
  const ask = (number: string): number => {
    const prefixes = Array.from({ length: 15 }, (_none, end) => number.slice(1, end + 2));
    let [sum, last] = [0, -1];
    for (const row of query.iterate(...prefixes) as Iterable<Found>) {
      if (row.carrier === last) continue;
      last = row.carrier;
      sum += row.length + row.rate;
    }
    return sum;
  };
  return { ask, outside_mb };
}

interface Found {
  readonly carrier: number;
  readonly length: number;
  readonly rate: number;
}
