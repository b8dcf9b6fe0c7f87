import type { SipResponse } from '../message.ts';

/** Names of RFC 3261 §17 and RFC 6026 §7; `trying` is the 100 that is sent by itself. */
export type TimerName = 'A' | 'B' | 'D' | 'E' | 'F' | 'G' | 'H' | 'I' | 'J' | 'K' | 'L' | 'M';

/** Why a client transaction ended without an answer: it is treated as 408 or 503 (§8.1.3.1). */
export type Failure = 'timeout' | 'transport_error';

/**
 * What a transaction orders. send: its request, its ACK, or the answer last given · start: a timer,
 * which replaces one of the same name · tell: its user · end: it is over and may be forgotten.
 */
export type Act =
  | { readonly do: 'send_request' }
  | { readonly do: 'send_ack'; readonly response: SipResponse }
  | { readonly do: 'send_response'; readonly response: SipResponse }
  | { readonly do: 'start'; readonly timer: TimerName | 'trying'; readonly after_ms: number }
  | { readonly do: 'stop'; readonly timer: TimerName | 'trying' }
  | { readonly do: 'tell_response'; readonly response: SipResponse }
  | { readonly do: 'tell_failure'; readonly failure: Failure }
  | { readonly do: 'tell_ack' }
  | { readonly do: 'end' };

/** A transaction after an event, and what is to be done. Timers of a state left are ignored. */
export interface Taken<State> {
  readonly state: State;
  readonly acts: readonly Act[];
}

/** Over a reliable transport nothing is sent twice, and nothing repeated has to be absorbed. */
export interface Wire {
  readonly is_reliable: boolean;
}

export const END: Act = { do: 'end' };
export const SEND_REQUEST: Act = { do: 'send_request' };

export function start(timer: TimerName | 'trying', after_ms: number): Act {
  return { do: 'start', timer, after_ms };
}
