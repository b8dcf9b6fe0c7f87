import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { agreedBy, answerOffer, offerOf, type OurMedia } from './offer.ts';
import { type MediaDirection, type Session, sessionOf, sessionText } from './sdp.ts';

const OURS: OurMedia = {
  address: '192.0.2.9',
  port: 40_000,
  session_id: '7',
  version: 1,
  encodings: ['PCMU', 'PCMA'],
  direction: 'sendrecv',
  ptime_ms: 20,
};

function session(lines: readonly string[]): Session {
  const head = ['v=0', 'o=alice 53655765 2353687637 IN IP4 192.0.2.1', 's=-'];
  const text = [...head, 'c=IN IP4 192.0.2.1', 't=0 0', ...lines].join('\r\n');
  return sessionOf(`${text}\r\n`) ?? assert.fail(text);
}

describe('offer and answer (RFC 3264)', () => {
  it('takes the first coding of the offer that both speak, with its own numbers', () => {
    const offer = session([
      'm=audio 5004 RTP/AVP 18 96 8 0 97',
      'a=rtpmap:96 opus/48000/2',
      'a=rtpmap:97 telephone-event/8000',
      'a=fmtp:97 0-15',
      'a=ptime:30',
    ]);
    const { session: answer, agreed } = answerOffer(offer, OURS) ?? assert.fail();
    assert.equal(agreed.format.encoding, 'PCMA');
    assert.deepEqual([agreed.events?.payload, agreed.ptime_ms], [97, 30]);
    assert.deepEqual([agreed.address, agreed.port], ['192.0.2.1', 5004]);
    assert.match(sessionText(answer), /m=audio 40000 RTP\/AVP 8 97\r\n/);
    assert.match(sessionText(answer), /a=rtpmap:97 telephone-event\/8000\r\na=fmtp:97 0-15\r\n/);
  });

  it('refuses a stream it does not take in its place', () => {
    const offer = session([
      'm=video 5006 RTP/AVP 31',
      'm=audio 5004 RTP/AVP 0',
      'm=image 5008 udptl t38',
    ]);
    const text = sessionText((answerOffer(offer, OURS) ?? assert.fail()).session);
    assert.match(text, /m=video 0 RTP\/AVP 31\r\nm=audio 40000 .*m=image 0 udptl t38\r\n$/s);
  });

  it('takes nothing where nothing is common', () => {
    assert.equal(answerOffer(session(['m=audio 5004 RTP/AVP 18']), OURS), null);
    assert.equal(answerOffer(session(['m=audio 0 RTP/AVP 0']), OURS), null);
    assert.equal(answerOffer(session(['m=image 5008 udptl t38']), OURS), null);
  });

  const meetings: readonly [MediaDirection, MediaDirection, MediaDirection][] = [
    ['sendrecv', 'sendrecv', 'sendrecv'],
    ['sendrecv', 'sendonly', 'recvonly'],
    ['sendrecv', 'recvonly', 'sendonly'],
    ['sendrecv', 'inactive', 'inactive'],
    ['sendonly', 'sendrecv', 'sendonly'],
    ['sendonly', 'sendonly', 'inactive'],
    ['recvonly', 'sendrecv', 'recvonly'],
  ];
  for (const [ours, theirs, result] of meetings)
    it(`${ours} on our side and ${theirs} on theirs is ${result}`, () => {
      const offer = session(['m=audio 5004 RTP/AVP 0', `a=${theirs}`]);
      const answer = answerOffer(offer, { ...OURS, direction: ours });
      assert.equal(answer?.agreed.direction, result);
    });

  it('reads the old hold: an address of zeros', () => {
    const offer = session(['m=audio 5004 RTP/AVP 0', 'c=IN IP4 0.0.0.0']);
    assert.equal(answerOffer(offer, OURS)?.agreed.direction, 'recvonly');
  });

  it('agrees with its own answer, and over IPv6', () => {
    const offer = offerOf({ ...OURS, address: '2001:db8::1' });
    assert.match(sessionText(offer), /c=IN IP6 2001:db8::1\r\n/);
    const theirs = { ...OURS, port: 41_000, encodings: ['PCMA'] };
    const answer = answerOffer(sessionOf(sessionText(offer)) ?? assert.fail(), theirs);
    const agreed = agreedBy((answer ?? assert.fail()).session, OURS);
    assert.deepEqual([agreed?.format.encoding, agreed?.port], ['PCMA', 41_000]);
    assert.equal(agreed?.events?.payload, 101);
  });

  it('reads nothing into what is no session', () => {
    for (const text of ['', 'v=1\r\n', 'v=0\r\ns=-\r\n', 'v=0\r\nnonsense', 'm=audio 1 RTP/AVP 0'])
      assert.equal(sessionOf(text), null, text);
    const origin = 'v=0\r\no=- 1 1 IN IP4 h\r\n';
    assert.equal(sessionOf(`${origin}m=audio x RTP/AVP 0\r\n`), null);
    assert.equal(sessionOf(`${origin}${'a=x\r\n'.repeat(600)}`), null);
  });
});
