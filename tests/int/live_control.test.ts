import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RecordingId } from '../../kernel/brand.ts';
import type { Wish } from '../../engine/control.ts';
import type { Instruction } from '../../calls/instruction.ts';
import { publicMedia } from '../../calls/public.ts';
import { currentAttempt } from '../../calls/call.ts';
import { actions as language } from '../../flows/actions/index.ts';
import { normalizeFlow } from '../../flows/normalize.ts';
import type { Leg } from '../../store/store.ts';
import { killNode, startNode } from '../simulation/world.ts';
import { type CallStage, onCallStage } from './call_stage.ts';

const SLEEP = { id: 'sleep', type: 'sleep', option: { duration: 600_000 } };
const LONG = { id: 'long', type: 'talk', option: { text: 'x'.repeat(500) } };
const HOLD: Wish = { want: 'line', flag: 'hold', on: true };

function say(text: string, interrupt = false): Wish {
  const instruction: Instruction = { do: 'say', text, language: 'en-US', gender: 'neutral' };
  return { want: 'media', instruction, needs: ['say'], interrupt };
}

function flow(...actions: readonly object[]): Wish {
  const named = normalizeFlow(actions, (label) => `redirect ${label}`, language);
  return { want: 'redirect', flow_id: null, actions: named };
}

let asked = 0;
/** Asks, and answers the code of the refusal, if it was one. */
async function ask({ node }: CallStage, { call }: Leg, wish: Wish, name?: string): Promise<string> {
  const subject = { call_id: call.id };
  const request = name ?? `request ${(asked += 1)}`;
  const leg = await node.exchange.control({ scope: 'all', subject, name: request }, wish);
  assert.ok(leg !== null);
  return 'code' in leg ? leg.code : leg.call.status;
}

