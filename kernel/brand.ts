/** A string or number that cannot be mistaken for another of its kind. */
export type Brand<Base, Name extends string> = Base & { readonly __brand: Name };

export type CustomerId = Brand<string, 'CustomerId'>;
export type CallId = Brand<string, 'CallId'>;
export type AttemptId = Brand<string, 'AttemptId'>;
export type FlowId = Brand<string, 'FlowId'>;
export type ActiveflowId = Brand<string, 'ActiveflowId'>;
export type ActionId = Brand<string, 'ActionId'>;
export type ProviderId = Brand<string, 'ProviderId'>;
export type RouteId = Brand<string, 'RouteId'>;
export type RoomId = Brand<string, 'RoomId'>;
export type RecordingId = Brand<string, 'RecordingId'>;
/** Names one stream of a leg's sound to or from another host. */
export type StreamId = Brand<string, 'StreamId'>;
/** Several calls held together: a groupcall, a conference … */
export type GroupId = Brand<string, 'GroupId'>;
export type EndpointId = Brand<string, 'EndpointId'>;
export type AccountId = Brand<string, 'AccountId'>;
export type TagId = Brand<string, 'TagId'>;
export type NumberId = Brand<string, 'NumberId'>;
export type KeyId = Brand<string, 'KeyId'>;

/** Names one event of one call. Unique within the call; the same fact always has the same name. */
export type EventId = Brand<string, 'EventId'>;
/** Names one effect: its event's name and its place in that event's list of effects. */
export type EffectId = Brand<string, 'EffectId'>;
/** The carrier's own name for a leg. */
export type LegRef = Brand<string, 'LegRef'>;

/** Milliseconds since the epoch. Only the shell reads the clock; the core is handed instants. */
export type Instant = Brand<number, 'Instant'>;

/** How VoIPBIN writes "none" where an id is expected. */
export const NULL_ID = '00000000-0000-0000-0000-000000000000';
