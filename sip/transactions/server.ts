import type { SipResponse } from '../message.ts';
import { TIMEOUT } from './timing.ts';
import { type Act, END, start, type Taken, type Wire } from './transaction.ts';

/** Any other request we have received (RFC 3261 §17.2.2). */
export interface Server extends Wire {
  readonly in: 'trying' | 'proceeding' | 'completed' | 'terminated';
  /** The answer last given: what a repeated request gets again. */
  readonly last: SipResponse | null;
}
export type ServerEvent =
  /** The same request once more. */
  | { readonly type: 'request' }
  | { readonly type: 'respond'; readonly response: SipResponse }
  | { readonly type: 'timer'; readonly timer: 'J' }
  | { readonly type: 'transport_error' };

type Next = Taken<Server>;

export function openServer({ is_reliable }: Wire): Next {
  return { state: { in: 'trying', is_reliable, last: null }, acts: [] };
}

export function server(state: Server, event: ServerEvent): Next {
  switch (event.type) {
    case 'request':
      return state.last === null || state.in === 'terminated'
        ? stay(state)
        : stay(state, [{ do: 'send_response', response: state.last }]);
    case 'respond':
      return respond(state, event.response);
    case 'timer':
      return state.in === 'completed' ? end(state) : stay(state);
    case 'transport_error':
      if (state.in === 'trying' || state.in === 'terminated') return stay(state);
      return end(state, [{ do: 'tell_failure', failure: 'transport_error' }]);
  }
}

function respond(state: Server, response: SipResponse): Next {
  if (state.in === 'completed' || state.in === 'terminated') return stay(state);
  const send: Act = { do: 'send_response', response };
  const next = { ...state, last: response };
  if (response.status < 200) return { state: { ...next, in: 'proceeding' }, acts: [send] };
  if (state.is_reliable) return end(next, [send]);
  return { state: { ...next, in: 'completed' }, acts: [send, start('J', TIMEOUT)] };
}

function stay(state: Server, acts: readonly Act[] = []): Next {
  return { state, acts };
}

function end(state: Server, acts: readonly Act[] = []): Next {
  return { state: { ...state, in: 'terminated' }, acts: [...acts, END] };
}
