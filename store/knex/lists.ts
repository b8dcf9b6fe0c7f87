import type { Instant } from '../../kernel/brand.ts';
import type { Page, PageQuery, Scope } from '../page.ts';
import type { Query, Sql } from './sql.ts';
import type { Row } from './statement.ts';

/** The columns a list is ordered by, newest first: an instant, and an id to break ties. */
export interface Place {
  readonly at: string;
  readonly id: string;
}

/** Narrows a query to one customer's rows; `all` sees everybody's. */
export function scoped(query: Query, column: string, scope: Scope): Query {
  return scope === 'all' ? query : query.where(column, scope);
}

/** Adds equality with each value of `match` that is set. Undefined asks nothing. */
export function matching(query: Query, match: Readonly<Record<string, unknown>>): Query {
  for (const [column, value] of Object.entries(match)) {
    if (value === undefined) continue;
    if (value === null) void query.whereNull(column);
    else void query.where(column, typeof value === 'boolean' ? Number(value) : (value as string));
  }
  return query;
}

/** Narrows a query to rows made in [after, before). Either end may be open. */
export function between(
  query: Query,
  column: string,
  [after, before]: readonly [Instant | undefined, Instant | undefined],
): Query {
  if (after !== undefined) void query.where(column, '>=', after);
  if (before !== undefined) void query.where(column, '<', before);
  return query;
}

/** Reads one page. One row more than asked for is read, to know whether there is a next page. */
export async function pageOf(
  sql: Sql,
  query: Query,
  { place, page }: { readonly place: Place; readonly page: PageQuery },
): Promise<Page<Row>> {
  const { before } = page;
  if (before !== null)
    void query.where((older) =>
      older
        .where(place.at, '<', before.at)
        .orWhere((tied) => tied.where(place.at, before.at).where(place.id, '<', before.id)),
    );
  void query
    .orderBy(place.at, 'desc')
    .orderBy(place.id, 'desc')
    .limit(page.size + 1);
  const rows = await sql.read(query);
  const shown = rows.slice(0, page.size);
  const last = shown.at(-1);
  if (rows.length <= page.size || last === undefined) return { rows: shown, next: null };
  return {
    rows: shown,
    next: { at: last[bare(place.at)] as Instant, id: String(last[bare(place.id)]) },
  };
}

function bare(column: string): string {
  return column.slice(column.indexOf('.') + 1);
}

/** Turns the rows of a page into what they mean. */
export function mapped<Out>({ rows, next }: Page<Row>, meaning: (row: Row) => Out): Page<Out> {
  return { rows: rows.map(meaning), next };
}
