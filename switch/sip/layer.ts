import type { Chance, Clock } from '../../kernel/clock.ts';
import type { SipMessage, SipRequest, SipResponse } from '../../sip/message.ts';
import { parse } from '../../sip/parse.ts';
import { BRANCH_COOKIE, type Via } from '../../sip/via.ts';
import { write } from '../../sip/write.ts';
import { type Asker, openSent, type Sent } from './sent.ts';
import { openReceived, type Received } from './received.ts';
import { clientKey, serverKey } from './matching.ts';
import type { Outlet, Peer } from './peer.ts';

/** What the layer brings up: requests nobody has seen before. */
export interface Receiver {
  /** A new request; answered through `received`. Repetitions of it never come up. */
  request(request: SipRequest, received: Received, from: Peer): void;
  /** The ACK of a 2xx, which belongs to a dialog and to no transaction (RFC 6026 §7.1). */
  ack(request: SipRequest, from: Peer): void;
  /** A 2xx whose transaction is over: a dialog repeats its ACK, or ends what nobody wants. */
  stray(response: SipResponse, from: Peer): void;
  /** Bytes that are no message, for the log and the counters. */
  refused(why: string, from: Peer): void;
}

export interface LayerParts {
  readonly outlet: Outlet;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly receiver: Receiver;
}

const BRANCH_BYTES = 12;

/** The transaction layer (RFC 3261 §17): bytes below, requests and answers above. */
export class Layer {
  readonly #parts: LayerParts;
  readonly #sent = new Map<string, Sent>();
  readonly #received = new Map<string, Received>();

  constructor(parts: LayerParts) {
    this.#parts = parts;
  }

  /** Transactions that are not over yet. */
  get size(): number {
    return this.#sent.size + this.#received.size;
  }

  /** Sends a request in a transaction of its own; answers and failures go to the asker. */
  ask(request: SipRequest, to: Peer, asker: Asker): Sent {
    const { outlet, clock, chance } = this.#parts;
    const branch = `${BRANCH_COOKIE}${chance.hex(BRANCH_BYTES)}`;
    const signed = { ...request, vias: [this.#via(to, branch), ...request.vias] };
    const key = clientKey(signed) ?? branch;
    const forget = (): void => void this.#sent.delete(key);
    const sent = openSent({ request: signed, to, outlet, clock, asker, forget });
    this.#sent.set(key, sent);
    sent.begin();
    return sent;
  }

  /** Sends an ACK for a 2xx: it has no transaction and gets no answer. */
  async acknowledge(request: SipRequest, to: Peer): Promise<void> {
    const branch = `${BRANCH_COOKIE}${this.#parts.chance.hex(BRANCH_BYTES)}`;
    const signed = { ...request, vias: [this.#via(to, branch), ...request.vias] };
    await this.#parts.outlet.send(write(signed), to);
  }

  #via(to: Peer, branch: string): Via {
    const { host, port } = this.#parts.outlet.nameFor(to);
    const params = new Map<string, string | null>([
      ['branch', branch],
      // Answers come back to where we sent from, through whatever stands between (RFC 3581).
      ['rport', null],
    ]);
    return { transport: to.protocol, host, port, params };
  }

  /** Takes what has come in. */
  hear(bytes: Buffer, from: Peer): void {
    const parsed = parse(bytes);
    if (parsed.result === 'message') this.#dispatch(parsed.message, from);
    else this.#parts.receiver.refused(parsed.why, from);
  }

  #dispatch(message: SipMessage, from: Peer): void {
    if (message.kind === 'response') this.#response(message, from);
    else if (message.method === 'ACK') this.#ack(message, from);
    else this.#request(message, from);
  }

  #response(response: SipResponse, from: Peer): void {
    const key = clientKey(response);
    const sent = key === null ? undefined : this.#sent.get(key);
    if (sent !== undefined) sent.answered(response);
    else if (response.status >= 200 && response.cseq.method === 'INVITE')
      this.#parts.receiver.stray(response, from);
  }

  #ack(request: SipRequest, from: Peer): void {
    const received = this.#received.get(serverKey(request));
    if (received?.acknowledged() === true) return;
    this.#parts.receiver.ack(request, from);
  }

  #request(heard: SipRequest, from: Peer): void {
    const request = stamped(heard, from);
    const key = serverKey(request);
    const known = this.#received.get(key);
    if (known !== undefined) return known.repeated();
    const { outlet, clock, receiver } = this.#parts;
    const forget = (): void => void this.#received.delete(key);
    const received = openReceived({ request, from, outlet, clock, forget });
    this.#received.set(key, received);
    receiver.request(request, received, from);
  }

  /** The transaction a CANCEL means (RFC 3261 §9.2); null when there is none any more. */
  cancelled(cancel: SipRequest): Received | null {
    return this.#received.get(serverKey(cancel, 'INVITE')) ?? null;
  }
}

/** Notes on the top Via where the request really came from (RFC 3261 §18.2.1, RFC 3581 §4). */
function stamped(request: SipRequest, from: Peer): SipRequest {
  const [top, ...rest] = request.vias;
  if (top === undefined) return request;
  const params = new Map(top.params);
  if (params.has('rport')) params.set('rport', String(from.port));
  if (params.has('rport') || top.host !== from.address) params.set('received', from.address);
  return { ...request, vias: [{ ...top, params }, ...rest] };
}
