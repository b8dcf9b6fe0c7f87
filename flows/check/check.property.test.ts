import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EffectId, EventId, Instant } from '../../kernel/brand.ts';
import { rollerOf } from '../../kernel/random.ts';
import type { Call } from '../../calls/call.ts';
import type { CallEvent, FactOf } from '../../calls/events.ts';
import { callOf, NOW, runOf } from '../../tests/flow_stories.ts';
import { flowFor, pick, type Roll } from '../../tests/random_flows.ts';
import { actions } from '../actions/index.ts';
import { advance, begin, type FlowStep } from '../advance.ts';
import { normalizeFlow } from '../normalize.ts';
import { type Sight, spiedOn } from '../spy.ts';
import { verbOf } from '../language.ts';
import { valueOf } from '../variables.ts';
import { checkFlow, premisesFor, worstCaseOf } from './check.ts';
import type { Finding } from './finding.ts';

const FLOWS = 1_500;
const EVENTS = 60;

/** What a run did: its steps, how long it took, and how it stands. */
interface Lived {
  readonly sights: readonly Sight[];
  readonly last: FlowStep;
  readonly ms: number;
  readonly children: number;
}

/** Lives a flow through on a clock of its own: whatever waits is told something before its time. */
function live(raw: unknown, roll: Roll, direction: Call['direction']): Lived {
  const sights: Sight[] = [];
  const language = spiedOn(actions, (sight) => sights.push(sight));
  const program = normalizeFlow(raw, (label) => label.replace(':', '_'), actions);
  let call = callOf(direction === 'incoming' ? { direction, status: 'dialing' } : { direction });
  let now: number = NOW;
  let due: number | null = null;
  let children = 0;
  const stage = (name: string) => ({
    ...{ call, now: now as Instant, language, can: () => true },
    effectId: (k: number) => `${name}/${k}` as EffectId,
  });
  const taken = (step: FlowStep): FlowStep => {
    if (step.wake.set !== undefined) due = step.wake.set === null ? null : now + step.wake.set;
    children += step.effects.filter(({ order }) => order.give === 'child').length;
    return step;
  };
  let last = taken(begin(runOf(program, { variables: { given: 'x' } }), stage('begin')));
  for (let n = 0; n < EVENTS && last.state.status === 'running'; n += 1) {
    const fact = factFor(last, roll, due);
    now = fact.type === 'timer_fired' ? (due ?? now) : Math.min(due ?? Infinity, now + roll(900));
    if (fact.type === 'timer_fired') due = null;
    if (fact.type === 'leg_answered') call = { ...call, status: 'progressing' } as Call;
    const name = `e${n}`;
    const event = { ...fact, id: name as EventId, call_id: call.id, at: now } as CallEvent;
    last = taken(advance(last.state, event, stage(name)));
  }
  return { sights, last, ms: now - NOW, children };
}

/** What our own store answers to a call that joins a queue. */
const QUEUE = JSON.stringify({
  ...{ name: 'q', detail: '', wait_timeout: 0, service_timeout: 0, ahead: 0 },
  actions: [],
});

function factFor({ state, effects }: FlowStep, roll: Roll, due: number | null): FactOf {
  const { awaits } = state;
  const effect_id = awaits ?? ('none' as EffectId);
  const asked = effects.flatMap(({ order }) =>
    order.give === 'child' ? [order.order.call_id] : [],
  );
  const kin = state.memory['children'];
  const child_call_id = (Array.isArray(kin) ? kin[0] : asked[0]) ?? 'stranger';
  const facts: FactOf[] = [
    { type: 'digits_pressed', digits: pick(roll, ['1', '2', '#', '12']) },
    { type: 'leg_answered', attempt_id: 'a', leg_ref: 'l' } as never,
    { type: 'child_ended', child_call_id, reason: 'busy' } as never,
    { type: 'child_answered', child_call_id } as never,
    { type: 'party_detected', party: 'machine' },
    { type: 'continue_asked', variables: {} } as never,
  ];
  if (awaits !== null) {
    const body = state.current_action?.type === 'queue_join' ? QUEUE : '[]';
    const ok = { ok: true, status_code: 200, body } as const;
    facts.push(
      { type: 'media_finished', effect_id },
      { type: 'media_failed', effect_id, detail: '' },
    );
    facts.push({ type: 'request_finished', effect_id, reply: ok });
  }
  if (due !== null) facts.push({ type: 'timer_fired', timer: 'action', due: due as Instant });
  return pick(roll, facts);
}

interface Story {
  readonly raw: readonly Readonly<Record<string, unknown>>[];
  readonly findings: readonly Finding[];
  readonly lived: Lived;
  readonly direction: Call['direction'];
}

/** The number of the action a finding is about. */
function placeOf({ pointer }: Finding): number {
  return Number(pointer.split('/')[1]);
}

