import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rollerOf } from '../../kernel/random.ts';
import type { SandboxFault, SandboxScript } from '../../calls/call.ts';
import type { DialOrder, Told } from '../carrier.ts';
import { CarrierError } from '../carrier.ts';
import { instruct, ours, orderTo, toldOf } from '../../tests/conformance/carrier_bench.ts';
import {
  type SandboxBench,
  sandboxBench,
  scripted,
} from '../../tests/conformance/sandbox_bench.ts';
import { FAULTS } from './config.ts';

type Roll = (below: number) => number;

const STORIES = 250;
const NUMBERS = ['+15005550006', '+4930123456', '+12125550154', '+15005550486', '+15005550183'];
const SILENT: readonly (SandboxFault | undefined)[] = ['lose_notices', 'lose_final_notice'];

describe('any story on the network', () => {
  it('is told as a legal path, once per attempt, and comes to an end', async () => {
    for (let seed = 1; seed <= STORIES; seed += 1) await story(seed);
  });
});

async function story(seed: number): Promise<void> {
  const roll = rollerOf(seed);
  const bench = sandboxBench({ media_speed: 1 + roll(50) });
  const order = randomOrder(roll);
  const ordered = new Set<string>();
  for (let turn = 0; turn < 8; turn += 1) {
    await interfere(bench, order, { roll, ordered });
    await bench.clock.advance(roll(4_000));
  }
  await bench.clock.advance(400_000);
  const context = `seed ${seed}: ${JSON.stringify(order.sandbox)}`;
  await checkStory(bench, order, { context, ordered });
  await bench.close();
}

function randomOrder(roll: Roll): DialOrder {
  const sandbox: SandboxScript = {
    ...(roll(2) === 0 ? {} : { ring_ms: roll(3_000) }),
    ...(roll(2) === 0 ? {} : { answer_ms: roll(5_000) }),
    ...(roll(2) === 0 ? {} : { talk_ms: roll(60_000) }),
    ...(roll(4) > 0 ? {} : { final_code: [200, 183, 404, 486, 503, 603][roll(6)] as number }),
    ...(roll(2) === 0 ? {} : { dtmf: '12w3#4'.slice(0, roll(7)) }),
    ...(roll(4) === 0 ? {} : { fault: FAULTS[roll(FAULTS.length)] as SandboxFault }),
  };
  const order = orderTo(NUMBERS[roll(NUMBERS.length)] as string);
  const limits = { dial_timeout_ms: 1_000 + roll(30_000), talk_ms_max: 1_000 + roll(90_000) };
  return scripted({ ...order, ...limits }, sandbox);
}

async function interfere(
  bench: SandboxBench,
  order: DialOrder,
  { roll, ordered }: { roll: Roll; ordered: Set<string> },
): Promise<void> {
  const leg = { attempt_id: order.attempt_id, leg_ref: null };
  const effect_id = `effect-${roll(6)}`;
  switch (roll(8)) {
    case 0:
    case 1:
      return void bench.carrier.dial(order);
    case 2:
      return bench.restart();
    case 3:
      return bench.refuseNotices(roll(3));
    case 4:
      return roll(3) === 0 ? bench.carrier.hangUp(leg) : undefined;
    default:
      ordered.add(effect_id);
      await instruct(bench, leg, { effect_id, instruction: { do: 'play', urls: ['http://a/b'] } })
        // A leg that does not ring yet, or no longer, refuses: that is its right.
        .catch((error: unknown) => assert.ok(error instanceof CarrierError));
  }
}

async function checkStory(
  bench: SandboxBench,
  order: DialOrder,
  { context, ordered }: { context: string; ordered: ReadonlySet<string> },
): Promise<void> {
  const row = bench.log.rows.get(order.attempt_id);
  const state = await bench.carrier.find(ours(order.attempt_id));
  const path = pathOf(bench, order);
  if (row === undefined || state.state === 'absent') return assert.deepEqual(path, [], context);
  assert.equal(state.state, 'ended', context);
  assert.equal(bench.network().size, 0, context);
  assert.deepEqual([row.next_at, row.tm_end === null], [null, false], context);
  const times = [row.tm_dial, row.tm_ringing, row.tm_answer, row.tm_end].filter(
    (at) => at !== null,
  );
  assert.deepEqual(times, times.toSorted(), context);
  const types = path.map(({ fact }) => fact.type).join(' ');
  assert.match(types, legalPath(order.sandbox?.fault), `${context}: ${types}`);
  for (const { key } of path)
    if (key.startsWith('media:')) assert.ok(ordered.has(key.slice('media:'.length)), context);
  checkDigits(path, order, context);
  assert.equal(
    bench.refused.length > 0,
    order.sandbox?.fault === 'forge_notices' && path.length > 0,
  );
}

/** Every fact told, each once, in the order in which the network says it happened. */
function pathOf(bench: SandboxBench, order: DialOrder): Told[] {
  const dated = bench.notices.map((notice, place) => {
    const { at } = JSON.parse(notice.body) as { at: number };
    return { at, place, told: bench.carrier.interpret(notice).told };
  });
  const rank = (told: readonly Told[]) => Number(told[0]?.fact.type === 'leg_ended');
  dated.sort((one, other) => one.at - other.at || rank(one.told) - rank(other.told));
  const once = new Map<string, Told>();
  for (const told of dated.flatMap((each) => each.told)) {
    const known = once.get(told.key);
    if (known !== undefined) assert.deepEqual(told, known, 'one key, one fact');
    else once.set(told.key, told);
  }
  assert.equal(once.size, new Set(toldOf(bench, order.attempt_id).map(({ key }) => key)).size);
  return [...once.values()];
}

function legalPath(fault: SandboxFault | undefined): RegExp {
  if (fault === 'lose_notices') return /^$/;
  const talk = '(leg_answered ?)?((digits_pressed|media_finished) ?)*';
  const end = SILENT.includes(fault) ? '' : 'leg_ended';
  return new RegExp(`^(leg_ringing ?)?((media_finished) ?)*${talk}${end}$`);
}

function checkDigits(path: readonly Told[], order: DialOrder, context: string): void {
  const digits = path.map(({ fact }) => (fact.type === 'digits_pressed' ? fact.digits : ''));
  const wanted = (order.sandbox?.dtmf ?? '').replaceAll('w', '');
  assert.ok(wanted.startsWith(digits.join('')), `${context}: ${digits.join('')}`);
}
