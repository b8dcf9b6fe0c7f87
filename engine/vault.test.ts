import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomBytes } from 'node:crypto';
import { VaultError, makeVault, sealedFor } from './vault.ts';
import type { VaultFault } from './vault.ts';

const KEY = randomBytes(32);
const ROW = sealedFor('customer-1', 'endpoint-1');
const faulty = (fault: VaultFault) => (error: unknown) =>
  error instanceof VaultError && error.fault === fault;

describe('the vault', () => {
  it('opens what it sealed, and seals the same text differently each time', () => {
    const vault = makeVault(KEY);
    const sealed = vault.seal('whsec_žluť', ROW);
    assert.equal(vault.open(sealed, ROW), 'whsec_žluť');
    assert.notEqual(vault.seal('whsec_žluť', ROW), sealed);
    assert.match(sealed, /^v1\.[0-9a-f]{8}\.[\w-]+$/);
    assert.equal(vault.open(vault.seal('', ROW), ROW), '');
  });

  it('opens nothing that was moved to another row or customer', () => {
    const vault = makeVault(KEY);
    const sealed = vault.seal('secret', ROW);
    for (const other of [sealedFor('customer-2', 'endpoint-1'), sealedFor('customer-1', 'x')])
      assert.throws(() => vault.open(sealed, other), faulty('not_authentic'));
  });

  it('opens nothing that was altered anywhere', () => {
    const vault = makeVault(KEY);
    const sealed = vault.seal('secret', ROW);
    const start = sealed.lastIndexOf('.') + 1;
    const bytes = Buffer.from(sealed.slice(start), 'base64url');
    for (let place = 0; place < bytes.length; place += 1) {
      const altered = Buffer.from(bytes);
      altered[place] = (altered[place] ?? 0) ^ 1;
      const text = sealed.slice(0, start) + altered.toString('base64url');
      assert.throws(() => vault.open(text, ROW), faulty('not_authentic'), `byte ${place}`);
    }
    for (const text of ['', 'secret', 'v2.00000000.AAAA', `${sealed.slice(0, start)}AAAA`])
      assert.throws(() => vault.open(text, ROW), faulty('wrong_format'), text);
    assert.throws(() => makeVault(randomBytes(32)).open(sealed, ROW), faulty('unknown_key'));
  });

  it('carries secrets over to a new key', () => {
    const sealed = makeVault(KEY).seal('secret', ROW);
    const current = randomBytes(32);
    const vault = makeVault(current, [KEY]);
    assert.equal(vault.open(sealed, ROW), 'secret');
    const moved = vault.rewrap(sealed, ROW);
    assert(moved !== null);
    assert.equal(makeVault(current).open(moved, ROW), 'secret');
    assert.equal(vault.rewrap(moved, ROW), null);
  });

  it('takes only keys of 32 bytes, and tells nothing of the secret in an error', () => {
    assert.throws(() => makeVault(randomBytes(16)), RangeError);
    try {
      makeVault(KEY).open('whsec_plain', ROW);
      assert.fail('opened');
    } catch (error) {
      assert(!String(error).includes('plain'));
    }
  });
});
