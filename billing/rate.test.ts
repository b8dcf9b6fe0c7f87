import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { micros } from '../kernel/money.ts';
import type { Micros } from '../kernel/money.ts';
import { rollerOf } from '../kernel/random.ts';
import type { Price } from '../calls/call.ts';
import { ROUNDINGS } from '../kernel/rounding.ts';
import { billedSeconds, chargeOf, faultOf, firstIncrement, maxTalkMs } from './rate.ts';

const PROPERTY_RUNS = 3000;

function price(blocks: string, rate: number, fee = 0): Price {
  const [initial_s = 0, increment_s = 1] = blocks.split('/').map(Number);
  return {
    currency: 'USD',
    rate_micros_per_minute: micros(rate),
    connect_fee_micros: micros(fee),
    initial_s,
    increment_s,
  };
}

function rows(table: string): string[][] {
  return table
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
}

describe('billedSeconds', () => {
  const STORIES = `
    blocks |  talk_ms | billed_s
    60/60  |        0 |   0
    60/60  |        1 |  60
    60/60  |    60000 |  60
    60/60  |    60001 | 120
    60/60  |   120000 | 120
    30/6   |    30000 |  30
    30/6   |    30001 |  36
    30/6   |    32000 |  36
    30/6   |    57000 |  60
    30/6   |    75000 |  78
    1/1    |        1 |   1
    1/1    |    61999 |  62
    90/60  |    90000 |  90
    90/60  |    91000 | 150
    60/45  |    61000 | 105
    0/6    |        1 |   6
    6/6    | 14400000 | 14400`;

  for (const [blocks = '', talk_ms = '', billed_s = ''] of rows(STORIES).slice(1))
    it(`${blocks} bills ${talk_ms} ms as ${billed_s} s`, () => {
      assert.equal(billedSeconds(Number(talk_ms), price(blocks, 100_000)), Number(billed_s));
    });

  it('refuses a price without blocks, and a talk that is not whole milliseconds', () => {
    assert.throws(() => billedSeconds(1, price('60/0', 1)), /no block of 0 s/);
    assert.throws(() => billedSeconds(0.5, price('60/60', 1)), /whole ms/);
    assert.throws(() => billedSeconds(-1, price('60/60', 1)), /whole ms/);
  });
});

describe('chargeOf', () => {
  const STORIES = `
    blocks | rate     | fee   | talk_ms | charge
    60/60  | 100000   | 0     | 0       | 0
    60/60  | 100000   | 5000  | 0       | 0
    60/60  | 100000   | 5000  | 1       | 105000
    60/60  | 100000   | 0     | 61000   | 200000
    30/6   | 100000   | 0     | 32000   | 60000
    30/6   | 12345    | 0     | 32000   | 7407
    1/1    | 1        | 0     | 29000   | 0
    1/1    | 1        | 0     | 30000   | 1
    1/1    | 1        | 0     | 89999   | 2
    1/1    | 7        | 0     | 10000   | 1
    60/60  | 0        | 2500  | 600000  | 2500
    60/60  | 0        | 0     | 600000  | 0
    1/1    | 500000   | 0     | 60000   | 500000`;

  for (const [blocks = '', rate, fee, talk_ms, charge] of rows(STORIES).slice(1))
    it(`${blocks} at ${rate}/min + ${fee} charges ${charge} for ${talk_ms} ms`, () => {
      const agreed = price(blocks, Number(rate), Number(fee));
      assert.equal(chargeOf(Number(talk_ms), agreed), Number(charge));
    });

  it('rounds once: sixty seconds at 0.50 cost 0.50, however small the increment', () => {
    assert.equal(chargeOf(60_000, price('6/6', 500_000)), 500_000);
    assert.equal(chargeOf(60_000, price('7/7', 500_000)), 525_000);
  });

  it('stays exact beyond what a double can multiply', () => {
    assert.equal(chargeOf(14_400_000, price('1/1', 30_000_000_000_001)), 7_200_000_000_000_240);
  });

  it('is whole and never falls as talk grows', () => {
    const roll = rollerOf(11);
    for (let run = 0; run < PROPERTY_RUNS; run++) {
      const agreed = randomPrice(roll);
      const talk_ms = roll(4_000_000);
      const charge = chargeOf(talk_ms, agreed);
      assert.ok(Number.isSafeInteger(charge) && charge >= 0);
      assert.ok(chargeOf(talk_ms + roll(100_000), agreed) >= charge);
    }
  });

  it('lies within half a micro of the exact amount', () => {
    const roll = rollerOf(12);
    for (let run = 0; run < PROPERTY_RUNS; run++) {
      const agreed = randomPrice(roll);
      const talk_ms = 1 + roll(4_000_000);
      const exact = exactSixtieths(billedSeconds(talk_ms, agreed), agreed);
      const off = BigInt(chargeOf(talk_ms, agreed)) * 60n - exact;
      assert.ok(off > -30n && off <= 30n, `${off}/60 off`);
    }
  });
});

