import type { CallId, CustomerId, EffectId, GroupId, Instant } from '../kernel/brand.ts';
import type { MemberRecord } from '../groups/effects.ts';
import type { Group, GroupKind, GroupOf } from '../groups/kinds.ts';
import type { DeliveryRow, EventRow, OutboxRow } from './journal.ts';
import type { Page, PageQuery, Scope } from './page.ts';

/** A group of calls as stored; `version` counts the steps taken, the first is 1. */
export interface GroupRow<G extends Group = Group> {
  readonly group: G;
  readonly version: number;
}

/** One thing a group keeps count of, such as one party of a conference. */
export interface MemberRow extends MemberRecord {
  readonly group_id: GroupId;
  readonly kind: GroupKind;
  readonly customer_id: CustomerId;
}

/** A name that nobody else of the group's kind and customer may have; or has not any more. */
export interface NameClaim {
  readonly name: string;
  readonly claims: boolean;
}

/**
 * Everything one fact changes of a group, committed whole or not at all. `expected_version` is the
 * version the step was taken from, 0 for a new group.
 */
export interface GroupUnit {
  readonly group: Group;
  readonly version: number;
  readonly expected_version: number;
  /** Whether anything can still happen to it. */
  readonly live: boolean;
  readonly event: EventRow;
  readonly orders: readonly OutboxRow[];
  /** Effects of this group that were performed: their outbox rows go. */
  readonly done: readonly EffectId[];
  readonly members: readonly MemberRow[];
  /** Left out: none. */
  readonly names?: readonly NameClaim[];
  readonly deliveries: readonly DeliveryRow[];
}

export interface GroupFilter {
  readonly status?: string;
  readonly parent_id?: string;
  readonly reference_id?: string;
  readonly created_before?: Instant;
}

export interface MemberFilter {
  readonly group_id?: GroupId;
  readonly call_id?: CallId;
  readonly status?: string;
}

/** Groups of calls. Readers do not see what was deleted; the engine does. */
export interface GroupStore {
  /** As last committed, by whichever node. */
  load(id: GroupId): Promise<GroupRow | null>;
  /**
   * duplicate: the fact (or group) is already stored · conflict: another step came first ·
   * name_taken: another has the name. Resolves after the transaction is durable. Throws StoreError
   * when the database is away.
   */
  commit(unit: GroupUnit): Promise<'committed' | 'duplicate' | 'conflict' | 'name_taken'>;
  /** Groups that asked to be woken at or before `at`, most overdue first. */
  overdue(at: Instant, limit: number): Promise<GroupId[]>;
  /** A customer's groups to which anything can still happen. */
  live(customer_id: CustomerId): Promise<GroupId[]>;
  get<Kind extends GroupKind>(scope: Scope, kind: Kind, id: string): Promise<GroupOf<Kind> | null>;
  list<Kind extends GroupKind>(
    scope: Scope,
    asked: { readonly kind: Kind; readonly filter: GroupFilter },
    page: PageQuery,
  ): Promise<Page<GroupOf<Kind>>>;
  member(scope: Scope, kind: GroupKind, id: string): Promise<MemberRow | null>;
  members(
    scope: Scope,
    asked: { readonly kind: GroupKind; readonly filter: MemberFilter },
    page: PageQuery,
  ): Promise<Page<MemberRow>>;
}
