import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallId, GroupId } from '../../kernel/brand.ts';
import { figuresOf } from '../../groups/queue.ts';
import { countsOf, type GroupStage, idOf, NOBODY, openStage, PHONE } from './group_stage.ts';

const JOIN = [
  { id: 'q', type: 'queue_join', option: { queue_id: idOf('support') } },
  { id: 'after', type: 'sleep', option: { duration: 600_000 } },
];

function onStage(play: (stage: GroupStage) => Promise<void>, nodes = 1): () => Promise<void> {
  return async () => {
    const stage = await openStage(nodes);
    await play(stage);
    await stage.close();
  };
}

async function statusOf({ group }: GroupStage, name: string): Promise<string> {
  return (await group('agent', idOf(name))).status;
}

async function actionOf({ leg }: GroupStage, id: CallId): Promise<string | null> {
  return (await leg(id)).run.current_action?.id ?? null;
}

describe('a queue', () => {
  it(
    'connects who waits with an agent, and goes on when the agent hangs up',
    onStage(async (stage) => {
      const wait_flow_id = await stage.flow([{ type: 'talk', option: { text: 'Please hold' } }]);
      const queue = await stage.queue('support', { wait_flow_id, wrap_up_ms: 30_000 });
      const ann = await stage.agent('ann', [PHONE]);
      const caller = await stage.call(JOIN);
      await stage.pass(1);
      assert.equal(await statusOf(stage, 'ann'), 'ringing');
      assert.equal((await stage.queuecalls())[0]?.status, 'connecting');
      await stage.pass(4);
      assert.equal(await statusOf(stage, 'ann'), 'busy');
      const [own] = await stage.queuecalls();
      assert.equal(own?.status, 'service');
      assert.equal(own.service_agent_id, ann);
      const phone = await stage.leg(own.service_call_id as CallId);
      assert.deepEqual(
        [phone.call.status, phone.call.room_id, phone.call.master_call_id],
        ['progressing', own.room_id, caller],
      );
      assert.deepEqual((await stage.leg(caller)).call.chained_call_ids, [phone.call.id]);
      assert.equal(await actionOf(stage, caller), 'q');
      await stage.pass(10);
      await stage.exchange.hangUp('all', phone.call.id);
      await stage.pass(2);
      assert.equal(await actionOf(stage, caller), 'after');
      const { variables } = (await stage.leg(caller)).run;
      assert.equal(variables['voipbin.queuecall.status'], 'done');
      assert.equal((await stage.queuecalls())[0]?.status, 'done');
      assert.equal(await statusOf(stage, 'ann'), 'busy', 'it wraps up');
      await stage.pass(31);
      assert.equal(await statusOf(stage, 'ann'), 'available');
      const figures = figuresOf(await stage.group('queue', queue));
      assert.equal(figures.service_level_percent, 100);
      assert.deepEqual(await stage.told(own.id), [
        'queuecall_created',
        'queuecall_waiting',
        'queuecall_entering',
        'queuecall_serviced',
        'queuecall_done',
      ]);
      const changes = (await stage.told(ann)).filter((type) => type === 'agent_status_updated');
      assert.equal(changes.length, 3);
      assert.deepEqual(stage.exchange.gauges().effects, 0);
    }),
  );

  it(
    'rings the next agent when one does not answer',
    onStage(async (stage) => {
      await stage.queue('support');
      await stage.agent('ann', [NOBODY]);
      await stage.pass(1);
      await stage.agent('bob', [PHONE]);
      await stage.call(JOIN);
      await stage.pass(10);
      assert.equal(await statusOf(stage, 'ann'), 'ringing');
      await stage.pass(20);
      assert.equal(await statusOf(stage, 'ann'), 'available');
      assert.equal(await statusOf(stage, 'bob'), 'busy');
      assert.equal((await stage.queuecalls())[0]?.service_agent_id, idOf('bob'));
    }),
  );

  it(
    'frees the agent when the caller hangs up while it rings',
    onStage(async (stage) => {
      await stage.queue('support');
      await stage.agent('ann', [NOBODY]);
      const caller = await stage.call(JOIN);
      await stage.pass(3);
      assert.equal(await statusOf(stage, 'ann'), 'ringing');
      await stage.exchange.hangUp('all', caller);
      await stage.pass(5);
      assert.equal(await statusOf(stage, 'ann'), 'available');
      assert.equal((await stage.queuecalls())[0]?.status, 'abandoned');
      assert.deepEqual(countsOf(await stage.group('queue', idOf('support'))), [0, 0, 0, 1]);
      const live = (await stage.legs()).filter(({ call }) => call.status !== 'hangup');
      assert.deepEqual(live, []);
    }),
  );

  it(
    'serves in the order of arrival, one call an agent at a time, also from two queues',
    onStage(async (stage) => {
      await stage.queue('support');
      await stage.queue('sales');
      await stage.agent('ann', [PHONE]);
      const queues = ['support', 'sales', 'support', 'sales'].map(idOf);
      for (const queue_id of queues) {
        await stage.call([{ type: 'queue_join', option: { queue_id } }]);
        await stage.pass(1);
      }
      const served: string[] = [];
      for (let round = 0; round < 4; round += 1) {
        await stage.pass(8);
        const talking = (await stage.queuecalls()).filter(({ status }) => status === 'service');
        assert.equal(talking.length, 1, 'one at a time');
        served.push(talking[0]?.id as string);
        await stage.exchange.hangUp('all', talking[0]?.service_call_id as CallId);
      }
      await stage.pass(5);
      const all = await stage.queuecalls();
      assert.deepEqual(served.toSorted(), all.map(({ id }) => id).toSorted());
      const bySupport = all.filter(({ parent_id }) => parent_id === idOf('support'));
      const order = served.filter((id) => bySupport.some((each) => each.id === (id as GroupId)));
      assert.deepEqual(
        order,
        bySupport.map(({ id }) => id),
      );
      assert.equal(await statusOf(stage, 'ann'), 'available');
    }, 2),
  );

  it(
    'sends on who has waited long enough, was kicked, or has nobody to wait for',
    onStage(async (stage) => {
      await stage.queue('support', { wait_timeout_ms: 5_000 });
      const [first, second] = [await stage.call(JOIN), await stage.call(JOIN)];
      await stage.pass(3);
      const [own] = await stage.queuecalls();
      await stage.exchange.tellGroup(
        'all',
        { kind: 'queuecall', id: own?.id as string },
        { type: 'kick_asked' },
      );
      await stage.pass(1);
      assert.equal(await actionOf(stage, first), 'after');
      assert.equal(await actionOf(stage, second), 'q');
      await stage.pass(5);
      assert.equal(await actionOf(stage, second), 'after');
      const statuses = (await stage.queuecalls()).map(({ status }) => status);
      assert.deepEqual(statuses, ['abandoned', 'abandoned']);
      await stage.call(JOIN);
      await stage.pass(2);
      const about = { kind: 'queue', id: idOf('support') } as const;
      await stage.exchange.tellGroup('all', about, { type: 'delete_asked' });
      await stage.pass(2);
      assert.equal((await stage.queuecalls())[2]?.status, 'abandoned');
      const late = await stage.call(JOIN);
      await stage.pass(2);
      assert.equal((await stage.leg(late)).run.ended_because, 'action_failed');
    }),
  );

  it(
    'ends a talk that has lasted long enough',
    onStage(async (stage) => {
      await stage.queue('support', { service_timeout_ms: 10_000 });
      await stage.agent('ann', [PHONE]);
      const caller = await stage.call(JOIN);
      await stage.pass(18);
      assert.equal(await actionOf(stage, caller), 'after');
      assert.equal((await stage.queuecalls())[0]?.status, 'done');
      assert.equal(await statusOf(stage, 'ann'), 'available');
    }),
  );
});
