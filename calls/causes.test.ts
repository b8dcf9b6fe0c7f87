import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cause } from './cause.ts';
import { isDelivered } from './cause.ts';
import { endingOfQ850, endingOfSip, type Seen } from './causes.ts';
import { Q850_ROWS } from './causes_q850.ts';
import { SIP_ROWS } from './causes_sip.ts';

/**
 * The facts, written down a second time and in another shape: code, circumstance (- none, r rang,
 * c we cancelled, t dial timer), RFC 3398 cause, our cause, + blames the carrier or - not.
 */
const SIP_FACTS = `
300 - 23 failed -    | 301 - 23 failed -    | 302 - 23 failed -    | 305 - 127 failed -
380 - 127 failed -   | 400 - 41 failed +    | 401 - 21 failed +    | 402 - 21 failed +
403 - 21 failed +    | 404 - 1 failed -     | 405 - 63 failed +    | 406 - 79 failed +
407 - 21 failed +    | 408 - 102 failed +   | 408 r 18 noanswer -  | 409 - 41 failed +
410 - 22 failed -    | 411 - 127 failed +   | 412 - 127 failed +   | 413 - 127 failed +
414 - 127 failed +   | 415 - 79 failed +    | 416 - 127 failed +   | 417 - 127 failed +
420 - 127 failed +   | 421 - 127 failed +   | 422 - 127 failed +   | 423 - 127 failed +
424 - 127 failed +   | 428 - 21 failed +    | 429 - 21 failed +    | 433 - 21 failed +
436 - 127 failed +   | 437 - 127 failed +   | 438 - 127 failed +   | 480 - 18 noanswer -
481 - 41 failed +    | 482 - 25 failed +    | 483 - 25 failed +    | 484 - 28 failed -
485 - 1 failed -     | 486 - 17 busy -      | 487 c 16 cancel -    | 487 t none dialout -
487 - 127 failed +   | 488 - 88 failed +    | 489 - 127 failed +   | 491 - 127 failed +
493 - 127 failed +   | 494 - 127 failed +   | 500 - 41 failed +    | 501 - 79 failed +
502 - 38 failed +    | 503 - 41 failed +    | 504 - 102 failed +   | 505 - 127 failed +
513 - 127 failed +   | 580 - 47 failed +    | 600 - 17 busy -      | 603 - 21 rejected -
604 - 1 failed -     | 606 - 88 failed +    | 607 - 21 rejected -  | 608 - 21 failed -`;

const Q850_FACTS: Record<string, readonly number[]> = {
  normal: [16, 26],
  busy: [17],
  noanswer: [19],
  rejected: [21],
  failed: [
    1, 2, 3, 4, 5, 6, 7, 8, 14, 18, 20, 22, 23, 24, 25, 27, 28, 29, 30, 31, 34, 38, 41, 42, 43, 44,
    46, 47, 49, 50, 52, 53, 54, 55, 57, 58, 62, 63, 65, 66, 69, 70, 79, 81, 82, 83, 84, 85, 86, 87,
    88, 90, 91, 95, 96, 97, 98, 99, 100, 101, 102, 103, 110, 111, 127,
  ],
};

const SEEN: Record<string, Seen> = {
  '-': { rang: false },
  r: { rang: true },
  c: { rang: true, asked: 'cancel' },
  t: { rang: true, asked: 'dialout' },
};
const WHEN: Record<string, string | null> = {
  '-': null,
  r: 'rang',
  c: 'we_cancelled',
  t: 'dial_timer',
};

const sipFacts = SIP_FACTS.split(/[|\n]/)
  .map((cell) => cell.trim().split(' '))
  .filter((words) => words.length === 5)
  .map(([code, when, q850, cause, blame]) => ({
    code: Number(code),
    when: when as string,
    q850: q850 === 'none' ? null : Number(q850),
    cause: cause as Cause,
    blames_carrier: blame === '+',
  }));

describe('the published cause tables', () => {
  it('say of every SIP code what the reference says', () => {
    for (const { code, when, cause, blames_carrier } of sipFacts) {
      const ending = endingOfSip(code, SEEN[when] as Seen);
      assert.deepEqual(
        { code, when, cause: ending.cause, blames_carrier: ending.blames_carrier },
        { code, when, cause, blames_carrier },
      );
      assert.equal(ending.sip_code, code);
    }
  });

  it('have no SIP row that the reference lacks, and lack none', () => {
    const ours = SIP_ROWS.map(({ code, when, q850 }) => `${code} ${when} ${q850}`);
    const theirs = sipFacts.map(({ code, when, q850 }) => `${code} ${WHEN[when]} ${q850}`);
    assert.deepEqual([...ours].sort(), [...theirs].sort());
    assert.equal(SIP_ROWS.length, 64);
  });

  it('say of every Q.850 cause what the reference says', () => {
    for (const [cause, codes] of Object.entries(Q850_FACTS))
      for (const q850 of codes)
        assert.equal(endingOfQ850(q850, { rang: false }).cause, cause, `Q.850 ${q850}`);
  });

  it('have no Q.850 row that the reference lacks, and lack none', () => {
    const ours = Q850_ROWS.filter((row) => !row.after_ringing).map((row) => row.q850);
    const theirs = Object.values(Q850_FACTS).flat();
    assert.deepEqual(
      ours,
      [...theirs].sort((one, other) => one - other),
    );
    const ringing = Q850_ROWS.filter((row) => row.after_ringing).map((row) => row.q850);
    assert.deepEqual(ringing, [18, 102]);
  });

  it('blame the carrier for nothing but failures', () => {
    for (const row of [...SIP_ROWS, ...Q850_ROWS])
      assert.ok(row.cause === 'failed' || !row.blames_carrier, JSON.stringify(row));
  });
});

