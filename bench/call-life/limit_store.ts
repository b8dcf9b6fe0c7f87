/** The five states of a call in the loop, each stored and told. Same number as the product's. */
export const STATES = ['dialing', 'ringing', 'progressing', 'terminating', 'hangup'] as const;
export const LAST = STATES.length - 1;

export const TENANTS = 64;
export const BALANCE_MICROS = 1_000_000_000_000;
export const HOLD_MICROS = 100;
export const TALK_S = 60;
/** 13 micros a minute, for one minute. */
export const CHARGE_MICROS = 13;

/** What is stored of a call when it begins. */
export interface LimitCall {
  readonly id: string;
  readonly tenant: number;
  readonly source: string;
  readonly destination: string;
  readonly body: string;
  readonly tm_create: number;
}

/** One state reached: the call's row moves on and a signed notice waits in the outbox. */
export interface LimitStep {
  readonly call: LimitCall;
  /** Index in STATES; the row must stand at the one before. */
  readonly state: number;
  readonly at: number;
  readonly notice_id: string;
  readonly payload: string;
}

/** What one transaction is made of: steps, and the ids of notices that were acknowledged. */
export interface LimitBatch {
  readonly steps: readonly LimitStep[];
  readonly acked: readonly string[];
}

export interface Books {
  readonly calls_ended: number;
  readonly ledger_rows: number;
  readonly ledger_micros: number;
  readonly spent_micros: number;
  readonly held_micros: number;
  readonly outbox_rows: number;
}

/** Durable storage of the loop. A lane is a stream of transactions; a tenant keeps to one lane. */
export interface LimitStore {
  readonly lanes: number;
  /** Resolves when the batch is on disk. Throws when a step is stale or the money is gone. */
  commit(batch: LimitBatch, lane: number): Promise<void>;
  books(): Promise<Books>;
}

/** What is wrong with the books after `calls` calls; empty when they balance. */
export function faults(books: Books, calls: number): string[] {
  const claims: [string, boolean][] = [
    ['every call ended', books.calls_ended === calls],
    ['one ledger row a call', books.ledger_rows === calls],
    ['money spent is money booked', books.spent_micros === books.ledger_micros],
    ['each call cost its price', books.ledger_micros === calls * CHARGE_MICROS],
    ['nothing is held', books.held_micros === 0],
    ['the outbox is empty', books.outbox_rows === 0],
  ];
  return claims.filter(([, holds]) => !holds).map(([claim]) => claim);
}
