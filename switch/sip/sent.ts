import type { Clock } from '../../kernel/clock.ts';
import { NO_HEADERS } from '../../sip/headers.ts';
import { NO_BODY, type SipRequest, type SipResponse } from '../../sip/message.ts';
import { client, type ClientEvent, openClient } from '../../sip/transactions/client.ts';
import { inviteClient, openInviteClient } from '../../sip/transactions/invite_client.ts';
import type { InviteClientEvent } from '../../sip/transactions/invite_client.ts';
import type { Act, Failure } from '../../sip/transactions/transaction.ts';
import { write } from '../../sip/write.ts';
import { makeAlarms } from './alarms.ts';
import { isReliable, type Outlet, type Peer } from './peer.ts';

/** Who asked: hears the answers to one request of ours. */
export interface Asker {
  answered(response: SipResponse): void;
  failed(failure: Failure): void;
}

/** A request of ours on its way. */
export interface Sent {
  readonly request: SipRequest;
  readonly to: Peer;
  begin(): void;
  answered(response: SipResponse): void;
}

export interface SentParts {
  readonly request: SipRequest;
  readonly to: Peer;
  readonly outlet: Outlet;
  readonly clock: Clock;
  readonly asker: Asker;
  forget(): void;
}

type AnyEvent = InviteClientEvent | ClientEvent;

/** The two client machines behind one face: which it is, is settled by the method. */
function machineFor(request: SipRequest, is_reliable: boolean) {
  if (request.method === 'INVITE') {
    const opened = openInviteClient({ is_reliable });
    let { state } = opened;
    return {
      opening: opened.acts,
      step: (event: AnyEvent): readonly Act[] => {
        const taken = inviteClient(state, event as InviteClientEvent);
        state = taken.state;
        return taken.acts;
      },
    };
  }
  const opened = openClient({ is_reliable });
  let { state } = opened;
  return {
    opening: opened.acts,
    step: (event: AnyEvent): readonly Act[] => {
      const taken = client(state, event as ClientEvent);
      state = taken.state;
      return taken.acts;
    },
  };
}

/** Drives one client machine: its orders are carried out, what happens is told to it. */
export function openSent(parts: SentParts): Sent {
  const { request, to, outlet, clock, asker, forget } = parts;
  const machine = machineFor(request, isReliable(to));
  const bytes = write(request);
  const alarms = makeAlarms(clock, (timer) => take({ type: 'timer', timer } as AnyEvent));
  const send = (what: Buffer): void => {
    outlet.send(what, to).catch(() => take({ type: 'transport_error' }));
  };
  const take = (event: AnyEvent): void => machine.step(event).forEach(perform);
  const perform = (act: Act): void => {
    switch (act.do) {
      case 'send_request':
        return send(bytes);
      case 'send_ack':
        return send(write(ackOf(request, act.response)));
      case 'start':
        return alarms.start(act.timer, act.after_ms);
      case 'tell_response':
        return asker.answered(act.response);
      case 'tell_failure':
        return asker.failed(act.failure);
      case 'end':
        alarms.clear();
        return forget();
      default:
    }
  };
  return {
    request,
    to,
    begin: () => machine.opening.forEach(perform),
    answered: (response) => take({ type: 'response', response }),
  };
}

/** The ACK of a refusal: it belongs to the transaction of its INVITE (RFC 3261 §17.1.1.3). */
function ackOf(invite: SipRequest, { to }: SipResponse): SipRequest {
  const route = invite.headers.get('route');
  return {
    ...invite,
    method: 'ACK',
    to,
    vias: invite.vias.slice(0, 1),
    cseq: { ...invite.cseq, method: 'ACK' },
    headers: route === undefined ? NO_HEADERS : new Map([['route', route]]),
    body: NO_BODY,
  };
}
