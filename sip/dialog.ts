import { type Headers, NO_HEADERS } from './headers.ts';
import type { SipMessage, SipRequest, SipResponse } from './message.ts';
import { addressesOf, MAX_FORWARDS, NO_BODY } from './message.ts';
import { type NameAddr, nameAddrText, tagOf, withTag } from './name_addr.ts';
import type { Uri } from './uri.ts';

/** One of our two ends of a relation between two parties (RFC 3261 §12). */
export interface Dialog {
  readonly call_id: string;
  readonly local: NameAddr;
  readonly remote: NameAddr;
  /** Where the other side wants requests to go; moves with a target refresh (§12.2.1.2). */
  readonly target: Uri;
  /** The way there, nearest hop first. */
  readonly route: readonly NameAddr[];
  readonly local_seq: number;
  /** The number of their latest request; null before there was any. */
  readonly remote_seq: number | null;
  /** Early until a 2xx makes it one that needs a BYE. */
  readonly is_confirmed: boolean;
}

/** The name of a dialog on our side: the same for every message of it, either way. */
export function dialogKey(call_id: string, local_tag: string, remote_tag: string): string {
  return `${call_id}\n${local_tag}\n${remote_tag}`;
}

export function keyOf({ call_id, local, remote }: Dialog): string {
  return dialogKey(call_id, tagOf(local) ?? '', tagOf(remote) ?? '');
}

/** The dialog a message that came in belongs to; null for one outside any. */
export function keyIn(message: SipMessage): string | null {
  const [from, to] = [tagOf(message.from), tagOf(message.to)];
  if (from === null || to === null) return null;
  return message.kind === 'request'
    ? dialogKey(message.call_id, to, from)
    : dialogKey(message.call_id, from, to);
}

/** The dialog an INVITE makes at who receives it (§12.1.1); null without a Contact. */
export function dialogAsServer(request: SipRequest, local_tag: string): Dialog | null {
  const [contact] = addressesOf(request, 'contact');
  if (contact === undefined) return null;
  return {
    call_id: request.call_id,
    local: withTag(request.to, local_tag),
    remote: request.from,
    target: contact.uri,
    route: addressesOf(request, 'record-route'),
    local_seq: 0,
    remote_seq: request.cseq.number,
    is_confirmed: false,
  };
}

/** The dialog an answer makes at who asked (§12.1.2); null without a tag or a Contact. */
export function dialogAsClient(request: SipRequest, response: SipResponse): Dialog | null {
  const [contact] = addressesOf(response, 'contact');
  if (tagOf(response.to) === null || contact === undefined) return null;
  return {
    call_id: request.call_id,
    local: request.from,
    remote: response.to,
    target: contact.uri,
    route: addressesOf(response, 'record-route').toReversed(),
    local_seq: request.cseq.number,
    remote_seq: null,
    is_confirmed: response.status >= 200,
  };
}

/** What a request of ours carries beside the dialog's own. */
export interface Extra {
  readonly headers?: Headers;
  readonly body?: Buffer;
}

/** The next request of ours in a dialog (§12.2.1.1). Its hop is added where it is sent. */
export function requestIn(
  dialog: Dialog,
  method: string,
  extra: Extra = {},
): { readonly dialog: Dialog; readonly request: SipRequest } {
  const local_seq = dialog.local_seq + 1;
  const request = requestAt(dialog, { method, number: local_seq }, extra);
  return { dialog: { ...dialog, local_seq }, request };
}

/** The ACK of a 2xx: a request of its own that shares the number of its INVITE (§13.2.2.4). */
export function ackIn(dialog: Dialog, invite_seq: number, extra: Extra = {}): SipRequest {
  return requestAt(dialog, { method: 'ACK', number: invite_seq }, extra);
}

function requestAt(dialog: Dialog, cseq: SipRequest['cseq'], extra: Extra): SipRequest {
  const { uri, route } = wayOf(dialog);
  const headers = new Map(extra.headers ?? NO_HEADERS);
  if (route.length > 0) headers.set('route', route.map(nameAddrText));
  return {
    kind: 'request',
    method: cseq.method,
    uri,
    max_forwards: MAX_FORWARDS,
    vias: [],
    from: dialog.local,
    to: dialog.remote,
    call_id: dialog.call_id,
    cseq,
    headers,
    body: extra.body ?? NO_BODY,
  };
}

/** A first hop that routes strictly, as RFC 2543 did, takes the place of the target. */
function wayOf({ target, route }: Dialog): { uri: Uri; route: readonly NameAddr[] } {
  const [first, ...rest] = route;
  const is_loose = first === undefined || first.uri.scheme !== 'sip' || first.uri.params.has('lr');
  if (is_loose) return { uri: target, route };
  return { uri: first.uri, route: [...rest, { display: '', uri: target, params: new Map() }] };
}

/** The dialog after a request of theirs; null when it comes out of order: 500 (§12.2.2). */
export function afterRequest(dialog: Dialog, request: SipRequest): Dialog | null {
  const { number } = request.cseq;
  // An ACK has the number of its INVITE, and so is no later.
  if (request.method === 'ACK') return dialog;
  if (dialog.remote_seq !== null && number <= dialog.remote_seq) return null;
  return refreshed({ ...dialog, remote_seq: number }, request);
}

/** The dialog after an answer to our INVITE or UPDATE. */
export function afterAnswer(dialog: Dialog, response: SipResponse): Dialog {
  const is_success = response.status >= 200 && response.status < 300;
  if (!is_success) return dialog;
  return refreshed({ ...dialog, is_confirmed: true }, response);
}

const REFRESHES = ['INVITE', 'UPDATE', 'SUBSCRIBE', 'NOTIFY', 'REFER'];

/** A new Contact moves the target; the route set stays for the life of the dialog (§12.2). */
function refreshed(dialog: Dialog, message: SipMessage): Dialog {
  const [contact] = addressesOf(message, 'contact');
  if (contact === undefined || !REFRESHES.includes(message.cseq.method)) return dialog;
  return { ...dialog, target: contact.uri };
}
