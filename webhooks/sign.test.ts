import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Webhook } from 'standardwebhooks';
import type { KeyObject } from 'node:crypto';
import { keyFrom, secretFrom, signatureOf } from './sign.ts';

const OLD = secretFrom(Buffer.alloc(24, 7));
const NEW = secretFrom(Buffer.alloc(32, 9));
const BODY = '{"type":"call_updated","data":{"name":"Žofie ☎"}}';

function keyOf(secret: string): KeyObject {
  const key = keyFrom(secret);
  assert(key !== null);
  return key;
}

function sent(secrets: readonly string[], body = BODY): Record<string, string> {
  const timestamp_s = Math.floor(Date.now() / 1_000);
  const content = { id: 'n1', timestamp_s, body };
  return {
    'webhook-id': content.id,
    'webhook-timestamp': String(timestamp_s),
    'webhook-signature': signatureOf(secrets.map(keyOf), content),
  };
}

describe('the signature of a webhook', () => {
  it('verifies with the library customers use', () => {
    assert.deepEqual(new Webhook(NEW).verify(BODY, sent([NEW])), JSON.parse(BODY));
  });

  it('verifies with either secret during a rotation, and with no other', () => {
    const headers = sent([NEW, OLD]);
    new Webhook(NEW).verify(BODY, headers);
    new Webhook(OLD).verify(BODY, headers);
    assert.match(headers['webhook-signature'] ?? '', /^v1,\S{44} v1,\S{44}$/);
    const other = secretFrom(Buffer.alloc(24, 8));
    assert.throws(() => new Webhook(other).verify(BODY, headers));
  });

  it('fails with a changed byte of the body, the id or the timestamp', () => {
    const receiver = new Webhook(NEW);
    const headers = sent([NEW]);
    const later = String(Number(headers['webhook-timestamp']) + 1);
    assert.throws(() => receiver.verify(BODY.replace('updated', 'updatee'), headers));
    assert.throws(() => receiver.verify(BODY, { ...headers, 'webhook-id': 'n2' }));
    assert.throws(() => receiver.verify(BODY, { ...headers, 'webhook-timestamp': later }));
  });
});

describe('a signing secret', () => {
  it('is 24 to 64 bytes as canonical base64 behind whsec_', () => {
    for (const bytes of [24, 32, 64]) keyOf(secretFrom(Buffer.alloc(bytes, 1)));
    const short = `whsec_${Buffer.alloc(23, 1).toString('base64')}`;
    const long = `whsec_${Buffer.alloc(65, 1).toString('base64')}`;
    for (const bad of ['', 'whsec_', NEW.slice(6), short, long, `${NEW} `, NEW.replace('C', '!')])
      assert.equal(keyFrom(bad), null, bad);
    assert.throws(() => secretFrom(Buffer.alloc(8)), RangeError);
  });
});
