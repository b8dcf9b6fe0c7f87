import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { frame } from './frame.ts';
import { addressesOf, headerOf, headersOf, type SipMessage } from './message.ts';
import { tagOf } from './name_addr.ts';
import { parse } from './parse.ts';
import { uriText } from './uri.ts';
import { write } from './write.ts';

const INVITE = [
  'INVITE sip:bob@biloxi.example SIP/2.0',
  'Via: SIP/2.0/UDP pc33.atlanta.example;branch=z9hG4bK776asdhds',
  'Max-Forwards: 70',
  'To: Bob <sip:bob@biloxi.example>',
  'From: "Alice \\"A\\"" <sip:alice@atlanta.example>;tag=1928301774',
  'Call-ID: a84b4c76e66710',
  'CSeq: 314159 INVITE',
  'Contact: <sip:alice@pc33.atlanta.example>',
  'Content-Type: application/sdp',
  'Content-Length: 3',
];

function bytes(lines: readonly string[], body = 'v=0'): Buffer {
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

function without(name: string): string[] {
  return INVITE.filter((line) => !line.startsWith(`${name}:`));
}

function instead(name: string, line: string): string[] {
  return INVITE.map((each) => (each.startsWith(name) ? line : each));
}

function read(lines: readonly string[], body?: string): SipMessage {
  const parsed = parse(bytes(lines, body));
  assert.equal(parsed.result, 'message', parsed.result === 'refused' ? parsed.why : '');
  return parsed.result === 'message' ? parsed.message : assert.fail();
}

describe('reading a message', () => {
  it('finds what every message has, and keeps the rest', () => {
    const message = read(INVITE);
    assert.equal(message.kind, 'request');
    assert.equal(message.from.display, 'Alice "A"');
    assert.equal(tagOf(message.from), '1928301774');
    assert.equal(tagOf(message.to), null);
    assert.deepEqual(message.cseq, { number: 314_159, method: 'INVITE' });
    const [contact] = addressesOf(message, 'contact');
    assert.equal(uriText(contact?.uri ?? assert.fail()), 'sip:alice@pc33.atlanta.example');
    assert.equal(message.body.toString(), 'v=0');
  });

  it('takes what is written oddly but well: folded, compact, spaced, mixed in case', () => {
    const message = read([
      'INVITE sip:vivekg@chair-dnrc.example;unknownparam SIP/2.0',
      'TO :',
      ' sip:vivekg@chair-dnrc.example ;   tag    = 1918181833n',
      'from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>',
      '  ;',
      '  tag = 98asjd8',
      'MaX-fOrWaRdS: 0068',
      'i: wsinv.ndaksdj@192.0.2.1',
      'cseq: 0009',
      '  INVITE',
      'V  : SIP  /   2.0',
      ' /UDP',
      '    192.0.2.2;branch=390skdjuw, SIP/2.0/TCP [2001:db8::9]:5071;branch=z9hG4bK30239',
      's :',
      'k: 100rel, replaces',
    ]);
    assert.equal(message.from.display, 'J Rosenberg \\"');
    assert.equal(tagOf(message.to), '1918181833n');
    assert.deepEqual(
      message.vias.map(({ transport, host, port }) => [transport, host, port]),
      [
        ['UDP', '192.0.2.2', null],
        ['TCP', '[2001:db8::9]', 5071],
      ],
    );
    assert.deepEqual(headersOf(message, 'supported'), ['100rel', 'replaces']);
    assert.equal(headerOf(message, 'subject'), '');
  });

  it('splits lists outside quotes and brackets only', () => {
    const line = 'Contact: "Comma, Inc." <sip:a@h;x=1>;q=0.5, <sip:b@h?Subject=1,2>';
    const contacts = addressesOf(read(instead('Contact', line)), 'contact');
    assert.deepEqual(
      contacts.map(({ display, uri }) => [display, uriText(uri)]),
      [
        ['Comma, Inc.', 'sip:a@h;x=1'],
        ['', 'sip:b@h?subject=1,2'],
      ],
    );
  });

  it('reads what it wrote as the same', () => {
    for (const message of [read(INVITE), read(['SIP/2.0 180 Ringing', ...INVITE.slice(1)])])
      assert.deepEqual(again(message), message);
  });

  it('leaves what follows the body aside, and wants all of the body', () => {
    assert.equal(read(INVITE, 'v=0 and more').body.toString(), 'v=0');
    refuses(bytes(INVITE, 'v'), /Content-Length/);
  });
});

function again(message: SipMessage): SipMessage {
  const parsed = parse(write(message));
  return parsed.result === 'message' ? parsed.message : assert.fail(parsed.why);
}

function refuses(message: Buffer, why: RegExp, status = 400): void {
  const parsed = parse(message);
  assert.equal(parsed.result, 'refused');
  if (parsed.result !== 'refused') return;
  assert.match(parsed.why, why);
  assert.equal(parsed.status, status);
}

describe('refusing a message', () => {
  const flaws: readonly [string, readonly string[], RegExp, number?][] = [
    ['no From', without('From'), /From or To/],
    ['no Via', without('Via'), /Via/],
    ['no Call-ID', without('Call-ID'), /Call-ID/],
    ['two Call-IDs', [...INVITE, 'i: other'], /call-id stands more than once/],
    ['a CSeq of another method', instead('CSeq', 'CSeq: 1 BYE'), /another method/],
    ['a CSeq too great', instead('CSeq', 'CSeq: 4294967296 INVITE'), /CSeq/],
    ['an open quote', instead('To', 'To: "Bob <sip:bob@h>'), /From or To/],
    ['an open bracket', instead('To', 'To: <sip:bob@h'), /From or To/],
    ['a URI in brackets', instead('INVITE', 'INVITE <sip:bob@h> SIP/2.0'), /Request-URI/],
    ['two spaces', instead('INVITE', 'INVITE  sip:bob@h SIP/2.0'), /request line/],
    ['another version', instead('INVITE', 'INVITE sip:bob@h SIP/7.0'), /version/, 505],
    ['a negative length', instead('Content-Length', 'Content-Length: -3'), /Content-Length/],
    ['a header without a colon', [...INVITE, 'nonsense'], /no name/],
    ['far too many headers', [...INVITE, ...Array<string>(600).fill('X-A: 1')], /too many/],
    ['a branch to nowhere', instead('Via', 'Via: SIP/2.0/UDP ;branch=z9hG4bK1'), /Via/],
  ];
  for (const [name, lines, why, status] of flaws)
    it(name, () => refuses(bytes(lines), why, status));

  it('says what suffices to answer a request, and never answers a response', () => {
    const request = parse(bytes(without('From')));
    assert.equal(request.result === 'refused' && request.answerable?.vias.length, 1);
    const response = parse(bytes(['SIP/2.0 200 OK', ...without('From').slice(1)]));
    assert.equal(response.result === 'refused' && response.answerable, null);
  });

  it('throws at nothing that changed bytes make of it', () => {
    const whole = bytes(INVITE);
    for (let round = 0; round < 20_000; round += 1) {
      const changed = Buffer.from(whole);
      // A multiplicative sequence visits places and bytes without a random source.
      for (let count = 0; count <= round % 4; count += 1)
        changed[(round * 2_654_435_761 + count * 40_503) % changed.length] = (round * 31) & 255;
      assert.ok(['message', 'refused'].includes(parse(changed).result));
    }
  });

  it('reads sixty thousand blanks in linear time', () => {
    const blanks = ' '.repeat(60_000);
    const long = instead('From', `From: "${blanks}" <sip:a@h>${blanks};tag=1`);
    assert.equal(parse(bytes(long)).result, 'refused');
    assert.equal(parse(bytes(instead('To', `To: <sip:a@h>;x=${blanks}`))).result, 'message');
  });
});

describe('a stream of messages', () => {
  it('is cut by Content-Length, wherever the pieces end', () => {
    const stream = Buffer.concat([bytes(INVITE), Buffer.from('\r\n'), bytes(INVITE)]);
    const found: string[] = [];
    let held = Buffer.alloc(0);
    for (const byte of stream) {
      held = Buffer.concat([held, Buffer.from([byte])]);
      const framed = frame(held);
      if (framed.result !== 'message') continue;
      found.push(framed.bytes.toString());
      held = Buffer.from(framed.rest);
    }
    assert.deepEqual(found, [bytes(INVITE).toString(), bytes(INVITE).toString()]);
  });

  it('hears a keep-alive, and gives up a stream without lengths', () => {
    assert.equal(frame(Buffer.from('\r\n\r\n')).result, 'keep_alive');
    assert.equal(frame(Buffer.from('\r\n')).result, 'more');
    assert.equal(frame(bytes(without('Content-Length'))).result, 'broken');
    assert.equal(frame(Buffer.alloc(70_000, 'a')).result, 'broken');
  });
});