describe('a price with terms of its own', () => {
  const blocks = price('60/60', 100_000, 5_000);
  const charge = (talk_ms: number, rest: Partial<Price>): number =>
    chargeOf(talk_ms, { ...blocks, ...rest });

  it('may have another rate for the first block', () => {
    const dear = { initial_rate_micros_per_minute: micros(200_000) };
    assert.deepEqual([charge(1, dear), charge(60_001, dear)], [205_000, 305_000]);
    assert.equal(charge(1, { initial_rate_micros_per_minute: micros(0) }), 5_000);
  });

  it('may ask for a least amount of answered legs, after rounding', () => {
    const least = { minimum_micros: micros(150_001), round_to_micros: micros(100_000) };
    assert.deepEqual(
      [charge(0, least), charge(1, least), charge(60_001, least)],
      [0, 150_001, 200_000],
    );
  });

  it('may round coarser and otherwise', () => {
    const to = (rounding: Price['rounding'] & string, rate: number): number =>
      chargeOf(1, { ...price('60/60', rate), rounding, round_to_micros: micros(10) });
    assert.deepEqual([to('half_up', 25), to('half_even', 25), to('half_even', 35)], [30, 20, 40]);
    assert.deepEqual([to('half_down', 25), to('up', 21), to('down', 29)], [20, 30, 20]);
  });

  it('never lets talk be granted whose rounded charge is more than there is', () => {
    const roll = rollerOf(15);
    for (let run = 0; run < PROPERTY_RUNS; run++) {
      const agreed: Price = {
        ...randomPrice(roll),
        initial_rate_micros_per_minute: micros(roll(900_000)),
        minimum_micros: micros(roll(2) * roll(300_000)),
        rounding: ROUNDINGS[roll(ROUNDINGS.length)] ?? 'half_up',
        round_to_micros: micros([1, 7, 1_000, 100_000][roll(4)] ?? 1),
      };
      const available = micros(roll(3_000_000));
      const talk_ms = maxTalkMs(available, agreed, 3_600_000);
      if (talk_ms > 0) assert.ok(chargeOf(talk_ms, agreed) <= available);
      if (talk_ms < 3_600_000) assert.ok(tooDear(talk_ms + 1_000, agreed, available));
    }
  });

  it('is refused with the field that is wrong', () => {
    assert.equal(faultOf(blocks), null);
    assert.match(faultOf({ ...blocks, minimum_micros: -1 as Micros }) ?? '', /a fee is whole/);
    assert.match(faultOf({ ...blocks, round_to_micros: micros(0) }) ?? '', /rounded to 0/);
    assert.match(
      faultOf({ ...blocks, rounding: 'odd' as 'up' }) ?? '',
      /no rounding is called odd/,
    );
    const rate = { initial_rate_micros_per_minute: 0.5 as Micros };
    assert.match(faultOf({ ...blocks, ...rate }) ?? '', /a rate is whole micros, not 0.5/);
  });
});

/** Exact or rounded, the talk costs more than there is. */
function tooDear(talk_ms: number, agreed: Price, available: Micros): boolean {
  if (chargeOf(talk_ms, agreed) > available) return true;
  const further_s = billedSeconds(talk_ms, agreed) - agreed.initial_s;
  const talk = BigInt(agreed.initial_rate_micros_per_minute ?? 0) * BigInt(agreed.initial_s);
  const exact = exactSixtieths(further_s, agreed) + talk;
  return exact > BigInt(available) * 60n;
}

