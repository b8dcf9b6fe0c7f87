import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SandboxScript } from '../../calls/call.ts';
import { orderTo } from '../../tests/conformance/carrier_bench.ts';
import { SANDBOX_SEEDS, type SandboxConfig } from './config.ts';
import { refusedAtCreation, storyOf } from './numbers.ts';
import { drawOf, planOf, type Step } from './script.ts';

/** A plan in one line: what happens when. */
function told(
  to: string,
  sandbox: SandboxScript | null = null,
  config: SandboxConfig = {},
): string {
  const order = { ...orderTo(to), sandbox };
  const { steps } = planOf(order, { name: 'sandbox-good', config });
  return steps.map((step) => `${step.at_ms} ${wordOf(step)}`).join(', ');
}

function wordOf(step: Step): string {
  switch (step.what) {
    case 'answered':
      return step.party === 'human' ? 'answered' : `answered by ${step.party}`;
    case 'dtmf':
      return `presses ${step.digit}`;
    case 'ended':
      return `${step.sip_code}${step.q850 === null ? '' : `/${step.q850}`} by ${step.by}`;
    case 'incoming':
    case 'ringing':
      return step.what;
  }
}

const TALK = '100 ringing, 2100 answered, 607100 200 by talk_timer';

describe('the test numbers', () => {
  const numbers: Record<string, string> = {
    '+15005550006': TALK,
    '+12125550100': TALK,
    '+19995550199': TALK,
    '+15005550142': TALK,
    '+493012345678': TALK,
    '+15005550200': TALK,
    '+12125550200': TALK,
    '+11125550150': TALK,
    '+15005550404': '100 404 by far_end',
    '+15005550480': '100 480 by far_end',
    '+15005550486': '100 486 by far_end',
    '+15005550500': '100 500 by far_end',
    '+15005550503': '100 503 by far_end',
    '+15005550603': '100 603 by far_end',
    '+15005550300': '100 300 by far_end',
    '+12125550150': '100 ringing, 2100 answered by voicemail, 32100 200 by far_end',
    '+12125550151': '100 ringing, 2100 answered by fax, 22100 200 by far_end',
    '+12125550152': '100 ringing, 2100 answered by silence, 607100 200 by talk_timer',
    '+12125550153': '100 ringing, 2100 answered, 7100 200 by far_end',
    '+15005550153': '100 ringing, 2100 answered, 7100 200 by far_end',
    '+12125550154': '100 ringing, 2100 answered, 5100 200/41 by far_end',
    '+15005550183': '100 ringing, 35000 487 by dial_timer',
    '+12125550183': TALK,
  };
  for (const [number, steps] of Object.entries(numbers))
    it(`${number}: ${steps}`, () => assert.equal(told(number), steps));

  it('are refused at creation where the table says so, and nowhere else', () => {
    assert.equal(refusedAtCreation('+15005550001'), 'number_invalid');
    assert.equal(refusedAtCreation('+15005550002'), 'number_not_routable');
    assert.equal(refusedAtCreation('+15005550003'), 'country_not_enabled');
    assert.equal(refusedAtCreation('+15005550004'), 'number_blocked');
    for (const other of ['+15005550005', '+15005550006', '+12125550001', 'constructor', ''])
      assert.equal(refusedAtCreation(other), null);
    assert.equal(storyOf('+15005550001').final_code, null);
  });
});

