import type { FactOf } from '../calls/events.ts';
import { StoreError } from '../store/store.ts';

/** An effect that could not be performed. `given_up`: what its call was to be told instead. */
export interface Failure {
  readonly tries: number;
  readonly given_up: FactOf | null;
  readonly error: unknown;
}

/** Whether the store cannot be reached just now: then everything must be tried again. */
export function isStoreAway(error: unknown): boolean {
  return error instanceof StoreError && error.retry === 'later';
}

/** What an error says, for people to read. */
export function detailOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