describe('delivery', () => {
  it('is what reached the called side, whoever ended it', () => {
    for (const cause of ['normal', 'busy', 'noanswer', 'rejected', 'timeout'] as const)
      assert.equal(isDelivered({ cause }, false), true, cause);
    assert.equal(isDelivered({ cause: 'failed' }, true), false);
    for (const cause of ['cancel', 'dialout'] as const)
      for (const rang of [true, false]) assert.equal(isDelivered({ cause }, rang), rang, cause);
  });
});

describe('the decision order', () => {
  const cases: [string, () => { cause: Cause; blames_carrier: boolean }, Cause, boolean?][] = [
    ['an answered leg ends normally, whatever the code', sip(503, { answered: true }), 'normal'],
    ['… and whatever the Q.850 cause', q850(41, { answered: true }), 'normal'],
    [
      'a cancelled leg is cancelled even when it says busy',
      sip(486, { asked: 'cancel' }),
      'cancel',
    ],
    ['our dial timer is dialout, not noanswer', sip(480, { asked: 'dialout' }), 'dialout'],
    ['Q.850 34 in a Reason wins over 480', sip(480, { reason_q850: 34 }), 'failed', true],
    ['Q.850 17 in a Reason wins over 503', sip(503, { reason_q850: 17 }), 'busy'],
    ['Q.850 1 in a Reason takes the blame off', sip(503, { reason_q850: 1 }), 'failed', false],
    ['cause 21 with 603 is a person', sip(603, { reason_q850: 21 }), 'rejected'],
    ['cause 21 with 607 is a person', sip(607, { reason_q850: 21 }), 'rejected'],
    ['cause 21 with 403 is the network', sip(403, { reason_q850: 21 }), 'failed', true],
    ['cause 21 with 433 is the network', sip(433, { reason_q850: 21 }), 'failed', true],
    ['cause 21 with another code is a person', sip(480, { reason_q850: 21 }), 'rejected'],
    ['Q.850 16 in a Reason is a normal end', sip(480, { reason_q850: 16 }), 'normal'],
    ['an unknown Reason leaves the SIP code', sip(486, { reason_q850: 77 }), 'busy'],
    ['18 after ringing is no answer', q850(18, { rang: true }), 'noanswer'],
    ['102 after ringing is no answer', q850(102, { rang: true }), 'noanswer'],
    ['a Reason of 102 counts ringing too', sip(504, { rang: true, reason_q850: 102 }), 'noanswer'],
    ['504 itself fails, ringing or not', sip(504, { rang: true }), 'failed', true],
    ['487 that nobody asked for fails', sip(487, { rang: true }), 'failed', true],
    ['an unknown 4xx is a 400', sip(499, {}), 'failed', true],
    ['an unknown 5xx is a 500', sip(599, {}), 'failed', true],
    ['an unknown 6xx is a 600', sip(699, {}), 'busy'],
    ['a 2xx is a normal end', sip(200, {}), 'normal'],
    ['a code that is no final answer fails', sip(183, {}), 'failed', true],
    ['a cause of its own network fails', q850(0, {}), 'failed', true],
    ['a cancelled leg is cancelled by Q.850 too', q850(31, { asked: 'cancel' }), 'cancel'],
  ];
  for (const [claim, act, cause, blames_carrier = false] of cases)
    it(claim, () => {
      const ending = act();
      assert.deepEqual(
        { cause: ending.cause, blames_carrier: ending.blames_carrier },
        { cause, blames_carrier },
      );
    });

  it('keeps the codes as the carrier gave them, with a name to read', () => {
    const ending = endingOfSip(480, { rang: false, reason_q850: 42 });
    assert.equal(ending.sip_code, 480);
    assert.equal(ending.q850, 42);
    assert.equal(ending.detail, '480 Temporarily Unavailable');
    assert.equal(endingOfSip(499, { rang: false }).detail, '499');
    assert.equal(endingOfQ850(17, { rang: false }).detail, 'Q.850 17 User busy');
  });
});

function sip(code: number, seen: Partial<Seen>) {
  return () => endingOfSip(code, { rang: false, ...seen });
}

function q850(cause: number, seen: Partial<Seen>) {
  return () => endingOfQ850(cause, { rang: false, ...seen });
}