function idsOf({ raw, findings }: Story, code: Finding['code']): Set<unknown> {
  const about = findings.filter((finding) => finding.code === code && isOuter(finding));
  return new Set(about.map((finding) => raw[placeOf(finding)]?.['id']));
}

function isOuter({ pointer }: Finding): boolean {
  return !/\/actions\/\d/.test(pointer);
}

/** Each claim a check makes of a flow that can be run, held against a run of it. */
const CLAIMS: Readonly<Record<string, (story: Story) => void>> = {
  'everything named is there': ({ lived: { last } }) => {
    assert.notEqual(last.state.ended_because, 'target_missing');
    assert.doesNotMatch(last.state.ended_detail ?? '', /is not a known action/);
  },
  'what cannot be reached is not run': (story) => {
    const lost = idsOf(story, 'action_unreachable');
    for (const { scene } of story.lived.sights) assert.ok(!lost.has(scene.action_id));
  },
  'the worst case is the worst': ({ raw, lived: { ms, last, children }, direction }) => {
    const bounds = worstCaseOf(raw, premisesFor(actions, { direction }));
    assert.ok(bounds !== null);
    if (bounds.duration_ms !== null) assert.ok(ms <= bounds.duration_ms, `${ms} ms`);
    assert.ok(last.state.executed_count <= bounds.actions);
    if (bounds.calls !== null) assert.ok(children <= bounds.calls);
  },
  'values that are impossible do not come up': ({ raw, findings, lived }) => {
    for (const finding of findings.filter(({ code }) => code === 'value_impossible')) {
      const value = finding.pointer.split('/').at(-1) ?? '';
      for (const { scene, option } of lived.sights) {
        if (scene.action_id !== raw[placeOf(finding)]?.['id']) continue;
        const { variable } = option as { variable: string };
        assert.notEqual(valueOf(scene.variables, variable), value);
      }
    }
  },
  'variables that nothing sets are empty': ({ raw, findings, lived }) => {
    const unset = findings.filter(({ code }) => /^variable_un/.test(code)).filter(isOuter);
    for (const finding of unset) {
      const name = /^names (\S+),/.exec(finding.message)?.[1] ?? '';
      for (const { scene } of lived.sights)
        if (scene.action_id === raw[placeOf(finding)]?.['id'])
          assert.equal(valueOf(scene.variables, name), '');
    }
  },
  'what may come before the answer is told': (story) => {
    const early = idsOf(story, 'media_before_answer');
    // Somebody a connect calls may answer, an agent of a queue too, or a list that is fetched.
    if (story.raw.some(({ type }) => /^(connect|queue_join|fetch.*)$/.test(String(type)))) return;
    for (const { action_id, why } of story.lived.last.state.skipped)
      if (why === 'the call is not answered') assert.ok(early.has(action_id), action_id);
  },
  'limits that are certain are met': ({ findings, lived: { last } }) => {
    if (findings.some(({ code }) => code === 'limit_certain'))
      assert.notEqual(last.state.ended_because, 'finished');
  },
  'a run spins only where that was told': ({ findings, lived: { last, sights } }) => {
    if (last.state.ended_because !== 'limit_instant_actions') return;
    // What may wait need not: a text may be empty, a call answered already, or not yet.
    const passed = sights.slice(-50).some(({ type }) => verbOf(actions, type)?.kind.waits === true);
    const codes: readonly Finding['code'][] = ['loop_may_spin', 'media_before_answer'];
    assert.ok(passed || findings.some(({ code }) => codes.includes(code)));
  },
};

describe('a flow that passes the check', () => {
  const stories: Story[] = [];
  for (let seed = 1; seed <= FLOWS; seed += 1) {
    const roll = rollerOf(seed);
    const raw = flowFor(roll);
    const direction = pick(roll, ['incoming', 'outgoing'] as const);
    const given = new Set(['given']);
    const findings = checkFlow(raw, premisesFor(actions, { direction, given }));
    if (findings.some(({ severity }) => severity === 'error')) continue;
    stories.push({ raw, findings, lived: live(raw, roll, direction), direction });
  }
  for (const [says, holds] of Object.entries(CLAIMS))
    it(`keeps what it claims: ${says}`, () => {
      for (const story of stories) holds(story);
    });
  it('is drawn often enough, and of every kind', () => {
    assert.ok(stories.length > FLOWS / 2, `${stories.length}`);
    const told = new Set(stories.flatMap(({ findings }) => findings.map(({ code }) => code)));
    for (const code of ['action_unreachable', 'value_impossible', 'variable_unset'] as const)
      assert.ok(told.has(code), code);
    const ran = new Set(stories.flatMap(({ lived }) => lived.sights.map(({ type }) => type)));
    assert.deepEqual(
      [...Object.keys(actions)].filter((type) => !ran.has(type)),
      [],
    );
  });
});
