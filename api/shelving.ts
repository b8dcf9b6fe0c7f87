import type { Instant } from '../kernel/brand.ts';
import { rfc3339 } from '../kernel/instant.ts';
import { derive } from '../kernel/uuid.ts';
import type { Scope } from '../store/page.ts';
import type { Kept, Shelf } from '../store/store.ts';
import type { Desk } from './desk.ts';
import { answer, type Outcome, refuse, type Seed } from './operation.ts';

/** What a row that somebody else changed meanwhile comes to. */
export const CONFLICT: Outcome = refuse('conflict');

/** The id of what a request makes: the same when it runs again with its Idempotency-Key. */
export function idOf({ seed }: { readonly seed: Seed }, label: string): string {
  return derive(seed.name, label, seed.at);
}

/** The dates of a new row. */
export function dates({
  clock,
}: Pick<Desk, 'clock'>): Pick<Kept, 'tm_create' | 'tm_update' | 'tm_delete'> {
  const now = clock.now();
  return { tm_create: now, tm_update: now, tm_delete: null };
}

export function datesJson({
  tm_create,
  tm_update,
  tm_delete,
}: Pick<Kept, 'tm_create' | 'tm_update' | 'tm_delete'>): object {
  return {
    tm_create: rfc3339(tm_create),
    tm_update: rfc3339(tm_update),
    tm_delete: rfc3339(tm_delete),
  };
}

/** Puts a new row on its shelf; conflict when its id is taken. */
export async function stored<Row extends Kept>(
  shelf: Shelf<Row>,
  row: Row,
  json: (row: Row) => unknown,
): Promise<Outcome> {
  return (await shelf.insert(row)) ? answer(json(row), 201) : CONFLICT;
}

/** Replaces a row read before; null when somebody else changed it meanwhile. */
export async function replaced<Row extends Kept>(
  shelf: Shelf<Row>,
  row: Row,
  { clock }: Pick<Desk, 'clock'>,
): Promise<Row | null> {
  const was = row.tm_update;
  // Two changes within one millisecond are still two: the instant tells them apart.
  const next = { ...row, tm_update: Math.max(clock.now(), was + 1) as Instant };
  return (await shelf.update(next, was)) ? next : null;
}

/** Takes a row off its shelf; the row as deleted, null when there is none. */
export async function deleted<Row extends Kept>(
  shelf: Shelf<Row>,
  scope: Scope,
  { id, desk }: { readonly id: string; readonly desk: Pick<Desk, 'clock'> },
): Promise<Row | null> {
  const row = await shelf.get(scope, id);
  const now = desk.clock.now();
  if (row === null || !(await shelf.remove(scope, id, now))) return null;
  return { ...row, tm_update: now, tm_delete: now };
}
