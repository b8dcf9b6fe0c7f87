import type { Instant } from '../kernel/brand.ts';
import type { Page, PageQuery, Scope } from '../store/page.ts';
import type { OperationId } from './contract.ts';
import { answer, type Ask, type Outcome, refuse } from './operation.ts';

/** As the contract says: filled in by its check. */
const PAGE_SIZE = 20;

interface Asked {
  readonly page_size?: number;
  readonly page_token?: string;
}

/** A page of a list, as every list of the API answers it. */
export async function listed<Row>(
  asked: Asked,
  read: (page: PageQuery) => Promise<Page<Row>>,
  json: (row: Row) => unknown,
): Promise<Outcome> {
  const before = asked.page_token === undefined ? null : placeOf(asked.page_token);
  if (before === undefined) return refuse('page_token_invalid', 'page_token');
  const { rows, next } = await read({ size: asked.page_size ?? PAGE_SIZE, before });
  return answer({ result: rows.map(json), next_page_token: next === null ? '' : tokenOf(next) });
}

/** How a list is read where not all that a filter says can be asked of the store. */
interface Sieve<Row> {
  readonly read: (page: PageQuery) => Promise<Page<Row>>;
  readonly where: (row: Row) => boolean;
  readonly json: (row: Row) => unknown;
}

/** Rows read at once to find those that are wanted. */
const SIEVE_PAGE = 200;

/** A page of the rows that pass; as many rows are read as that takes. */
export async function listedWhere<Row extends { readonly tm_create: Instant; readonly id: string }>(
  asked: Asked,
  { read, where, json }: Sieve<Row>,
): Promise<Outcome> {
  const first = asked.page_token === undefined ? null : placeOf(asked.page_token);
  if (first === undefined) return refuse('page_token_invalid', 'page_token');
  const size = asked.page_size ?? PAGE_SIZE;
  const found: Row[] = [];
  let before: PageQuery['before'] = first;
  do {
    const page: Page<Row> = await read({ size: SIEVE_PAGE, before });
    found.push(...page.rows.filter(where));
    before = page.next;
  } while (before !== null && found.length <= size);
  const shown = found.slice(0, size);
  const last = found.length > size ? shown.at(-1) : undefined;
  const token = last === undefined ? '' : tokenOf({ at: last.tm_create, id: last.id });
  return answer({ result: shown.map(json), next_page_token: token });
}

/** A part of a list that is told from its beginning, and the token of what follows. */
export interface Part<Row> {
  readonly rows: readonly Row[];
  readonly next_page_token: string;
}

/** A page of a list that is there as a whole; null when the token is not one of ours. */
export function partOf<Row>(asked: Asked, rows: readonly Row[]): Part<Row> | null {
  const from = asked.page_token === undefined ? 0 : countOf(asked.page_token);
  if (from === null) return null;
  const until = from + (asked.page_size ?? PAGE_SIZE);
  const next_page_token = until < rows.length ? countToken(until) : '';
  return { rows: rows.slice(from, until), next_page_token };
}

/** Opaque to callers: how many rows have been shown. */
function countToken(count: number): string {
  return Buffer.from(`${count}`).toString('base64url');
}

function countOf(token: string): number | null {
  const text = Buffer.from(token, 'base64url').toString('latin1');
  const count = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
  return count !== null && countToken(count) === token ? count : null;
}

/** A whole list that is always short. */
export function listedWhole(result: readonly unknown[]): Outcome {
  return answer({ result, next_page_token: '' });
}

type Place = NonNullable<PageQuery['before']>;

/** Opaque to callers: the instant and the id of the last row shown. */
function tokenOf({ at, id }: Place): string {
  return Buffer.from(`${at}.${id}`).toString('base64url');
}

function placeOf(token: string): Place | undefined {
  const text = Buffer.from(token, 'base64url').toString('latin1');
  const parts = /^(\d{1,15})\.([\x21-\x7e]{1,150})$/.exec(text);
  const [, at = '', id = ''] = parts ?? [];
  const place = { at: Number(at) as Instant, id };
  return parts !== null && tokenOf(place) === token ? place : undefined;
}

/** Whose objects are asked for: an administrator who names no customer sees everybody's. */
export function scopeOf<Id extends OperationId>({ key, customer_id, query }: Ask<Id>): Scope {
  const named = 'customer_id' in query && query['customer_id'] !== undefined;
  return key.role === 'admin' && !named ? 'all' : customer_id;
}

/** An instant of the contract's date-time; undefined stays so. */
export function instantOf(text: string): Instant {
  return Date.parse(text) as Instant;
}

/** The filters that were given, without those that were not. */
export function given<Filter extends object>(filter: {
  readonly [Name in keyof Filter]: Filter[Name] | undefined;
}): Filter {
  const set = Object.entries(filter).filter(([, value]) => value !== undefined);
  return Object.fromEntries(set) as Filter;
}
