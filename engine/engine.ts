import type { Address } from '../kernel/address.ts';
import type {
  CallId,
  CustomerId,
  EndpointId,
  FlowId,
  Instant,
  ProviderId,
} from '../kernel/brand.ts';
import type { Refusal } from '../kernel/refusal.ts';
import type { Candidate, SandboxScript } from '../calls/call.ts';
import type { AnswerMethod, GroupFact, RingMethod } from '../calls/group_facts.ts';
import type { Action } from '../flows/flow.ts';
import type { GroupStep } from '../groups/effects.ts';
import type { Groupcall } from '../groups/groupcall.ts';
import type { Group, GroupKind, GroupOf } from '../groups/kinds.ts';
import type { Transfer } from '../groups/transfer.ts';
import type { Notice, Reading } from '../providers/carrier.ts';
import type { Exclusion } from '../routing/candidates.ts';
import type { Customer, Endpoint } from '../store/rows.ts';
import type { Scope } from '../store/page.ts';
import type { NumberOffice } from './number_order.ts';
import type { OpenResult } from './groups/loop.ts';
import type { TransferOrder } from './groups/transfers.ts';
import type { DeliveryRow, NoticeRow } from '../store/journal.ts';
import type { Leg } from '../store/store.ts';
import type { LaunchOrder } from './launch.ts';
import type { Wish } from './control.ts';

/** A POST /v1/calls, checked against the contract. */
export interface PlaceOrder {
  readonly customer: Customer;
  readonly source: Address;
  readonly destinations: readonly Address[];
  readonly flow_id: FlowId | null;
  readonly actions: readonly Action[];
  readonly variables: Readonly<Record<string, string>>;
  readonly dial_timeout_ms: number;
  readonly max_duration_ms: number;
  readonly early_execution: boolean;
  readonly sandbox: SandboxScript | null;
  /** Whether a test key asked: only then may the sandbox be scripted. */
  readonly test: boolean;
  /**
   * Call ids are derived from this, so that the same request run again after a crash makes the
   * same calls. A fresh id and instant where no Idempotency-Key was given.
   */
  readonly seed: { readonly name: string; readonly at: Instant };
}

/** A POST /v1/groupcalls, checked against the contract. */
export interface GroupcallOrder extends PlaceOrder {
  readonly ring_method: RingMethod;
  readonly answer_method: AnswerMethod;
}

export interface Placed {
  readonly legs: readonly Leg[];
  /** Made for destinations that stand for several telephones. */
  readonly groupcalls: readonly Groupcall[];
  /** Destinations that were refused, with their place in the request. */
  readonly refused: readonly { readonly index: number; readonly refusal: Refusal }[];
}

/** What POST /v1/routes/preview answers for one number: who would be tried, who not, and why. */
export interface RoutePreview {
  readonly candidates: readonly Candidate[];
  readonly excluded: readonly Exclusion[];
}

/** The kinds of rows that nodes keep in memory and tell each other the changes of. */
export type ChangeKind = 'keys' | 'endpoints' | 'routing' | 'customers' | 'inbound' | 'numbers';

/** Who asks something of which call, and the name of the request: sent again, it is the same. */
export interface Asking {
  readonly scope: Scope;
  readonly subject: { readonly call_id: CallId } | { readonly activeflow_id: string };
  readonly name: string;
}

/** What the API may ask of the running exchange. */
export interface Exchange {
  readonly numbers: NumberOffice;
  /** Places one leg per destination. Refuses whole orders by `refused` for every destination. */
  place(order: PlaceOrder): Promise<Placed>;
  /** Opens a groupcall; refuses it where none of its destinations can be reached. */
  placeGroupcall(order: GroupcallOrder): Promise<Groupcall | Refusal>;
  /**
   * Makes a group that is no call's, such as an agent or a queue. duplicate: it was made before, by
   * the same request · name_taken: another of its kind has its name.
   */
  openGroup(step: GroupStep<Group>): Promise<OpenResult>;
  /** Tells a group of calls something; the group afterwards, null when there is no such group. */
  tellGroup<Kind extends GroupKind>(
    scope: Scope,
    group: { readonly kind: Kind; readonly id: string },
    fact: GroupFact,
  ): Promise<GroupOf<Kind> | null>;
  /** Runs a flow without a call. Null when the customer has another run of this id. */
  launch(order: LaunchOrder): Promise<Leg | null>;
  /** Begins a transfer; asked again with the same seed, it is the one that was begun. */
  transfer(order: TransferOrder): Promise<Transfer | Refusal>;
  /** Asks a call to hang up; repeated asks are no-ops. Null when there is no such call. */
  hangUp(scope: Scope, call_id: CallId): Promise<Leg | null>;
  stopFlow(scope: Scope, activeflow_id: string): Promise<Leg | null>;
  /** Asks something of a call that is under way. Null when there is no such call. */
  control(asking: Asking, wish: Wish): Promise<Leg | Refusal | null>;
  preview(
    customer_id: CustomerId,
    destination: Address,
    actions: readonly Action[],
  ): Promise<RoutePreview>;
  /** A carrier's notice. Null when there is no such provider or the notice is not authentic. */
  notice(provider_id: ProviderId, notice: Notice): Promise<Reading['reply'] | null>;
  /** Sends stored notices again. Answers the deliveries that will be tried. */
  replay(endpoint: Endpoint, deliveries: readonly DeliveryRow[]): Promise<void>;
  /** Tells listeners every notice of a customer as it commits, on any node. */
  listen(scope: Scope, hear: (customer_id: CustomerId, notice: NoticeRow) => void): () => void;
  /** Asks every live call of a customer to hang up. Answers how many there were. */
  hangUpAll(customer_id: CustomerId): Promise<number>;
  /** Says that rows kept in memory (keys, endpoints, routes, providers …) have changed. */
  changed(kind: ChangeKind, id: string): void;
  /** Hears of such changes, on whichever node they were made. The answer ends it. */
  watch(kind: ChangeKind, hear: () => void): () => void;
  endpointChanged(endpoint_id: EndpointId): void;
}