describe('firstIncrement', () => {
  it('is the fee and the first block', () => {
    assert.equal(firstIncrement(price('60/60', 100_000, 5_000)), 105_000);
    assert.equal(firstIncrement(price('30/6', 100_000)), 50_000);
    assert.equal(firstIncrement(price('0/6', 100_000)), 10_000);
    assert.equal(firstIncrement(price('60/60', 0)), 0);
  });
});

describe('maxTalkMs', () => {
  const HOURS_4 = 14_400_000;
  const STORIES = `
    available | blocks | rate    | fee    | cap_ms   | talk_ms
    1000000   | 60/60  | 100000  | 0      | 14400000 | 600000
    1000000   | 60/60  | 100000  | 0      | 300000   | 300000
    1000000   | 60/60  | 100000  | 1      | 14400000 | 540000
    99999     | 60/60  | 100000  | 0      | 14400000 | 0
    100000    | 60/60  | 100000  | 0      | 14400000 | 60000
    55000     | 30/6   | 100000  | 0      | 14400000 | 30000
    60000     | 30/6   | 100000  | 0      | 14400000 | 36000
    0         | 60/60  | 0       | 0      | 14400000 | 14400000
    4999      | 60/60  | 0       | 5000   | 14400000 | 0
    0         | 60/60  | 1       | 0      | 14400000 | 0
    -1        | 60/60  | 0       | 0      | 14400000 | 0
    1         | 1/1    | 59      | 0      | 14400000 | 1000
    1         | 1/1    | 61      | 0      | 14400000 | 0`;

  for (const [available, blocks = '', rate, fee, cap, talk] of rows(STORIES).slice(1))
    it(`${available} buys ${talk} ms of ${blocks} at ${rate}/min + ${fee}, cap ${cap}`, () => {
      const agreed = price(blocks, Number(rate), Number(fee));
      assert.equal(maxTalkMs(micros(Number(available)), agreed, Number(cap)), Number(talk));
    });

  it('is never charged above what is available, and one more block would be', () => {
    const roll = rollerOf(13);
    for (let run = 0; run < PROPERTY_RUNS; run++) {
      const agreed = { ...randomPrice(roll), rate_micros_per_minute: micros(1 + roll(900_000)) };
      const available = micros(roll(20_000_000));
      checkLimit(available, agreed, maxTalkMs(available, agreed, Number.MAX_SAFE_INTEGER));
    }
  });

  it('never exceeds the cap', () => {
    const roll = rollerOf(14);
    for (let run = 0; run < PROPERTY_RUNS; run++)
      assert.ok(maxTalkMs(micros(roll(20_000_000)), randomPrice(roll), HOURS_4) <= HOURS_4);
  });
});

function checkLimit(available: Micros, agreed: Price, talk_ms: number): void {
  if (talk_ms === 0) return assert.ok(exactSixtieths(firstBlock(agreed), agreed) > budget());
  const { increment_s } = agreed;
  assert.ok(chargeOf(talk_ms, agreed) <= available);
  assert.ok(exactSixtieths(talk_ms / 1000 + increment_s, agreed) > budget());
  function budget(): bigint {
    return BigInt(available) * 60n;
  }
}

function firstBlock({ initial_s, increment_s }: Price): number {
  return initial_s === 0 ? increment_s : initial_s;
}

/** The oracle: the rule as it is written, in exact sixtieths of a micro. */
function exactSixtieths(billed_s: number, agreed: Price): bigint {
  const perMinute = BigInt(agreed.rate_micros_per_minute) * BigInt(billed_s);
  return BigInt(agreed.connect_fee_micros) * 60n + perMinute;
}

function randomPrice(roll: (below: number) => number): Price {
  const increment_s = 1 + roll(90);
  return price(`${roll(4) === 0 ? 0 : 1 + roll(90)}/${increment_s}`, roll(900_000), roll(50_000));
}
