import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { rollerOf } from '../../kernel/random.ts';
import type { Endpoint } from '../../store/rows.ts';
import type { DeliveryStore } from '../../store/store.ts';
import { Stage, answered } from '../../tests/conformance/webhook_stage.ts';
import type { Sent } from '../../tests/conformance/webhook_stage.ts';
import { openLocalQueue } from '../../queue/sql/queue.ts';
import type { SendResult, Sender } from '../../webhooks/delivery.ts';
import type { Deliverer } from '../deliverer.ts';

const never = new Promise<never>(() => undefined);

/** One life of a node: once it has died, nothing it asks for is answered any more. */
class Life {
  alive = true;
  readonly node: string;
  readonly deliverer: Deliverer;

  constructor(stage: Stage, node: string) {
    this.node = node;
    const dead = async <Value>(ask: () => Promise<Value>): Promise<Value> => {
      if (!this.alive) return never;
      const answer = await ask();
      return this.alive ? answer : never;
    };
    const { deliveries, sender, clock } = stage;
    const store: DeliveryStore = {
      // Written in the turn after it was asked for, unless that was one turn too late.
      settle: (rows) => dead(turn).then(() => deliveries.write(rows)),
      take: (rows) => dead(turn).then(() => deliveries.write(rows)),
      pending: (...asked) => dead(() => deliveries.pending(...asked)),
      notices: (rows) => dead(() => deliveries.notices(rows)),
      insert: (rows, event) => dead(() => deliveries.insert(rows, event)),
      get: (scope, id) => deliveries.get(scope, id),
      list: () => deliveries.list(),
    };
    const door: Sender = {
      send: (request) => dead(() => sender.send(request)),
      refusal: () => null,
      close: () => Promise.resolve(),
    };
    this.deliverer = stage.deliverer({
      store: { deliveries: store, shelves: { endpoints: stage.shelf() } },
      sender: door,
      queue: openLocalQueue(clock),
      node,
      config: { webhook_schedule_s: [1, 2, 4, 8], webhook_disable_after_s: 100_000 },
      limits: { kept_per_endpoint: 12, kept: 20, in_flight: 6, in_flight_per_endpoint: 4 },
    });
  }
}

/** Two nodes, two endpoints, six calls and much that goes wrong; the seed decides everything. */
class Story {
  readonly stage = new Stage();
  readonly endpoints: Endpoint[];
  readonly #roll: (below: number) => number;
  readonly #sequences = new Map<string, number>();
  readonly #lives: Life[] = [];
  #born = 0;

  constructor(seed: number) {
    this.#roll = rollerOf(seed);
    this.endpoints = [this.stage.endpoint('a'), this.stage.endpoint('b')];
    for (const { url } of this.endpoints)
      this.stage.sender.receivers.set(url, () => this.#receive());
    this.#bear();
    this.#bear();
  }

  async #receive(): Promise<SendResult> {
    const wait = this.#roll(3) * 50;
    const [kind, status] = [this.#roll(10), [500, 503, 302, 404][this.#roll(4)] ?? 500];
    if (wait > 0) await new Promise<void>((resolve) => this.stage.clock.after(wait, resolve));
    if (kind < 2) return answered(status);
    if (kind < 3) return { result: 'failed', error: 'ECONNRESET', duration_ms: 1 };
    return answered(204);
  }

  #bear(): Life {
    const life = new Life(this.stage, `node-${(this.#born += 1)}`);
    this.#lives.push(life);
    return life;
  }

  async tell(): Promise<void> {
    for (let step = 0; step < 60; step += 1) {
      const what = this.#roll(10);
      if (what < 6) this.#event();
      else if (what < 9) await this.stage.clock.advance(this.#roll(1_500));
      else await this.#killOne();
    }
    for (let round = 0; round < 80 && this.#isOpen(); round += 1)
      await this.stage.clock.advance(5_000);
    // Past one look at everything: whoever would send again does so now.
    await this.stage.clock.advance(31_000);
  }

  #isOpen(): boolean {
    return this.stage.statuses().includes('pending');
  }

  /** One to three notices of a call, from either node, as after commits of its events. */
  #event(): void {
    const call = `call-${this.#roll(6)}`;
    const life = this.#lives[this.#roll(this.#lives.length)];
    if (life === undefined) return;
    for (let count = 0; count <= this.#roll(3); count += 1) {
      const sequence = (this.#sequences.get(call) ?? 0) + 1;
      this.#sequences.set(call, sequence);
      const [rows, notices] = this.stage.commit(call, sequence, {
        to: this.endpoints,
        node: life.node,
      });
      // Once in a while the node dies, or forgets, between the commit and the offer.
      if (this.#roll(12) > 0) life.deliverer.offer(rows, notices, true);
    }
  }

  /** A node dies in the middle of whatever it does; what it left is taken over. */
  async #killOne(): Promise<void> {
    const [dead] = this.#lives.splice(this.#roll(this.#lives.length), 1);
    if (dead === undefined) return;
    dead.alive = false;
    const heir = this.#roll(2) === 0 ? this.#bear() : (this.#lives[0] ?? this.#bear());
    const { rows } = this.stage.deliveries;
    for (const row of rows.values())
      if (row.node === dead.node) rows.set(row.id, { ...row, node: heir.node });
    if (this.#lives.length < 2) this.#bear();
    await heir.deliverer.recover(heir.node);
  }

  check(): void {
    for (const row of this.stage.deliveries.rows.values())
      assert(row.status === 'delivered' || row.status === 'failed', `${row.id} is ${row.status}`);
    for (const endpoint of this.endpoints)
      for (const [call, last] of this.#sequences) this.#checkLine(endpoint, { call, last });
  }

  #checkLine({ id, url }: Endpoint, { call, last }: { call: string; last: number }): void {
    const sent = this.stage.sender.to(url).filter((each) => dataOf(each).id === call);
    const firsts = [...new Set(sent.map((each) => dataOf(each).sequence))];
    const expected = Array.from({ length: last }, (_, index) => index + 1);
    assert.deepEqual(firsts, expected, `${call} to ${id}: every sequence, first tries in order`);
    for (const sequence of expected) {
      const same = sent.filter((each) => dataOf(each).sequence === sequence);
      assert.equal(new Set(same.map((each) => each.request.body)).size, 1);
      assert.equal(new Set(same.map((each) => each.request.headers['webhook-id'])).size, 1);
    }
  }
}

function dataOf({ request }: Sent): { id: string; sequence: number } {
  return JSON.parse(request.body ?? '').data;
}

describe('deliveries under failures, deaths and takeovers', () => {
  for (let seed = 1; seed <= 40; seed += 1)
    it(`arrive in order, none lost (seed ${seed})`, async () => {
      const story = new Story(seed);
      await story.tell();
      story.check();
    });
});
