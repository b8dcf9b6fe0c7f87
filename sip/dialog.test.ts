import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  ackIn,
  afterAnswer,
  afterRequest,
  dialogAsClient,
  dialogAsServer,
  keyIn,
  keyOf,
  requestIn,
} from './dialog.ts';
import { headersOf, type SipRequest, withHeaders } from './message.ts';
import { responseTo } from './message.ts';
import { withTag } from './name_addr.ts';
import { parse } from './parse.ts';
import { uriText } from './uri.ts';

const INVITE = [
  'INVITE sip:bob@biloxi.example SIP/2.0',
  'Via: SIP/2.0/UDP p1;branch=z9hG4bK2, SIP/2.0/UDP alice;branch=z9hG4bK1',
  'Record-Route: <sip:p2.example;lr>, <sip:p1.example;lr>',
  'From: <sip:alice@atlanta.example>;tag=a',
  'To: <sip:bob@biloxi.example>',
  'Call-ID: c1',
  'CSeq: 10 INVITE',
  'Contact: <sip:alice@192.0.2.1:5066>',
];

function invite(): SipRequest {
  const parsed = parse(Buffer.from(`${INVITE.join('\r\n')}\r\n\r\n`));
  assert.ok(parsed.result === 'message' && parsed.message.kind === 'request');
  return parsed.message;
}

function answer(status: number, contact: string): ReturnType<typeof responseTo> {
  const request = invite();
  const made = responseTo(request, status, { to: withTag(request.to, 'b') });
  return withHeaders(made, {
    contact: [contact],
    'record-route': headersOf(request, 'record-route'),
  });
}

function found<Value>(value: Value | null): Value {
  return value ?? assert.fail('there is none');
}

describe('dialogs', () => {
  it('route their requests back the way the INVITE came', () => {
    const dialog = found(dialogAsServer(invite(), 'b'));
    const { request } = requestIn(dialog, 'BYE');
    assert.equal(uriText(request.uri), 'sip:alice@192.0.2.1:5066');
    assert.deepEqual(headersOf(request, 'route'), ['<sip:p2.example;lr>', '<sip:p1.example;lr>']);
    assert.deepEqual(request.cseq, { number: 1, method: 'BYE' });
  });

  it('and at the caller the other way round', () => {
    const dialog = found(dialogAsClient(invite(), answer(200, '<sip:bob@192.0.2.4>')));
    const { dialog: next, request } = requestIn(dialog, 'INVITE');
    assert.deepEqual(headersOf(request, 'route'), ['<sip:p1.example;lr>', '<sip:p2.example;lr>']);
    assert.deepEqual([request.cseq.number, next.local_seq], [11, 11]);
    assert.deepEqual(ackIn(next, 11).cseq, { number: 11, method: 'ACK' });
  });

  it('put a strict router in the place of the target (RFC 3261 §12.2.1.1)', () => {
    const strict = withHeaders(invite(), { 'record-route': ['<sip:old.example>', '<sip:p1;lr>'] });
    const { request } = requestIn(found(dialogAsServer(strict, 'b')), 'BYE');
    assert.equal(uriText(request.uri), 'sip:old.example');
    const route = ['<sip:p1;lr>', '<sip:alice@192.0.2.1:5066>'];
    assert.deepEqual(headersOf(request, 'route'), route);
  });

  it('are found by what comes in, on both sides', () => {
    const [server, client] = [
      found(dialogAsServer(invite(), 'b')),
      found(dialogAsClient(invite(), answer(200, '<sip:bob@h>'))),
    ];
    const from_client = requestIn(client, 'BYE').request;
    assert.equal(keyIn(from_client), keyOf(server));
    assert.equal(keyIn(answer(200, '<sip:bob@h>')), keyOf(client));
    assert.equal(keyIn(invite()), null);
  });

  it('take requests in order only, and move with a new Contact', () => {
    const dialog = found(dialogAsServer(invite(), 'b'));
    const again = { ...invite(), cseq: { number: 11, method: 'INVITE' } };
    const moved = withHeaders(again, { contact: ['<sip:alice@192.0.2.77>'] });
    const next = found(afterRequest(dialog, moved));
    assert.equal(uriText(next.target), 'sip:alice@192.0.2.77');
    assert.equal(afterRequest(next, again), null, 'the same number is not taken twice');
    const bye = { ...moved, method: 'BYE', cseq: { number: 12, method: 'BYE' } };
    const elsewhere = withHeaders(bye, { contact: ['<sip:x@h>'] });
    assert.equal(found(afterRequest(next, elsewhere)).target, next.target);
  });

  it('are early until a 2xx confirms them, and nothing without a tag or a Contact', () => {
    const early = found(dialogAsClient(invite(), answer(180, '<sip:bob@h>')));
    assert.ok(!early.is_confirmed);
    assert.ok(afterAnswer(early, answer(200, '<sip:bob@h>')).is_confirmed);
    assert.ok(!afterAnswer(early, answer(486, '<sip:bob@h>')).is_confirmed);
    assert.equal(dialogAsClient(invite(), responseTo(invite(), 180)), null);
    assert.equal(dialogAsServer(withHeaders(invite(), { contact: [] }), 'b'), null);
  });
});