describe('a script', () => {
  const cases: [string, SandboxScript, string][] = [
    ['rings and answers when it says', { ring_ms: 5, answer_ms: 20 }, '5 ringing, 20 answered, '],
    ['answers at once', { ring_ms: 0, answer_ms: 0 }, '0 ringing, 0 answered, '],
    ['answers without having rung', { ring_ms: 50, answer_ms: 20 }, '20 answered, '],
    ['answers 2 s after it rang', { ring_ms: 500 }, '500 ringing, 2500 answered, '],
    ['has a post-dial delay', { pdd_ms: 700 }, '700 ringing, 2700 answered, '],
    ['hangs up', { talk_ms: 900 }, '100 ringing, 2100 answered, 3000 200 by far_end'],
    ['fails before it rings', { final_code: 503 }, '100 503 by far_end'],
    ['fails after it rang', { final_code: 486, ring_ms: 10 }, '10 ringing, 2010 486 by far_end'],
    [
      'fails when it says',
      { final_code: 408, ring_ms: 10, answer_ms: 30 },
      '10 ringing, 30 408 by far_end',
    ],
    ['rings for ever', { final_code: 180 }, '100 ringing, 35000 487 by dial_timer'],
    ['answers for a code of success', { final_code: 200 }, TALK],
    ['answers too late', { answer_ms: 35_001 }, '100 ringing, 35000 487 by dial_timer'],
    ['rings too late', { ring_ms: 90_000 }, '35000 487 by dial_timer'],
    [
      'presses digits, with pauses, until the end of the talk',
      { ring_ms: 0, answer_ms: 0, dtmf: '1wW#5', talk_ms: 1_750 },
      '0 ringing, 0 answered, 100 presses 1, 1700 presses #, 1750 200 by far_end',
    ],
    [
      'is another on another provider',
      { final_code: 503, by_provider: { 'sandbox-good': { final_code: 200 } } },
      TALK,
    ],
    [
      'is its own where the provider is not named',
      { final_code: 503, by_provider: { 'sandbox-cheap': { final_code: 200 } } },
      '100 503 by far_end',
    ],
  ];
  for (const [claim, script, steps] of cases)
    it(claim, () => assert.ok(told('+12125550100', script).startsWith(steps)));

  it('wins over the number', () => {
    assert.equal(told('+15005550486', { final_code: 503 }), '100 503 by far_end');
    assert.equal(told('+15005550486', { answer_ms: 7 }), '7 486 by far_end');
  });
});

describe('a provider', () => {
  it('has its own delays', () => {
    const steps = told('+12125550100', null, { pdd_ms: 10, answer_ms: 40 });
    assert.ok(steps.startsWith('10 ringing, 40 answered'));
    assert.ok(told('+12125550100', null, { answer_ms: 0 }).startsWith('100 ringing, 100 answered'));
  });

  it('fails its share of dials, the same ones every time', () => {
    const fails = (name: string, config: SandboxConfig) =>
      planOf({ ...orderTo('+12125550100', name) }, { name: 'x', config }).steps.length === 1;
    const names = Array.from({ length: 2_000 }, (_, place) => `dial-${place}`);
    const failed = names.filter((name) => fails(name, { reliability: 0.7 }));
    assert.ok(failed.length > 520 && failed.length < 680, `${failed.length} of 2000`);
    assert.deepEqual(
      names.filter((name) => fails(name, { reliability: 0.7 })),
      failed,
    );
    assert.notDeepEqual(
      names.filter((name) => fails(name, { reliability: 0.7, seed: 1 })),
      failed,
    );
    assert.equal(names.filter((name) => fails(name, { reliability: 1 })).length, 0);
    assert.equal(names.filter((name) => fails(name, { reliability: 0 })).length, 2_000);
  });

  it('leaves numbers with a code, and calls with a script, to their fate', () => {
    assert.equal(told('+15005550486', null, { reliability: 0 }), '100 486 by far_end');
    assert.equal(told('+15005550006', {}, { reliability: 0 }), TALK);
    assert.equal(told('+15005550006', null, { reliability: 0 }), '100 503 by far_end');
  });

  it('suffers its fault on its share of dials, unless the script has another', () => {
    const faultOf = (name: string, sandbox: SandboxScript | null) =>
      planOf(
        { ...orderTo('+12125550100', name), sandbox },
        { name: 'x', config: { fault: 'slow', fault_share: 0.5 } },
      ).fault;
    const names = Array.from({ length: 1_000 }, (_, place) => `dial-${place}`);
    const slow = names.filter((name) => faultOf(name, null) === 'slow').length;
    assert.ok(slow > 430 && slow < 570, `${slow} of 1000`);
    assert.equal(faultOf('dial-1', { fault: 'timeout' }), 'timeout');
  });

  it('draws evenly, from ids that differ in one digit', () => {
    const draws = Array.from({ length: 4_000 }, (_, place) =>
      drawOf(`01990000-0000-7000-8000-${String(place).padStart(12, '0')}`, '0/reliability'),
    );
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const hits = draws.filter((draw) => Math.floor(draw * 10) === tenth).length;
      assert.ok(hits > 320 && hits < 480, `${hits} of 4000 in tenth ${tenth}`);
    }
  });
});

describe('the seeded providers', () => {
  it('go from cheap and unreliable to dear and good', () => {
    const rates = SANDBOX_SEEDS.map(({ price }) => Number(price.rate));
    const shares = SANDBOX_SEEDS.map(({ config }) => config.reliability);
    assert.deepEqual(rates, [...rates].sort());
    assert.deepEqual(shares, [0.7, 0.9, 1]);
    assert.deepEqual(
      SANDBOX_SEEDS.map(({ name }) => name),
      ['sandbox-cheap', 'sandbox-fair', 'sandbox-good'],
    );
  });
});
