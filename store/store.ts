import type { CallId, CustomerId, EffectId, GroupId, Instant } from '../kernel/brand.ts';
import type { AttemptId, AccountId, EndpointId, ProviderId } from '../kernel/brand.ts';
import type { Micros } from '../kernel/money.ts';
import type { Attempt, Call, CallStatus, Direction } from '../calls/call.ts';
import type { Charge } from '../billing/ledger.ts';
import type { FlowRun } from '../flows/flow.ts';
import type { Arrivals } from './arrivals.ts';
import type { Ledger } from './books.ts';
import type { GroupStore } from './groups.ts';
import type { DeliveryRow, DeliveryStatus, EventRow, NoticeRow, OutboxRow } from './journal.ts';
import type { IdempotencyStore, NodeStore } from './nodes.ts';
import type { CallerRule, InboundConfig, NumberBook, OwnNumber } from './numbers.ts';
import type { Page, PageQuery, Scope } from './page.ts';
import type { AccessKey, Account, Customer, Endpoint, Flow, Provider, Route, Tag } from './rows.ts';
import type { SandboxLog } from './sandbox_log.ts';

/** A call and the flow it drives, as stored. Both change in one transaction, under one version. */
export interface Leg {
  readonly call: Call;
  readonly run: FlowRun;
  /** Counts the steps taken; the first is 1. */
  readonly version: number;
}

export interface AttemptRow {
  readonly call_id: CallId;
  readonly customer_id: CustomerId;
  readonly provider_id: ProviderId;
  readonly attempt: Attempt;
}

/**
 * Everything one event changes, committed whole or not at all. `expected_version` is the version
 * the step was taken from, 0 for a new call.
 */
export interface Unit {
  readonly leg: Leg;
  /** False: the run is as it was, and need not be written. */
  readonly run_changed?: boolean;
  readonly expected_version: number;
  readonly node: string;
  readonly event: EventRow;
  readonly orders: readonly OutboxRow[];
  /** Effects performed: their outbox rows go. */
  readonly done: readonly EffectId[];
  readonly attempts: readonly AttemptRow[];
  readonly deliveries: readonly DeliveryRow[];
  /**
   * Money put aside for a new call, or more of it for one that goes on; the unit is refused when
   * the account cannot bear it.
   */
  readonly hold: { readonly account_id: AccountId; readonly amount: Micros } | null;
  /** Ends the hold and, for an answered leg, posts what it costs. At most once a call. */
  readonly charge: Charge | null;
}

/**
 * duplicate: the event (or call) is already stored; nothing changed · conflict: another step came
 * first; load anew · no_funds: the hold was refused.
 */
export type CommitResult = 'committed' | 'duplicate' | 'conflict' | 'no_funds';

/** The path of a call: prepared statements, group commit, nothing else (DESIGN §5). */
export interface LegStore {
  load(call_id: CallId): Promise<Leg | null>;
  /** Resolves after the transaction is durable. Throws StoreError when the database is away. */
  commit(unit: Unit): Promise<CommitResult>;
  /** Removes outbox rows whose performance caused no event. */
  performed(ordered_by: CallId | GroupId, ids: readonly EffectId[]): Promise<void>;
  /** Outbox rows of a node, oldest first. */
  outbox(node: string, limit: number): Promise<OutboxRow[]>;
  /** Live calls that asked to be woken at or before `at`, most overdue first. */
  overdue(at: Instant, limit: number): Promise<CallId[]>;
  /** The call an attempt belongs to; null when there is no such attempt. */
  callOfAttempt(attempt_id: AttemptId): Promise<CallId | null>;
}

export interface CallFilter {
  /** Leaves out what runs without a call. */
  readonly has_leg?: true;
  readonly status?: CallStatus;
  readonly direction?: Direction;
  readonly master_call_id?: CallId;
  readonly destination?: string;
  readonly source?: string;
  readonly created_after?: Instant;
  readonly created_before?: Instant;
}

/** Calls, runs and timelines as the API reads them. */
export interface CallReader {
  /** Null also for what runs without a call: it has only an activeflow. */
  get(scope: Scope, id: CallId): Promise<Leg | null>;
  list(scope: Scope, filter: CallFilter, page: PageQuery): Promise<Page<Leg>>;
  /** The leg whose activeflow this is. */
  byRun(scope: Scope, activeflow_id: string): Promise<Leg | null>;
  timeline(subject_id: string): Promise<EventRow[]>;
  /** A customer's events after a place (exclusive), oldest first: the stream's memory. */
  eventsAfter(
    scope: Scope,
    after: { readonly at: Instant; readonly subject_id: string; readonly id: string },
    limit: number,
  ): Promise<EventRow[]>;
  countLive(): Promise<number>;
}

