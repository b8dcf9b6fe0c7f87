import type { SipResponse } from '../message.ts';
import { T1, T2, T4, TIMEOUT, TRYING_AFTER } from './timing.ts';
import { type Act, END, start, type Taken, type Wire } from './transaction.ts';

/** An INVITE we have received (RFC 3261 §17.2.1, with the accepted state of RFC 6026 §7.1). */
export interface InviteServer extends Wire {
  readonly in: 'proceeding' | 'completed' | 'confirmed' | 'accepted' | 'terminated';
  /** The answer last given: what a repeated request gets again. Null before there is any. */
  readonly last: SipResponse | null;
  readonly g_ms: number;
}
export type InviteServerEvent =
  /** The same request once more. */
  | { readonly type: 'request' }
  | { readonly type: 'ack' }
  /** What our side answers. `trying` fired: nobody has, so the machine says 100 itself. */
  | { readonly type: 'respond'; readonly response: SipResponse }
  | { readonly type: 'timer'; readonly timer: 'G' | 'H' | 'I' | 'L' }
  | { readonly type: 'trying'; readonly response: SipResponse }
  | { readonly type: 'transport_error' };

type Next = Taken<InviteServer>;

export function openInviteServer({ is_reliable }: Wire): Next {
  const state: InviteServer = { in: 'proceeding', is_reliable, last: null, g_ms: T1 };
  return { state, acts: [start('trying', TRYING_AFTER)] };
}

export function inviteServer(state: InviteServer, event: InviteServerEvent): Next {
  switch (event.type) {
    case 'request':
      return repeated(state);
    case 'ack':
      return acknowledged(state);
    case 'respond':
      return respond(state, event.response);
    case 'timer':
      return fired(state, event.timer);
    case 'trying':
      return state.last === null ? respond(state, event.response) : stay(state);
    case 'transport_error':
      return lost(state);
  }
}

function repeated(state: InviteServer): Next {
  const answers = state.in === 'proceeding' || state.in === 'completed';
  if (!answers || state.last === null) return stay(state);
  return stay(state, [{ do: 'send_response', response: state.last }]);
}

/** The ACK of a refusal is the transaction's; that of a 200 goes on to the dialog (RFC 6026). */
function acknowledged(state: InviteServer): Next {
  if (state.in === 'accepted') return stay(state, [{ do: 'tell_ack' }]);
  if (state.in !== 'completed') return stay(state);
  if (state.is_reliable) return end(state);
  return { state: { ...state, in: 'confirmed' }, acts: [start('I', T4)] };
}

function respond(state: InviteServer, response: SipResponse): Next {
  const send: Act = { do: 'send_response', response };
  const { status } = response;
  // The dialog repeats its 200 until the ACK comes: those pass through (RFC 6026 §7.1).
  if (state.in === 'accepted') return stay(state, status >= 200 && status < 300 ? [send] : []);
  if (state.in !== 'proceeding') return stay(state);
  const next = { ...state, last: response };
  const acts: Act[] = [{ do: 'stop', timer: 'trying' }, send];
  if (status < 200) return stay(next, acts);
  if (status < 300)
    return { state: { ...next, in: 'accepted' }, acts: [...acts, start('L', TIMEOUT)] };
  const again = state.is_reliable ? [] : [start('G', T1)];
  return {
    state: { ...next, in: 'completed' },
    acts: [...acts, ...again, start('H', TIMEOUT)],
  };
}

function fired(state: InviteServer, timer: 'G' | 'H' | 'I' | 'L'): Next {
  if (state.in === 'completed' && timer === 'G' && state.last !== null) {
    const g_ms = Math.min(state.g_ms * 2, T2);
    const send: Act = { do: 'send_response', response: state.last };
    return { state: { ...state, g_ms }, acts: [send, start('G', g_ms)] };
  }
  if (state.in === 'completed' && timer === 'H')
    return end(state, [{ do: 'tell_failure', failure: 'timeout' }]);
  const over =
    (timer === 'I' && state.in === 'confirmed') || (timer === 'L' && state.in === 'accepted');
  return over ? end(state) : stay(state);
}

/** An answer that cannot be sent: the user is told; one that was accepted may yet get through. */
function lost(state: InviteServer): Next {
  const told: Act = { do: 'tell_failure', failure: 'transport_error' };
  if (state.in === 'accepted') return stay(state, [told]);
  return state.in === 'terminated' || state.in === 'confirmed' ? stay(state) : end(state, [told]);
}

function stay(state: InviteServer, acts: readonly Act[] = []): Next {
  return { state, acts };
}

function end(state: InviteServer, acts: readonly Act[] = []): Next {
  return { state: { ...state, in: 'terminated' }, acts: [...acts, END] };
}
