import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Instant } from '../kernel/brand.ts';
import { bodyOf } from './body.ts';

it('a notice is told as VoIPBIN tells it, with what makes it safe to repeat', () => {
  const notice = {
    id: 'n1',
    type: 'call_updated',
    order_key: 'c1',
    sequence: 3,
    at: Date.UTC(2026, 10, 21, 5, 6, 7, 8) as Instant,
    data: { status: 'ringing', b: 1, a: null },
  };
  const body = bodyOf(notice);
  assert.equal(
    body,
    '{"id":"n1","type":"call_updated","timestamp":"2026-11-21T05:06:07.008Z","sequence":3,' +
      '"api_version":"v1","data":{"status":"ringing","b":1,"a":null}}',
  );
  const stored: typeof notice = JSON.parse(JSON.stringify(notice));
  assert.equal(bodyOf(stored), body, 'the same bytes after a stay in the database');
});
