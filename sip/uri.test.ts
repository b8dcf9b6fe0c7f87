import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isSameUri, sipUri, type Uri, uriOf, uriText } from './uri.ts';

function uri(text: string): Uri {
  return uriOf(text) ?? assert.fail(`${text} is no URI`);
}

describe('URIs', () => {
  const written = [
    'sip:alice@atlanta.example',
    'sip:alice:secretword@atlanta.example;transport=tcp',
    'sips:alice@atlanta.example?subject=project%20x&priority=urgent',
    'sip:+1-212-555-1212:1234@gateway.example;user=phone',
    'sip:1212@[2001:db8::1]:5070;lr',
    'sip:alice;day=tuesday@atlanta.example',
    'tel:+12125551212;phone-context=example.com',
  ];
  for (const text of written)
    it(`reads and writes ${text}`, () => assert.equal(uriText(uri(text)), text));

  it('decodes a user and encodes it again where it must', () => {
    const found = uri('sip:%61lice%40home@h');
    assert.equal(found.scheme === 'sip' && found.user, 'alice@home');
    assert.equal(uriText(found), 'sip:alice%40home@h');
    assert.equal(uriText(sipUri('jürgen', 'h')), 'sip:j%C3%BCrgen@h');
  });

  for (const text of ['', 'sip:', 'sip:@h', 'sip:a@', 'sip:a@h:0', 'sip:a@h:99999', 'sip:a b@h'])
    it(`refuses "${text}"`, () => assert.equal(uriOf(text), null));
  for (const text of ['sip:a@h:', 'sip:a@[::1', 'sip:%zz@h', 'tel:', 'tel:abc!', 'nonsense'])
    it(`refuses "${text}"`, () => assert.equal(uriOf(text), null));

  it('keeps a scheme it does not know, to answer 416', () => {
    assert.deepEqual(uri('nobodyKnowsThisScheme:totallyopaque'), {
      scheme: 'other',
      text: 'nobodyKnowsThisScheme:totallyopaque',
    });
  });

  // The examples of RFC 3261 §19.1.4.
  const same: readonly [string, string][] = [
    ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtLanTa.CoM;Transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;newparam=5'],
    ['sip:alice@atlanta.com?subject=x&priority=u', 'sip:alice@atlanta.com?priority=u&subject=x'],
  ];
  for (const [one, other] of same)
    it(`${one} is ${other}`, () => assert.ok(isSameUri(uri(one), uri(other))));
  const others: readonly [string, string][] = [
    ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off'],
    ['sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4'],
    ['sip:a@h', 'sips:a@h'],
  ];
  for (const [one, other] of others)
    it(`${one} is not ${other}`, () => assert.ok(!isSameUri(uri(one), uri(other))));
});
