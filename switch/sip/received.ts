import type { Clock } from '../../kernel/clock.ts';
import { responseTo, type SipRequest, type SipResponse } from '../../sip/message.ts';
import { inviteServer, openInviteServer } from '../../sip/transactions/invite_server.ts';
import type { InviteServerEvent } from '../../sip/transactions/invite_server.ts';
import { openServer, server, type ServerEvent } from '../../sip/transactions/server.ts';
import type { Act, Failure } from '../../sip/transactions/transaction.ts';
import { write } from '../../sip/write.ts';
import { makeAlarms } from './alarms.ts';
import { isReliable, type Outlet, type Peer } from './peer.ts';

/** A request of theirs, until it is answered for good and nothing of it is repeated any more. */
export interface Received {
  readonly request: SipRequest;
  readonly from: Peer;
  respond(response: SipResponse): void;
  /** Hears that no ACK came, or that the answer could not be sent. One listener. */
  onFailure(hear: (failure: Failure) => void): void;
  repeated(): void;
  /** Whether the ACK was the transaction's own; else it is the dialog's. */
  acknowledged(): boolean;
}

export interface ReceivedParts {
  readonly request: SipRequest;
  readonly from: Peer;
  readonly outlet: Outlet;
  readonly clock: Clock;
  forget(): void;
}

type AnyEvent = InviteServerEvent | ServerEvent;

function machineFor(request: SipRequest, is_reliable: boolean) {
  if (request.method === 'INVITE') {
    const opened = openInviteServer({ is_reliable });
    let { state } = opened;
    return {
      opening: opened.acts,
      step: (event: AnyEvent): readonly Act[] => {
        const taken = inviteServer(state, event as InviteServerEvent);
        state = taken.state;
        return taken.acts;
      },
    };
  }
  const opened = openServer({ is_reliable });
  let { state } = opened;
  return {
    opening: opened.acts,
    step: (event: AnyEvent): readonly Act[] => {
      // An ACK and the 100 that is sent by itself are of INVITEs alone.
      const taken = server(state, event as ServerEvent);
      state = taken.state;
      return taken.acts;
    },
  };
}

/** Drives one server machine. */
export function openReceived({ request, from, outlet, clock, forget }: ReceivedParts): Received {
  const machine = machineFor(request, isReliable(from));
  let hear: (failure: Failure) => void = () => undefined;
  const take = (event: AnyEvent): boolean => {
    const acts = machine.step(event);
    acts.forEach(perform);
    return acts.some((act) => act.do === 'tell_ack');
  };
  const alarms = makeAlarms(clock, (timer) => {
    if (timer === 'trying') take({ type: 'trying', response: responseTo(request, 100) });
    else take({ type: 'timer', timer } as AnyEvent);
  });
  const over = (): void => {
    alarms.clear();
    forget();
  };
  const to = replyPeer(request, from);
  const send = (response: SipResponse): void => {
    outlet.send(write(response), to).catch(() => take({ type: 'transport_error' }));
  };
  const perform = (act: Act): void => {
    if (act.do === 'send_response') send(act.response);
    else if (act.do === 'start') alarms.start(act.timer, act.after_ms);
    else if (act.do === 'stop') alarms.stop(act.timer);
    else if (act.do === 'tell_failure') hear(act.failure);
    else if (act.do === 'end') over();
  };
  machine.opening.forEach(perform);
  return {
    request,
    from,
    respond: (response) => void take({ type: 'respond', response }),
    onFailure: (listener) => {
      hear = listener;
    },
    repeated: () => void take({ type: 'request' }),
    acknowledged: () => request.method === 'INVITE' && !take({ type: 'ack' }),
  };
}

const DEFAULT_PORT = 5060;

/** Where an answer goes: back to the source, to the port the Via asks for (§18.2.2, RFC 3581). */
function replyPeer({ vias: [top] }: SipRequest, from: Peer): Peer {
  if (top === undefined || isReliable(from) || top.params.has('rport')) return from;
  return { ...from, port: top.port ?? DEFAULT_PORT };
}
