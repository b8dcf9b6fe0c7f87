import type { SipResponse } from '../message.ts';
import { T1, TIMEOUT, TIMER_D } from './timing.ts';
import { type Act, END, SEND_REQUEST, start, type Taken, type Wire } from './transaction.ts';

/** An INVITE we have sent (RFC 3261 §17.1.1, with the accepted state of RFC 6026 §7.2). */
export interface InviteClient extends Wire {
  readonly in: 'calling' | 'proceeding' | 'completed' | 'accepted' | 'terminated';
  /** The interval after which the request is sent again while nobody answers. */
  readonly a_ms: number;
}
export type InviteClientEvent =
  | { readonly type: 'response'; readonly response: SipResponse }
  | { readonly type: 'timer'; readonly timer: 'A' | 'B' | 'D' | 'M' }
  | { readonly type: 'transport_error' };

type Next = Taken<InviteClient>;

export function openInviteClient({ is_reliable }: Wire): Next {
  const again = is_reliable ? [] : [start('A', T1)];
  const state: InviteClient = { in: 'calling', is_reliable, a_ms: T1 };
  return { state, acts: [SEND_REQUEST, ...again, start('B', TIMEOUT)] };
}

export function inviteClient(state: InviteClient, event: InviteClientEvent): Next {
  if (state.in === 'terminated') return stay(state);
  switch (event.type) {
    case 'response':
      return answered(state, event.response);
    case 'timer':
      return fired(state, event.timer);
    case 'transport_error':
      // An accepted call is past caring: its ACKs are the dialog's (RFC 6026 §7.2).
      if (state.in === 'accepted') return stay(state);
      return end(state, [{ do: 'tell_failure', failure: 'transport_error' }]);
  }
}

function answered(state: InviteClient, response: SipResponse): Next {
  const tell: Act = { do: 'tell_response', response };
  const { status } = response;
  if (state.in === 'accepted')
    // Another party of a forked call may answer too; late news of its ringing is of no use.
    return stay(state, status >= 200 && status < 300 ? [tell] : []);
  if (state.in === 'completed')
    return stay(state, status >= 300 ? [{ do: 'send_ack', response }] : []);
  if (status < 200) return { state: { ...state, in: 'proceeding' }, acts: [tell] };
  if (status < 300)
    return { state: { ...state, in: 'accepted' }, acts: [tell, start('M', TIMEOUT)] };
  const ack: Act = { do: 'send_ack', response };
  if (state.is_reliable) return end(state, [ack, tell]);
  return { state: { ...state, in: 'completed' }, acts: [ack, tell, start('D', TIMER_D)] };
}

function fired(state: InviteClient, timer: 'A' | 'B' | 'D' | 'M'): Next {
  if (timer === 'A' && state.in === 'calling') {
    const a_ms = state.a_ms * 2;
    return { state: { ...state, a_ms }, acts: [SEND_REQUEST, start('A', a_ms)] };
  }
  if (timer === 'B' && state.in === 'calling')
    return end(state, [{ do: 'tell_failure', failure: 'timeout' }]);
  const over =
    (timer === 'D' && state.in === 'completed') || (timer === 'M' && state.in === 'accepted');
  return over ? end(state) : stay(state);
}

function stay(state: InviteClient, acts: readonly Act[] = []): Next {
  return { state, acts };
}

function end(state: InviteClient, acts: readonly Act[] = []): Next {
  return { state: { ...state, in: 'terminated' }, acts: [...acts, END] };
}
