import type { SipResponse } from '../message.ts';
import { T1, T2, T4, TIMEOUT } from './timing.ts';
import { type Act, END, SEND_REQUEST, start, type Taken, type Wire } from './transaction.ts';

/** Any other request we have sent (RFC 3261 §17.1.2). */
export interface Client extends Wire {
  readonly in: 'trying' | 'proceeding' | 'completed' | 'terminated';
  readonly e_ms: number;
}
export type ClientEvent =
  | { readonly type: 'response'; readonly response: SipResponse }
  | { readonly type: 'timer'; readonly timer: 'E' | 'F' | 'K' }
  | { readonly type: 'transport_error' };

type Next = Taken<Client>;

export function openClient({ is_reliable }: Wire): Next {
  const again = is_reliable ? [] : [start('E', T1)];
  const state: Client = { in: 'trying', is_reliable, e_ms: T1 };
  return { state, acts: [SEND_REQUEST, ...again, start('F', TIMEOUT)] };
}

export function client(state: Client, event: ClientEvent): Next {
  if (state.in === 'terminated') return stay(state);
  switch (event.type) {
    case 'response':
      return answered(state, event.response);
    case 'timer':
      return fired(state, event.timer);
    case 'transport_error':
      if (state.in === 'completed') return end(state);
      return end(state, [{ do: 'tell_failure', failure: 'transport_error' }]);
  }
}

function answered(state: Client, response: SipResponse): Next {
  if (state.in === 'completed') return stay(state);
  const tell: Act = { do: 'tell_response', response };
  // Timers E and F go on: a 1xx promises no final answer (RFC 3261 §17.1.2.2).
  if (response.status < 200) return { state: { ...state, in: 'proceeding' }, acts: [tell] };
  if (state.is_reliable) return end(state, [tell]);
  return { state: { ...state, in: 'completed' }, acts: [tell, start('K', T4)] };
}

function fired(state: Client, timer: 'E' | 'F' | 'K'): Next {
  if (state.in === 'completed') return timer === 'K' ? end(state) : stay(state);
  if (timer === 'F') return end(state, [{ do: 'tell_failure', failure: 'timeout' }]);
  if (timer === 'K') return stay(state);
  const e_ms = state.in === 'proceeding' ? T2 : Math.min(state.e_ms * 2, T2);
  return { state: { ...state, e_ms }, acts: [SEND_REQUEST, start('E', e_ms)] };
}

function stay(state: Client, acts: readonly Act[] = []): Next {
  return { state, acts };
}

function end(state: Client, acts: readonly Act[] = []): Next {
  return { state: { ...state, in: 'terminated' }, acts: [...acts, END] };
}
