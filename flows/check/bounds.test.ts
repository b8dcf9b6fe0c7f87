import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { actions } from '../actions/index.ts';
import { OPTION_CHARACTERS_MAX } from '../limits.ts';
import type { Bounds } from './bounds.ts';
import { premisesFor, worstCaseOf } from './check.ts';

type Raw = Readonly<Record<string, unknown>>;

function bounds(raw: unknown): Bounds {
  const found = worstCaseOf(raw, premisesFor(actions));
  assert.ok(found !== null);
  return found;
}

const act = (type: string, option: Raw = {}, id = ''): Raw => ({ id, type, option });
const sleep = (duration: number, id = ''): Raw => act('sleep', { duration }, id);
const goto = (target_id: string, more: Raw = {}): Raw => act('goto', { target_id, ...more });
const either = (false_target_id: string): Raw =>
  act('condition_variable', { condition: '==', variable: 'x', false_target_id });
const tel = (target: string) => ({ type: 'tel', target });
const call = (targets: readonly string[], inner: unknown[], id = ''): Raw =>
  act('call', { destinations: targets.map(tel), actions: inner }, id);
const end = act('hangup');

describe('the worst case', () => {
  it('of what cannot be run is none', () => {
    assert.equal(worstCaseOf([act('sing')], premisesFor(actions)), null);
    assert.equal(worstCaseOf([call(['+1'], [act('sing')])], premisesFor(actions)), null);
    assert.deepEqual(bounds([]), {
      duration_ms: 0,
      actions: 0,
      calls: 0,
      legs: [],
      unbounded: [],
    });
  });
  it('lasts as long as its longest way', () => {
    assert.equal(bounds([sleep(5), end]).duration_ms, 5);
    const ways = [either('b'), sleep(7), end, sleep(9, 'b'), end];
    assert.deepEqual([bounds(ways).duration_ms, bounds(ways).actions], [9, 3]);
  });
  it('counts every round of a counted loop', () => {
    const rounds = [sleep(5, 'a'), goto('a', { loop_count: 3 }), sleep(1)];
    const { duration_ms, actions: begun } = bounds(rounds);
    // four rounds and the sleep at the end; each stretch may go on to the end as far as is known
    assert.ok((duration_ms ?? 0) >= 21 && begun >= 9);
    assert.deepEqual([duration_ms, begun], [24, 12]);
  });
  it('is never longer than a run of a thousand actions', () => {
    const many = [sleep(5, 'a'), goto('a', { loop_count: 1_000 }), goto('a', { loop_count: 9 })];
    const { duration_ms, actions: begun } = bounds(many);
    assert.deepEqual([duration_ms, begun], [5_000, 1_000]);
  });
  it('reckons with the longest text', () => {
    const said = bounds([act('talk', { text: 'Hello' })]).duration_ms;
    assert.equal(said, 60_000 + 5 * 300);
    const filled = bounds([act('talk', { text: '${x}' })]).duration_ms;
    assert.equal(filled, 60_000 + OPTION_CHARACTERS_MAX * 300);
    assert.equal(bounds([act('talk', { text: 'Hello', async: true })]).duration_ms, 0);
  });
  it('has no bound where people talk, loops turn or others write', () => {
    const why = (raw: unknown) => {
      const { duration_ms, unbounded } = bounds(raw);
      assert.equal(duration_ms, null);
      return unbounded
        .filter(({ figure }) => figure === 'duration')
        .map(({ pointer, why: because }) => `${pointer} ${because}`);
    };
    assert.match(why([act('connect', { destinations: [tel('+1')] })])[0] ?? '', /^\/0 the parties/);
    assert.match(why([end, sleep(1, 'a'), goto('a')].slice(1))[0] ?? '', /^\/0 .* loop/);
    assert.match(why([act('fetch', { event_url: 'https://a' })])[0] ?? '', /written elsewhere/);
    assert.match(why([goto('${where}', { loop_count: 1 })])[0] ?? '', /known only when it runs/);
  });
  it('has no bound where it waits for the answer', () => {
    const raw = [sleep(5), act('beep')];
    const early = worstCaseOf(raw, premisesFor(actions, { early: true }));
    assert.deepEqual([early?.duration_ms, early?.unbounded.length], [null, 1]);
    assert.equal(worstCaseOf([sleep(5)], premisesFor(actions, { early: true }))?.duration_ms, 5);
  });
  it('does not mind what is never reached', () => {
    assert.equal(bounds([end, act('connect', { destinations: [tel('+1')] })]).duration_ms, 0);
  });
});

describe('the calls of the worst case', () => {
  it('are counted with those they place', () => {
    const { calls, legs } = bounds([
      call(['+1', '+2'], [call(['+3'], [end])], 'a'),
      goto('a', { loop_count: 2 }),
    ]);
    assert.equal(calls, 12);
    assert.deepEqual(
      legs.map(({ target, times, pointer }) => `${times} x ${target} ${pointer}`),
      [
        '3 x +1 /0/option/destinations/0',
        '3 x +2 /0/option/destinations/1',
        '6 x +3 /0/option/actions/0/option/destinations/0',
      ],
    );
  });
  it('may go to who is known only when it runs', () => {
    const { legs } = bounds([act('connect', { destinations: [tel('${who}')] })]);
    assert.deepEqual(
      legs.map(({ target, times }) => [target, times]),
      [[null, 1]],
    );
  });
  it('have no bound in a loop, nor where a flow written elsewhere places them', () => {
    const why = (raw: unknown) => {
      const { calls, unbounded } = bounds(raw);
      assert.equal(calls, null);
      return unbounded.filter(({ figure }) => figure === 'calls').map((each) => each.why);
    };
    assert.match(why([call(['+1'], [end], 'a'), sleep(1), goto('a')]).join(), /loop/);
    assert.match(why([act('fetch', { event_url: 'https://a' })]).join(), /written elsewhere/);
    const flow_id = '0190a3c4-7b1e-7c00-8000-0123456789ab';
    const stored = act('call', { destinations: [tel('+1')], flow_id });
    assert.match(why([stored]).join(), /the flow of the calls/);
    assert.match(why([call(['+1'], [stored])]).join(), /the flow of the calls/);
  });
  it('are known beside a loop that places none', () => {
    const raw = [call(['+1'], [end]), sleep(1, 'a'), goto('a')];
    assert.deepEqual([bounds(raw).duration_ms, bounds(raw).calls], [null, 1]);
  });
});
