import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RecordingId } from '../kernel/brand.ts';
import type { Instruction } from '../calls/instruction.ts';
import { OPEN_LINE, PLAIN } from '../calls/media.ts';
import { freshCall } from '../calls/stories.ts';
import { beginTale, callOf, flowOf } from '../tests/flow_stories.ts';
import { decide, type Wish } from './control.ts';
import type { Carriers, Pair } from './step.ts';

const ABLE: Carriers = new Map([
  ['sandbox', { say: true, hold: true, mute_in: true, mute_out: true, record: true }],
]);
const SAY: Instruction = { do: 'say', text: 'Hi', language: 'en-US', gender: 'neutral' };
const RECORD = { do: 'record_start', recording_id: 'rec', end_of_key: 'none' } as Instruction;

function media(instruction: Instruction, needs: readonly 'record'[] = []): Wish {
  return { want: 'media', instruction, needs, interrupt: false };
}

const HOLD: Wish = { want: 'line', flag: 'hold', on: true };
const REDIRECT: Wish = {
  want: 'redirect',
  flow_id: null,
  actions: flowOf([{ type: 'talk', option: { text: 'Hi' } }]),
};
const CONTINUE: Wish = { want: 'continue', variables: { a: '1' } };

/** A talking call with one way out, whose flow is at an action. */
function pairOf(type = 'rest', changes: object = {}): Pair {
  const { candidates, attempts } = freshCall('');
  const call = callOf({ candidates, attempts, ...changes });
  const { run } = beginTale([{ id: 'here', type, option: type === 'talk' ? { text: 'x' } : {} }]);
  return { call, run };
}

function codeOf(pair: Pair, wish: Wish, carriers = ABLE): string {
  const decided = decide(pair, wish, carriers);
  return 'type' in decided ? decided.type : `${decided.code}: ${decided.message ?? ''}`;
}

describe('what is asked of a call', () => {
  it('is granted while it talks', () => {
    assert.deepEqual(decide(pairOf(), HOLD, ABLE), { type: 'line_asked', change: { hold: true } });
    assert.equal(codeOf(pairOf(), media(SAY)), 'media_asked');
    assert.equal(codeOf(pairOf(), media(RECORD, ['record'])), 'media_asked');
    assert.equal(codeOf(pairOf(), REDIRECT), 'redirect_asked');
  });

  it('is refused in any other state, which is named', () => {
    for (const status of ['dialing', 'ringing', 'canceling', 'terminating'])
      for (const wish of [HOLD, media(SAY), { want: 'record_stop' } as const]) {
        const said = codeOf(pairOf('rest', { status }), wish);
        assert.equal(said, `call_state: The call is ${status}: this cannot be done now.`);
      }
    assert.equal(codeOf(pairOf('rest', { status: 'hangup' }), HOLD), 'call_ended: ');
  });

  it('is refused where the carrier does not offer it; taking back needs no offer', () => {
    const off: Wish = { want: 'line', flag: 'moh', on: false };
    const said = codeOf(pairOf(), { ...off, on: true });
    assert.equal(said, 'capability_missing: The carrier of the call does not offer moh.');
    assert.equal(codeOf(pairOf(), off), 'line_asked');
    const deaf: Carriers = new Map([['sandbox', { mute_in: true }]]);
    const mute: Wish = { want: 'mute', direction: 'both', on: true };
    assert.match(codeOf(pairOf(), mute, deaf), /does not offer mute_out/);
    assert.match(codeOf(pairOf(), REDIRECT, new Map([['sandbox', {}]])), /does not offer say/);
  });

  it('mutes one way beside the other, and takes each back alone', () => {
    const after = (mute_direction: string, wish: object): unknown => {
      const line = { ...OPEN_LINE, mute_direction };
      const pair = pairOf('rest', { media: { ...PLAIN, line } });
      const decided = decide(pair, { want: 'mute', ...wish } as Wish, ABLE);
      return 'type' in decided && decided.type === 'line_asked'
        ? decided.change.mute_direction
        : decided;
    };
    assert.equal(after('', { direction: 'in', on: true }), 'in');
    assert.equal(after('out', { direction: 'in', on: true }), 'both');
    assert.equal(after('both', { direction: 'in', on: false }), 'out');
    assert.equal(after('in', { direction: 'out', on: false }), 'in');
    assert.equal(after('in', { direction: 'both', on: true }), 'both');
    assert.equal(after('both', { direction: 'both', on: false }), '');
  });

  it('has one recording at a time, and stops only that', () => {
    const recorded = pairOf('rest', { media: { ...PLAIN, recording_id: 'rec' as RecordingId } });
    assert.match(codeOf(recorded, media(RECORD)), /^call_state: .*being recorded already/);
    assert.match(codeOf(pairOf(), { want: 'record_stop' }), /^call_state: .*not being recorded/);
    const stop = decide(recorded, { want: 'record_stop' }, ABLE);
    const instruction = { do: 'record_stop', recording_id: 'rec' };
    assert.deepEqual(stop, { type: 'media_asked', instruction, interrupt: false });
  });

  it('redirects before the answer too, but no flow that has ended', () => {
    for (const status of ['dialing', 'ringing'])
      assert.equal(codeOf(pairOf('rest', { status }), REDIRECT), 'redirect_asked');
    const over = { ...pairOf(), run: { ...pairOf().run, status: 'ended' as const } };
    assert.match(codeOf(over, REDIRECT), /call_state: .*its flow has ended/);
    assert.match(codeOf(pairOf('rest', { status: 'canceling' }), REDIRECT), /call_state/);
  });

  it('continues a block and nothing else', () => {
    const fact = decide(pairOf('block'), CONTINUE, ABLE);
    assert.deepEqual(fact, { type: 'continue_asked', variables: { a: '1' } });
    assert.match(codeOf(pairOf('talk'), CONTINUE), /^flow_not_blocked: The flow is at talk;/);
    assert.equal(codeOf(pairOf('block', { status: 'hangup' }), CONTINUE), 'call_ended: ');
  });
});
