import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { describe, it } from 'node:test';
import twilio from 'twilio';
import type { Notice } from '../carrier.ts';
import { STATUS_RETRIES } from './dialling.ts';
import { isSigned } from './signature.ts';

const TOKEN = 'the auth token';
const BASE = 'https://tandem.example/v1/carriers/p1';
const NOW = Date.UTC(2026, 10, 21, 8, 0, 0);
const FORM = 'application/x-www-form-urlencoded; charset=UTF-8';

/** A notice signed by the carrier's own library. */
function signed(path: string, params: Record<string, string>, url = BASE + path): Notice {
  const signature = twilio.getExpectedTwilioSignature(TOKEN, url, params);
  const body = new URLSearchParams(params).toString();
  const headers = { 'content-type': FORM, 'x-twilio-signature': signature };
  return { method: 'POST', path, headers, body };
}

function isOurs(notice: Notice, change: object = {}): boolean {
  const seal = { auth_token: TOKEN, url: BASE + notice.path, endings: [STATUS_RETRIES] };
  return isSigned(notice, { ...seal, now_ms: NOW, ...change });
}

describe('the signature of Twilio', () => {
  const params = { CallSid: 'CA1', From: '+49 é "x"&y', Digits: '', ToCity: '名' };

  it('is believed as the carrier’s own library makes it', () => {
    assert.ok(isOurs(signed('/answer/one', params)));
    assert.ok(isOurs(signed('/rest/one?mark=a%2Fb&count=1', params)));
    assert.ok(isOurs(signed('/answer/one', {})));
  });

  it('is believed with and without the standard port, and with the fragment', () => {
    const path = '/status/one?limit=60';
    const with_port = `https://tandem.example:443/v1/carriers/p1${path}`;
    assert.ok(isOurs(signed(path, params, with_port)));
    assert.ok(isOurs(signed(path, params, BASE + path + STATUS_RETRIES)));
    const other = `https://tandem.example:8443/v1/carriers/p1${path}`;
    assert.ok(!isOurs(signed(path, params, other)));
  });

  it('is refused with another token, address, parameter or none', () => {
    const notice = signed('/answer/one', params);
    assert.ok(!isOurs(notice, { auth_token: 'another' }));
    assert.ok(!isOurs(notice, { url: 'https://evil.example/v1/carriers/p1/answer/one' }));
    assert.ok(!isOurs({ ...notice, body: `${notice.body}&Digits=1` }));
    assert.ok(!isOurs({ ...notice, headers: { 'content-type': FORM } }));
    assert.ok(!isOurs({ ...notice, method: 'GET' }));
  });

  it('covers a body that is no form by its hash', () => {
    const body = '{"a":1}';
    const path = `/status/one?bodySHA256=${hash('sha256', body, 'hex')}`;
    const signature = twilio.getExpectedTwilioSignature(TOKEN, BASE + path, {});
    const headers = { 'content-type': 'application/json', 'x-twilio-signature': signature };
    const notice: Notice = { method: 'POST', path, headers, body };
    assert.ok(isOurs(notice));
    assert.ok(!isOurs({ ...notice, body: '{"a":2}' }));
  });

  it('is refused when the notice is old, or from the future, by its own time', () => {
    const at = (ms: number) => new Date(NOW + ms).toUTCString().replace('GMT', '+0000');
    const told = (ms: number) => isOurs(signed('/status/one', { ...params, Timestamp: at(ms) }));
    assert.ok(told(0) && told(-290_000) && told(290_000));
    assert.ok(!told(-310_000) && !told(310_000));
    assert.ok(!isOurs(signed('/status/one', { ...params, Timestamp: 'yesterday' })));
  });
});
