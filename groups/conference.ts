import type { ActiveflowId, CallId } from '../kernel/brand.ts';
import type { ConferenceSettings } from '../calls/conference_facts.ts';
import type { Instant } from '../kernel/brand.ts';
import type { GroupFacts } from './group.ts';

export type ConferenceStatus = 'starting' | 'progressing' | 'terminating' | 'terminated';

/** One party. joining: what comes before the room runs · leaving: asked to go · leaved: gone. */
export interface Seat {
  readonly id: string;
  readonly call_id: CallId;
  readonly activeflow_id: ActiveflowId | null;
  readonly status: 'joining' | 'joined' | 'leaving' | 'leaved';
  /** Whether the others do not hear it. */
  readonly muted: boolean;
  readonly tm_create: Instant;
  readonly tm_update: Instant;
}

/** Calls that meet in a room with a name. */
export interface Conference extends GroupFacts, ConferenceSettings {
  readonly kind: 'conference';
  /** starting: nobody has come yet. */
  readonly status: ConferenceStatus;
  /** Who takes part just now, in the order in which they came. */
  readonly seats: readonly Seat[];
  readonly tm_end: Instant | null;
}

export type ConferenceDraft = ConferenceSettings &
  Pick<GroupFacts, 'id' | 'customer_id' | 'tm_create'>;
