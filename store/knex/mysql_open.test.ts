import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { createConnection } from 'mysql2/promise';
import type { Clock } from '../../kernel/clock.ts';
import { StoreError } from '../store.ts';
import type { Store } from '../store.ts';
import { T0, newLeg, owner, unitOf } from '../../tests/conformance/store_rows.ts';
import { migrate, openStore } from './open.ts';

const clock: Clock = { now: () => T0, wall: () => T0, after: () => () => undefined };
const SERVER = process.env['TEST_MYSQL'] || undefined;
const skip = SERVER === undefined && 'TEST_MYSQL names no MariaDB server';

/** A wire to the database server that can be cut, or go silent. */
interface Wire {
  readonly port: number;
  cut(): Promise<void>;
  mend(): Promise<void>;
  silence(on: boolean): void;
}

async function wireTo(host: string, server_port: number): Promise<Wire> {
  const ends = new Set<Socket>();
  let silent = false;
  let server: Server | null = null;
  const listen = async (port: number): Promise<number> => {
    server = createServer((near) => {
      const far = connect(server_port, host);
      for (const end of [near, far]) {
        ends.add(end);
        end.on('error', () => undefined);
        end.on('close', () => {
          near.destroy();
          far.destroy();
          ends.delete(end);
        });
      }
      near.on('data', (bytes) => void (silent || far.write(bytes)));
      far.on('data', (bytes) => void (silent || near.write(bytes)));
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  return {
    port,
    cut: async () => {
      const closed = server === null ? null : once(server, 'close');
      server?.close();
      for (const end of ends) end.destroy();
      await closed;
    },
    mend: async () => void (await listen(port)),
    silence: (on) => {
      silent = on;
    },
  };
}

const isLater = (error: unknown): boolean => error instanceof StoreError && error.retry === 'later';

describe('a store whose MariaDB is away', { skip }, () => {
  const name = `tandem_${randomBytes(6).toString('hex')}`;
  let wire: Wire;
  let store: Store;
  before(async () => {
    const { hostname, port } = new URL(SERVER ?? '');
    wire = await wireTo(hostname, Number(port));
    const database_url = `mysql://root@127.0.0.1:${wire.port}/${name}`;
    store = await openStore({ database_url, data_dir: '', clock });
  });
  after(async () => {
    await store.close();
    await wire.cut();
    const outside = await createConnection({ uri: `${SERVER}${name}` });
    await outside.query(`drop database ${name}`);
    await outside.end();
  });

  it('refuses until it is back, and then works by itself', async () => {
    const leg = newLeg(owner());
    assert.equal(await store.legs.commit(unitOf(leg)), 'committed');
    await wire.cut();
    const lost = [newLeg(owner()), newLeg(owner())];
    for (const one of lost) await assert.rejects(store.legs.commit(unitOf(one)), isLater);
    await assert.rejects(store.legs.load(leg.call.id), isLater);
    await assert.rejects(store.ping(), isLater);
    await wire.mend();
    for (const one of lost) assert.equal(await store.legs.commit(unitOf(one)), 'committed');
    assert.deepEqual(await store.legs.load(leg.call.id), leg);
  });

  it('does not wait for an answer that never comes', async () => {
    const leg = newLeg(owner());
    wire.silence(true);
    await assert.rejects(store.legs.commit(unitOf(leg)), isLater);
    await assert.rejects(store.ping(), isLater);
    wire.silence(false);
    // what had been sent before the silence may have arrived: then it is a duplicate
    assert.match(await store.legs.commit(unitOf(leg)), /committed|duplicate/);
    assert.deepEqual((await store.legs.load(leg.call.id))?.call.id, leg.call.id);
  });

  it('is migrated once by two nodes at the same time', async () => {
    const database_url = `${SERVER}${name}_two`;
    const options = { database_url, data_dir: '' };
    const made = await Promise.all([migrate(options), migrate(options), migrate(options)]);
    assert.ok(made.flat().length > 0);
    assert.equal(new Set(made.flat()).size, made.flat().length);
    const outside = await createConnection({ uri: database_url });
    await outside.query(`drop database ${name}_two`);
    await outside.end();
  });
});
