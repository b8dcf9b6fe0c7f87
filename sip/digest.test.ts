import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { describe, it } from 'node:test';
import {
  ageOf,
  answerText,
  challengeOf,
  challengeText,
  countOf,
  credentialsOf,
  isProven,
  nonceAt,
  secretOf,
} from './digest.ts';

// RFC 7616 §3.9.1, which gives the response for both hashes.
const MUFASA = {
  username: 'Mufasa',
  password: 'Circle of Life',
  method: 'GET',
  uri: '/dir/index.html',
};
const NONCE = '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v';
const CNONCE = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';

function challenge(algorithm: string): string {
  return (
    `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ` +
    `nonce="${NONCE}", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`
  );
}

describe('digest', () => {
  const known: readonly [string, string][] = [
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ];
  for (const [algorithm, response] of known)
    it(`answers the challenge of RFC 7616 §3.9.1 with ${algorithm}`, () => {
      const asked = challengeOf(challenge(algorithm)) ?? assert.fail();
      const text = answerText(asked, MUFASA, { nc: 1, cnonce: CNONCE });
      const given = credentialsOf(text) ?? assert.fail(text);
      assert.equal(given.response, response);
      assert.equal(countOf(given), 1);
      const secret = secretOf(asked.algorithm, asked.realm, MUFASA);
      assert.ok(isProven(given, secret, 'GET'));
      assert.ok(!isProven(given, secret, 'POST'), 'the method is part of the proof');
      const wrong = secretOf(asked.algorithm, asked.realm, { ...MUFASA, password: 'x' });
      assert.ok(!isProven(given, wrong, 'GET'));
    });

  it('answers a server that does not count, as RFC 2617 did', () => {
    const asked = challengeOf('Digest realm="r", nonce="n"') ?? assert.fail();
    const given = credentialsOf(answerText(asked, MUFASA, { nc: 1, cnonce: 'c' }));
    assert.equal(given?.count, null);
    assert.ok(given !== null && isProven(given, secretOf('MD5', 'r', MUFASA), 'GET'));
  });

  it('leaves alone what it cannot answer', () => {
    for (const text of ['Basic realm="r"', challenge('SHA-512-256'), 'Digest nonce="n"', ''])
      assert.equal(challengeOf(text), null, text);
    assert.equal(challengeOf('Digest realm="r", nonce="n", qop="auth-int"'), null);
    assert.equal(credentialsOf('Digest username="a", realm="r"'), null);
  });

  it('makes nonces that it knows again, with their age, and nobody else can make', () => {
    const [ours, theirs] = ['ours', 'theirs'].map((text) => createSecretKey(Buffer.from(text)));
    if (ours === undefined || theirs === undefined) return assert.fail();
    const nonce = nonceAt(ours, 1_000_000);
    assert.equal(ageOf(ours, nonce, 1_090_000), 90_000);
    assert.equal(ageOf(theirs, nonce, 1_090_000), null);
    assert.equal(ageOf(ours, `1${nonce}`, 1_090_000), null);
    assert.equal(ageOf(ours, '', 1_090_000), null);
    const told = challengeText({
      ...(challengeOf(challenge('MD5')) ?? assert.fail()),
      nonce,
      is_stale: true,
    });
    const again = challengeOf(told);
    assert.deepEqual([again?.nonce, again?.is_stale, again?.has_qop], [nonce, true, true]);
  });
});
