import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Address } from '../../kernel/address.ts';
import type { CallId, GroupId, Instant } from '../../kernel/brand.ts';
import { derive } from '../../kernel/uuid.ts';
import { actions as language } from '../../flows/actions/index.ts';
import { normalizeFlow } from '../../flows/normalize.ts';
import { openConference } from '../../groups/conference_moves.ts';
import type { Customer } from '../../store/rows.ts';
import { customerId } from '../simulation/furniture.ts';
import type { Plan } from '../simulation/plan.ts';
import { START } from '../simulation/sim_clock.ts';
import { killNode, type Node, openWorld, startNode, type World } from '../simulation/world.ts';

const NAME = 'ann';
const CONFERENCE = derive<GroupId>('conference', 'test', START as Instant);
const PLAN: Plan = {
  seed: 1,
  nodes: 1,
  network: 'apart',
  turns_max: 12,
  lag_max: 0,
  carrier_faults: 0,
  store_faults: 0,
  attempts_max: 3,
  customers: [{ name: NAME, money_micros: 50_000_000, endpoints: [] }],
  providers: [
    {
      name: 'good',
      config: { reliability: 1 },
      rate_micros_per_minute: 6_000,
      connect_fee_micros: 0,
      initial_s: 1,
      increment_s: 1,
    },
  ],
  acts: [],
};
const tel = (target: string): Address => {
  return { type: 'tel', target, target_name: '', name: '', detail: '' };
};
const JOIN = { type: 'conference_join', option: { conference_id: CONFERENCE } };
const REST = { type: 'sleep', option: { duration: 5_000 } };

class Stage {
  readonly world: World;
  node: Node;
  #placed = 0;

  constructor(world: World, node: Node) {
    this.world = world;
    this.node = node;
  }

  async pass(seconds: number): Promise<void> {
    await this.world.clock.runTo(this.world.clock.now() + seconds * 1_000);
  }

  async call(actions: readonly unknown[]): Promise<CallId> {
    const seed = { name: `call ${(this.#placed += 1)}`, at: START as Instant };
    const customer = await this.world.store.shelves.customers.get('all', customerId(NAME));
    const placed = this.node.exchange.place({
      customer: customer as Customer,
      source: tel('+15005550006'),
      destinations: [tel('+12025550100')],
      flow_id: null,
      actions: normalizeFlow(actions, (label) => derive(seed.name, label, seed.at), language),
      variables: {},
      dial_timeout_ms: 30_000,
      max_duration_ms: 600_000,
      early_execution: false,
      sandbox: null,
      test: true,
      seed,
    });
    await this.pass(5);
    return (await placed).legs[0]?.call.id as CallId;
  }

  async open(participants_max: number): Promise<void> {
    const flows = { pre_flow_id: null, post_flow_id: null };
    const named = { name: 'Standup', detail: '', data: {}, timeout_ms: 0 };
    const whose = { id: CONFERENCE, customer_id: customerId(NAME) };
    const tm_create = this.world.clock.now();
    const opened = this.node.exchange.openGroup(
      openConference({ ...named, ...flows, ...whose, participants_max, tm_create }),
    );
    await this.pass(1);
    await opened;
  }

  inRoom(): number {
    return this.world.apart?.membersOf(CONFERENCE).length ?? 0;
  }

  async status(call_id: CallId): Promise<string | undefined> {
    return (await this.world.store.calls.get('all', call_id))?.call.status;
  }

  async conference() {
    return this.world.store.groups.get('all', 'conference', CONFERENCE);
  }
}

async function onStage(play: (stage: Stage) => Promise<void>): Promise<void> {
  const world = await openWorld(PLAN);
  const stage = new Stage(world, startNode(world));
  await stage.pass(1);
  await play(stage);
  await stage.node.life.kill();
  await world.databases.close();
}

describe('a conference on the sandbox', () => {
  it('holds several legs in one room, sends one on, and ends with the others', () =>
    onStage(async (stage) => {
      await stage.open(10);
      const calls = [
        await stage.call([JOIN, REST]),
        await stage.call([JOIN]),
        await stage.call([JOIN]),
      ];
      await stage.pass(5);
      assert.equal(stage.inRoom(), 3);
      const group = await stage.conference();
      assert.equal(group?.status, 'progressing');
      const [first] = group.seats;
      const fact = { type: 'party_kick_asked', conferencecall_id: first?.id ?? '' } as const;
      void stage.node.exchange.tellGroup('all', { kind: 'conference', id: CONFERENCE }, fact);
      await stage.pass(2);
      assert.equal(stage.inRoom(), 2);
      assert.equal(await stage.status(calls[0] as CallId), 'progressing');
      const end = { type: 'hangup_asked' } as const;
      void stage.node.exchange.tellGroup('all', { kind: 'conference', id: CONFERENCE }, end);
      await stage.pass(20);
      assert.equal(stage.inRoom(), 0);
      assert.equal((await stage.conference())?.status, 'terminated');
      for (const id of calls) assert.equal(await stage.status(id), 'hangup');
    }));

  it('turns away who comes when it is full, and their flow goes on', () =>
    onStage(async (stage) => {
      await stage.open(1);
      await stage.call([JOIN]);
      const late = await stage.call([JOIN, { type: 'sleep', option: { duration: 60_000 } }]);
      await stage.pass(5);
      assert.equal(stage.inRoom(), 1);
      const run = (await stage.world.store.calls.get('all', late))?.run;
      assert.equal(run?.current_action?.type, 'sleep');
      assert.equal(run.variables['voipbin.conferencecall.status'], 'full');
    }));

  it('stands through kill -9, and hears of those who have gone', () =>
    onStage(async (stage) => {
      await stage.open(10);
      const one = await stage.call([JOIN]);
      await stage.call([JOIN]);
      await stage.pass(5);
      await killNode(stage.world, stage.node);
      stage.node = startNode(stage.world);
      await stage.pass(20);
      assert.equal((await stage.conference())?.seats.length, 2);
      void stage.node.exchange.hangUp('all', one);
      await stage.pass(10);
      assert.equal((await stage.conference())?.seats.length, 1);
      assert.equal(stage.inRoom(), 1);
    }));

  it('is a room of the customer’s own where no conference has the id', () =>
    onStage(async (stage) => {
      const meet = { type: 'confbridge_join', option: { confbridge_id: CONFERENCE } };
      const calls = [await stage.call([meet]), await stage.call([meet])];
      await stage.pass(5);
      assert.equal(stage.inRoom(), 0);
      const room = derive(customerId(NAME), `room:${CONFERENCE}`, 0 as Instant);
      assert.equal(stage.world.apart?.membersOf(room).length, 2);
      for (const id of calls) assert.equal(await stage.status(id), 'progressing');
    }));
});
