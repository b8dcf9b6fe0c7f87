import type { SipMessage, SipRequest } from '../../sip/message.ts';
import { nameAddrText, tagOf } from '../../sip/name_addr.ts';
import { uriText } from '../../sip/uri.ts';
import { branchOf, viaText } from '../../sip/via.ts';

/** The name of a transaction of ours that an answer belongs to (RFC 3261 §17.1.3). */
export function clientKey({ vias, cseq }: SipMessage): string | null {
  const [top] = vias;
  const branch = top === undefined ? null : branchOf(top);
  return branch === null ? null : `${branch}\n${cseq.method}`;
}

/**
 * The name of the transaction a request belongs to (RFC 3261 §17.2.3): an ACK belongs to its
 * INVITE, a CANCEL is one of its own. `method` asks for the transaction of another request.
 */
export function serverKey(request: SipRequest, method = request.method): string {
  const [top] = request.vias;
  const named = method === 'ACK' ? 'INVITE' : method;
  const branch = top === undefined ? null : branchOf(top);
  if (top !== undefined && branch !== null)
    return `${branch}\n${top.host}:${top.port ?? ''}\n${named}`;
  return `${oldName(request)}\n${named}`;
}

/** Before branches were unique, all of these together told requests apart (RFC 2543). */
function oldName({ uri, from, call_id, cseq, vias: [top] }: SipRequest): string {
  const via = top === undefined ? '' : viaText(top);
  const sender = tagOf(from) ?? nameAddrText(from);
  return [uriText(uri), sender, call_id, cseq.number, via].join('\n');
}