/** What every kept thing has. Deleting sets tm_delete; deleted rows are seen by no reader. */
export interface Kept {
  readonly id: string;
  readonly customer_id: CustomerId;
  readonly tm_create: Instant;
  readonly tm_update: Instant;
  readonly tm_delete: Instant | null;
}

export interface Shelf<Row extends Kept> {
  /** False when the id is taken already. */
  insert(row: Row): Promise<boolean>;
  get(scope: Scope, id: string): Promise<Row | null>;
  /** `match` compares columns of the row for equality. */
  list(scope: Scope, match: Readonly<Partial<Row>>, page: PageQuery): Promise<Page<Row>>;
  /** All rows that are not deleted, oldest first: for what nodes keep in memory. */
  all(scope: Scope): Promise<Row[]>;
  /** Replaces the row if it is still as it was at `tm_update`; false when it is not. */
  update(row: Row, tm_update: Instant): Promise<boolean>;
  /** False when there was nothing to delete. */
  remove(scope: Scope, id: string, at: Instant): Promise<boolean>;
}

export interface Shelves {
  readonly customers: Shelf<Customer>;
  readonly keys: Shelf<AccessKey>;
  readonly flows: Shelf<Flow>;
  readonly providers: Shelf<Provider>;
  readonly routes: Shelf<Route>;
  readonly endpoints: Shelf<Endpoint>;
  readonly accounts: Shelf<Account>;
  readonly tags: Shelf<Tag>;
  readonly numbers: Shelf<OwnNumber>;
  readonly caller_rules: Shelf<CallerRule>;
  readonly inbound_configs: Shelf<InboundConfig>;
}

export interface DeliveryFilter {
  readonly endpoint_id?: EndpointId;
  readonly status?: DeliveryStatus;
  readonly notice_type?: string;
  readonly order_key?: string;
  readonly created_after?: Instant;
  readonly created_before?: Instant;
}

/**
 * after: the node's rows behind this place, the place itself left out (endpoints, order keys and
 * sequences all count) · line: the rows of one order key of one endpoint, on whichever node.
 */
export type PendingPart =
  | {
      readonly after: {
        readonly endpoint_id: string;
        readonly order_key: string;
        readonly sequence: number;
      };
    }
  | { readonly line: { readonly endpoint_id: EndpointId; readonly order_key: string } };

export interface DeliveryStore {
  /**
   * Stores what became of deliveries tried, grouped with whatever else is being committed. A row
   * that has another node by now stays as it is: that one goes on with it.
   */
  settle(rows: readonly DeliveryRow[]): Promise<void>;
  /** Stores deliveries as these are, for the node they name, whosever they were: for a replay. */
  take(rows: readonly DeliveryRow[]): Promise<void>;
  get(scope: Scope, id: string): Promise<DeliveryRow | null>;
  list(scope: Scope, filter: DeliveryFilter, page: PageQuery): Promise<Page<DeliveryRow>>;
  /**
   * Pending rows by endpoint_id, order_key and sequence, compared as bytes: a node's, what to go on
   * with, or the part of them that is asked for.
   */
  pending(node: string, limit: number, part?: PendingPart): Promise<DeliveryRow[]>;
  /**
   * The notices of these deliveries, by notice id. `data` with its keys in the order they were
   * stored in (text, not a JSON column): a repeated body is the same to the byte.
   */
  notices(rows: readonly DeliveryRow[]): Promise<Map<string, NoticeRow>>;
  insert(rows: readonly DeliveryRow[], event: EventRow | null): Promise<void>;
}

/** Everything kept. SQL is the only truth. */
export interface Store {
  readonly legs: LegStore;
  readonly calls: CallReader;
  readonly groups: GroupStore;
  readonly shelves: Shelves;
  readonly deliveries: DeliveryStore;
  readonly ledger: Ledger;
  readonly idempotency: IdempotencyStore;
  readonly nodes: NodeStore;
  readonly sandbox: SandboxLog;
  readonly numbers: NumberBook;
  readonly arrivals: Arrivals;
  /** Throws StoreError when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The database refused or could not be reached. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly retry: 'later' | 'never';

  constructor(retry: 'later' | 'never', message: string, cause?: unknown) {
    super(message, { cause });
    this.retry = retry;
  }
}
