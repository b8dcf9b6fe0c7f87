import { MYSQL } from './dialects.ts';
import { BULK } from './mysql_bulk.ts';
import type { Bulk } from './mysql_bulk.ts';
import { sqlOf } from './statement.ts';
import type { Shape, Statement, Value } from './statement.ts';

/** Statements of many units, put together: what is sent in one round trip. */
export interface Batch {
  readonly sql: string;
  readonly values: readonly Value[];
  /** For each statement, how many rows it changes if no unit is refused; null: it may be any. */
  readonly expected: readonly (number | null)[];
}

interface Part {
  readonly sql: string;
  readonly values: readonly Value[];
  readonly expected: number | null;
}

/**
 * Puts statements together as if none were refused: inserts by more rows, sums by adding up. Every
 * batch goes through the tables in one order, and through the rows of a table by key, so that two
 * batches seldom wait for each other in a circle.
 */
export function batchOf(units: readonly (readonly Statement[])[], order: readonly Shape[]): Batch {
  const byShape = new Map<Shape, Statement[]>(order.map((shape) => [shape, []]));
  for (const statement of units.flat()) {
    const known = byShape.get(statement.shape);
    if (known === undefined) byShape.set(statement.shape, [statement]);
    else known.push(statement);
  }
  const parts = [...byShape].flatMap(([shape, same]) => partsOf(shape, same));
  return {
    sql: parts.map(({ sql }) => sql).join(';'),
    values: parts.flatMap(({ values }) => values),
    expected: parts.map(({ expected }) => expected),
  };
}

function partsOf(shape: Shape, same: readonly Statement[]): Part[] {
  if (same.length === 0) return [];
  if (shape.verb === 'sum') return sums(shape, same);
  const sorted = same.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const bulk = BULK.get(shape);
  if (bulk !== undefined) return [inBulk(bulk, sorted)];
  if (shape.verb === 'update')
    return sorted.map(({ args, otherwise }) => ({
      sql: shape.sql,
      values: args,
      expected: otherwise === null ? null : 1,
    }));
  return [
    {
      sql: sqlOf(shape, MYSQL, sorted.length),
      values: sorted.flatMap(({ args }) => args),
      expected: same.every(({ otherwise }) => otherwise === null) ? null : same.length,
    },
  ];
}

function inBulk({ head, row, tail, args: take, counts }: Bulk, same: readonly Statement[]): Part {
  return {
    sql: `${head}${same.map(() => row).join(',')}${tail}`,
    values: same.flatMap(({ args }) => args.slice(0, take)),
    expected: same.length * counts,
  };
}

function keyOf({ shape, args }: Statement): string {
  return String(args[shape.key_at]);
}

function sums(shape: Shape, same: readonly Statement[]): Part[] {
  const rows = new Map<Value, Value[]>();
  for (const { args } of same) {
    const key = args[shape.key_at] ?? null;
    const sum = rows.get(key);
    if (sum === undefined) rows.set(key, [...args]);
    else
      for (const [place, value] of args.entries())
        if (place !== shape.key_at) sum[place] = Number(sum[place]) + Number(value);
  }
  return [...rows]
    .toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1))
    .map(([, values]) => ({ sql: shape.sql, values, expected: 1 }));
}
