import assert from 'node:assert/strict';
import { it } from 'node:test';
import { makeLinks } from './links.ts';

const LINKED = { id: 'r', customer_id: 'c', expires_s: 1_000 };

it('a link opens what it was made for, and nothing else', () => {
  const links = makeLinks(Buffer.alloc(32, 1));
  const signature = links.sign(LINKED);
  assert.ok(links.isSigned(LINKED, signature));
  for (const other of [
    { ...LINKED, id: 's' },
    { ...LINKED, customer_id: 'd' },
    { ...LINKED, expires_s: 1_001 },
  ])
    assert.ok(!links.isSigned(other, signature));
  for (const forged of ['', 'x', signature.slice(1), `${signature}A`, signature.toLowerCase()])
    assert.ok(!links.isSigned(LINKED, forged));
  assert.ok(!makeLinks(Buffer.alloc(32, 2)).isSigned(LINKED, signature));
});
