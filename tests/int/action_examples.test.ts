import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { actions } from '../../flows/actions/index.ts';
import { type Language, outlookOf, readOption, type Verb } from '../../flows/language.ts';
import type { Leg } from '../../store/store.ts';
import type { SendResult } from '../../webhooks/delivery.ts';
import { type CallStage, onCallStage } from './call_stage.ts';

const HANGUP = { type: 'hangup', option: {} };
/** What must have been done before, for an example to find something to do. */
const BEFORE: Readonly<Record<string, readonly object[]>> = {
  recording_stop: [{ type: 'recording_start', option: {} }],
  external_media_stop: [
    { type: 'external_media_start', option: { external_host: 'media.example.com:10000' } },
  ],
};
/** Ends that come of the action itself, rather than of the flow's end. */
const ENDS = ['finished', 'call_ended'];
const WORLDLY = /"(?!action|target|default_target|false_target)[a-z]+_id":/;

/** A server that answers whatever it is asked with one short action. */
async function send(): Promise<SendResult> {
  const body = JSON.stringify([{ type: 'sleep', option: { duration: 100 } }]);
  return { result: 'answered', status_code: 200, body, retry_after_ms: null, duration_ms: 5 };
}

/** The example in a flow of its own, with an action for every target that it names. */
function flowOf(type: string, verb: Verb, example: object): object[] {
  const { option } = readOption(verb, example);
  const targets = (outlookOf(verb, option).targets ?? []).map(({ action_id }) => action_id);
  const here = { id: 'here', type, option: example };
  const named = [...new Set(targets)].map((id) => ({ id, ...HANGUP }));
  return [...(BEFORE[type] ?? []), here, HANGUP, ...named];
}

/** Lets a call go on for as long as anything lasts; a block is told to. */
async function playedOut(stage: CallStage, leg: Leg): Promise<Leg> {
  await stage.pass(10);
  const subject = { call_id: leg.call.id };
  const go = { want: 'continue', variables: {} } as const;
  await stage.node.exchange.control({ scope: 'all', subject, name: 'go' }, go);
  await stage.pass(100);
  const now = await stage.now(leg);
  // In a room a call stays as long as it likes: its party hangs up.
  const roomed = now.run.current_action?.type === 'confbridge_join' ? [leg.call.id] : [];
  for (const id of [...now.call.chained_call_ids, ...roomed])
    await stage.node.exchange.hangUp('all', id);
  await stage.pass(100);
  return stage.now(leg);
}

/** Every page of docs/actions shows an example: on the sandbox each of them does what it says. */
describe('the example of', () => {
  for (const [type, verb] of Object.entries(actions as Language) as [string, Verb][])
    for (const [place, example] of (verb.schema['examples'] as object[]).entries())
      it(`${type}, ${place + 1}, runs on the sandbox to its end`, () =>
        onCallStage(
          async (stage) => {
            const actions_given = flowOf(type, verb, example);
            const { call, run } = await playedOut(stage, await stage.place(actions_given));
            assert.equal(call.status, 'hangup');
            const ends = WORLDLY.test(JSON.stringify(example)) ? [...ENDS, 'action_failed'] : ENDS;
            assert.ok(ends.includes(run.ended_because ?? ''), `${run.ended_detail}`);
            assert.deepEqual(run.skipped, []);
            const types = await stage.types(await stage.now({ call, run, version: 0 }));
            assert.ok(!types.includes('media_failed'));
          },
          {},
          send,
        ));
});
