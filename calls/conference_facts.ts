import type { ActiveflowId, CallId, FlowId } from '../kernel/brand.ts';

/** What its customer says a conference is to be. */
export interface ConferenceSettings {
  readonly name: string;
  readonly detail: string;
  /** The customer's own notes, kept as they are. */
  readonly data: Readonly<Record<string, unknown>>;
  /** How long it lasts from its making on, in ms; 0: until it is ended. */
  readonly timeout_ms: number;
  /** What a party runs before it comes into the room, and after it has left it. */
  readonly pre_flow_id: FlowId | null;
  readonly post_flow_id: FlowId | null;
  readonly participants_max: number;
}

/** What conferences are told besides what every group is. */
export type ConferenceFact =
  /** A call wants to take part: it gets a seat, or is refused. */
  | {
      readonly type: 'seat_asked';
      readonly call_id: CallId;
      readonly conferencecall_id: string;
      readonly activeflow_id: ActiveflowId;
    }
  /** A call stands at the door of the room: what comes before it is done. */
  | { readonly type: 'door_reached'; readonly call_id: CallId }
  /** A call has left the room, and the conference with it. */
  | { readonly type: 'room_left'; readonly call_id: CallId }
  | { readonly type: 'party_kick_asked'; readonly conferencecall_id: string }
  | {
      readonly type: 'party_mute_asked';
      readonly conferencecall_id: string;
      readonly muted: boolean;
    }
  | { readonly type: 'conference_changed'; readonly settings: ConferenceSettings };