describe('live control', () => {
  it('reaches the carrier, tells the customer, and stands in the timeline', () =>
    onCallStage(async (stage) => {
      const leg = await stage.place([SLEEP]);
      await stage.pass(5);
      assert.equal(await ask(stage, leg, HOLD), 'progressing');
      assert.equal(await ask(stage, leg, HOLD), 'progressing', 'twice is once');
      const mute: Wish = { want: 'mute', direction: 'in', on: true };
      assert.equal(await ask(stage, leg, mute), 'progressing');
      await stage.pass(1);
      const { call } = await stage.now(leg);
      const { hold, mute_direction } = publicMedia(call.media);
      assert.deepEqual([hold, mute_direction], [true, 'in']);
      const attempt_id = currentAttempt(call)?.id as never;
      assert.deepEqual(stage.node.network.soundOf(attempt_id)?.line, call.media.line);
      const types = await stage.types(leg);
      assert.equal(types.filter((type) => type === 'line_asked').length, 2);
      const told = (await stage.world.store.calls.timeline(call.id)).flatMap(({ notices }) =>
        notices.filter(({ type }) => type === 'call_updated').map(({ data }) => data['hold']),
      );
      assert.deepEqual(told.slice(-2), [true, true]);
    }));

  it('is refused before the answer and after the end', () =>
    onCallStage(async (stage) => {
      const leg = await stage.place([SLEEP], { sandbox: { ring_ms: 0, answer_ms: 30_000 } });
      await stage.pass(5);
      assert.equal(await ask(stage, leg, HOLD), 'call_state');
      assert.equal(await ask(stage, leg, say('Hello')), 'call_state');
      await stage.pass(30);
      assert.equal(await ask(stage, leg, HOLD), 'progressing');
      await stage.node.exchange.hangUp('all', leg.call.id);
      await stage.pass(5);
      assert.equal(await ask(stage, leg, HOLD), 'call_ended');
      assert.equal(await ask(stage, leg, flow(SLEEP)), 'call_ended');
    }));

  it('asked again under the same name does nothing, and is answered as before', () =>
    onCallStage(async (stage) => {
      const leg = await stage.place([{ id: 'block', type: 'block', option: {} }, SLEEP]);
      await stage.pass(5);
      const go: Wish = { want: 'continue', variables: {} };
      assert.equal(await ask(stage, leg, go, 'once'), 'progressing');
      assert.equal((await stage.now(leg)).run.current_action?.id, 'sleep');
      assert.equal(await ask(stage, leg, go, 'once'), 'progressing');
      assert.equal(await ask(stage, leg, go, 'another'), 'flow_not_blocked');
      const types = await stage.types(leg);
      assert.equal(types.filter((type) => type === 'continue_asked').length, 1);
    }));

  it('is said after what the flow says, whose wait ends on its own words alone', () =>
    onCallStage(async (stage) => {
      const leg = await stage.place([LONG, SLEEP]);
      await stage.pass(5);
      assert.equal(await ask(stage, leg, say('y'.repeat(100))), 'progressing');
      await stage.pass(24);
      assert.equal((await stage.now(leg)).run.current_action?.id, 'long');
      await stage.pass(3);
      assert.equal((await stage.now(leg)).run.current_action?.id, 'sleep', 'after 30 s');
      const types = await stage.types(leg);
      assert.equal(types.filter((type) => type === 'media_asked').length, 1);
    }));

  it('interrupts what the flow says, and the flow goes on', () =>
    onCallStage(async (stage) => {
      const leg = await stage.place([LONG, { ...LONG, id: 'next' }, SLEEP]);
      await stage.pass(5);
      await ask(stage, leg, say('y'.repeat(100), true));
      assert.equal((await stage.now(leg)).run.current_action?.id, 'next');
      await stage.pass(35);
      assert.equal((await stage.now(leg)).run.current_action?.id, 'next', '6 s, then 30 s');
      await stage.pass(3);
      assert.equal((await stage.now(leg)).run.current_action?.id, 'sleep');
    }));

  it('redirects a flow, and hangs up whom it had connected', () =>
    onCallStage(async (stage) => {
      const blank = { target_name: '', name: '', detail: '' };
      const destinations = [{ type: 'tel', target: '+12125550123', ...blank }];
      const leg = await stage.place([{ type: 'connect', option: { destinations } }]);
      await stage.pass(10);
      const [child_id] = (await stage.now(leg)).call.chained_call_ids;
      const child = (await stage.world.store.calls.get('all', child_id as never)) as Leg;
      assert.equal(child.call.status, 'progressing');
      assert.equal(await ask(stage, leg, flow(LONG, SLEEP)), 'progressing');
      await stage.pass(5);
      assert.equal((await stage.now(child)).call.status, 'hangup');
      assert.equal((await stage.now(leg)).run.current_action?.id, 'long');
      await stage.pass(60);
      assert.equal((await stage.now(leg)).run.current_action?.id, 'sleep');
    }));

  it('records: named on the call while it runs, and afterwards', () =>
    onCallStage(async (stage) => {
      const leg = await stage.place([SLEEP]);
      await stage.pass(5);
      const recording_id = '019ab0f2-7c5e-7d1b-9a43-5b0f3f1c2d10' as RecordingId;
      const instruction: Instruction = {
        do: 'record_start',
        recording_id,
        format: 'wav',
        end_of_silence_s: 0,
        end_of_key: 'none',
        duration_s: 0,
        beep: false,
        channels: 1,
        on_end_flow_id: null,
      };
      const record: Wish = { want: 'media', instruction, needs: ['record'], interrupt: false };
      assert.equal(await ask(stage, leg, record, 'record'), 'progressing');
      assert.equal(await ask(stage, leg, record, 'record'), 'progressing', 'the same request');
      assert.equal(await ask(stage, leg, record), 'call_state');
      await stage.pass(5);
      assert.equal((await stage.now(leg)).call.media.recording_id, recording_id);
      assert.equal(await ask(stage, leg, { want: 'record_stop' }), 'progressing');
      await stage.pass(2);
      const { media } = (await stage.now(leg)).call;
      assert.deepEqual([media.recording_id, media.recording_ids], [null, [recording_id]]);
      assert.equal(await ask(stage, leg, { want: 'record_stop' }), 'call_state');
    }));

  it('reaches the carrier though the node dies with the order in its hands', () =>
    onCallStage(async (stage) => {
      const { world, node } = stage;
      const leg = await stage.place([SLEEP]);
      await stage.pass(5);
      const attempt_id = currentAttempt((await stage.now(leg)).call)?.id as never;
      assert.equal(await ask(stage, leg, HOLD), 'progressing');
      assert.equal(node.network.soundOf(attempt_id)?.line.hold, false, 'not there yet');
      await killNode(world, node);
      const next = startNode(world);
      await stage.pass(30);
      assert.equal((await stage.now(leg)).call.status, 'progressing');
      assert.equal(next.network.soundOf(attempt_id)?.line.hold, true);
      await killNode(world, next);
    }));

  it('asked through two nodes at once loses nothing', () =>
    onCallStage(
      async (stage) => {
        const { world } = stage;
        const other = startNode(world);
        await stage.pass(2);
        const leg = await stage.place([SLEEP]);
        await stage.pass(5);
        const through = { ...stage, node: other };
        const mute = (direction: 'in' | 'out'): Wish => ({ want: 'mute', direction, on: true });
        const said = await Promise.all([
          ask(stage, leg, HOLD),
          ask(through, leg, mute('in')),
          ask(stage, leg, mute('out')),
          ask(through, leg, { want: 'line', flag: 'moh', on: true }),
        ]);
        assert.deepEqual(said, Array<string>(4).fill('progressing'));
        await stage.pass(3);
        const { line } = (await stage.now(leg)).call.media;
        assert.deepEqual(line, { hold: true, moh: true, silence: false, mute_direction: 'both' });
        await killNode(world, other);
      },
      { nodes: 2, network: 'apart' },
    ));
});
