import { assert } from '../kernel/assert.ts';
import { spelt } from './headers.ts';
import type { SipMessage } from './message.ts';
import { nameAddrText } from './name_addr.ts';
import { uriText } from './uri.ts';
import { viaText } from './via.ts';

/** A message as it goes over the wire. Throws where a value would begin a line of its own. */
export function write(message: SipMessage): Buffer {
  const lines = [startOf(message)];
  for (const via of message.vias) lines.push(`Via: ${viaText(via)}`);
  if (message.kind === 'request') lines.push(`Max-Forwards: ${message.max_forwards}`);
  lines.push(
    `From: ${nameAddrText(message.from)}`,
    `To: ${nameAddrText(message.to)}`,
    `Call-ID: ${message.call_id}`,
    `CSeq: ${message.cseq.number} ${message.cseq.method}`,
  );
  for (const [name, values] of message.headers)
    for (const value of values) lines.push(`${spelt(name)}: ${value}`);
  lines.push(`Content-Length: ${message.body.length}`);
  assert(!lines.some((line) => /[\r\n]/.test(line)), 'no value holds the end of a line');
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), message.body]);
}

function startOf(message: SipMessage): string {
  return message.kind === 'request'
    ? `${message.method} ${uriText(message.uri)} SIP/2.0`
    : `SIP/2.0 ${message.status} ${message.reason}`;
}
