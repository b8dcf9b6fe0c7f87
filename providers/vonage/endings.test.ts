import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { endingOf } from './endings.ts';
import { classOf, outcomeOf } from './outcomes.ts';

/** status, detail, sip_code, seconds talked / limit → cause, + blames the carrier or - not. */
const STORIES = `
completed  -                     200 30/600  normal   - | completed - 200 600/600 timeout -
completed  -                     -   0/-     normal   - | busy - 486 0/600 busy -
cancelled  -                     487 0/600   cancel   - | timeout - 487 0/600 dialout -
unanswered unavailable           480 0/600   noanswer - | unanswered carrier_timeout 408 0/600 noanswer -
unanswered -                     -   0/600   noanswer - | rejected declined 603 0/600 rejected -
rejected   -                     603 0/600   rejected - | rejected restricted 403 0/600 failed +
rejected   invalid_number        404 0/600   failed   - | rejected - - 0/600 failed +
failed     cannot_route          503 0/600   failed   + | failed internal_error 500 0/600 failed +
failed     number_out_of_service 410 0/600   failed   - | failed - 486 0/600 busy -
failed     -                     503 0/600   failed   + | failed - - 0/600 failed +`;

const cells = STORIES.split(/[|\n]/).filter((each) => each.trim() !== '');

describe('the end of a leg at Vonage', () => {
  for (const cell of cells)
    it(cell.trim(), () => {
      const [status = '', detail, code, times = '', cause, blame] = cell.trim().split(/\s+/);
      const [talked, limit] = times.split('/');
      const found = endingOf({
        status,
        detail: detail === '-' ? null : String(detail),
        sip_code: code === '-' ? null : Number(code),
        talk_s: Number(talked),
        limit_s: limit === '-' ? null : Number(limit),
      });
      assert.deepEqual([found.cause, found.blames_carrier ? '+' : '-'], [cause, blame]);
    });
});

describe('the classes of a dial at Vonage', () => {
  const classes = { throttled: [429], config: [401, 402, 403, 404], request: [400, 422] };
  const rest = { failed: [409, 410], ambiguous: [500, 502, 503, 302] };
  for (const [name, statuses] of Object.entries({ ...classes, ...rest }))
    it(`${name}: ${statuses.join(', ')}`, () => {
      for (const status of statuses) {
        const refused = { kind: 'refused', status, message: '', retry_after_ms: null } as const;
        assert.equal(classOf(refused), name);
        const wanted = name === 'ambiguous' ? 'unknown' : 'rejected';
        assert.equal(outcomeOf(refused).outcome, wanted);
      }
    });

  it('what never left is safe to fail over, what was lost is not', () => {
    const lost = { kind: 'network', word: 'ECONNRESET', sent: true } as const;
    assert.equal(outcomeOf(lost).outcome, 'unknown');
    assert.equal(outcomeOf({ ...lost, sent: false }).outcome, 'rejected');
    assert.equal(outcomeOf({ kind: 'unreadable', message: '' }).outcome, 'unknown');
  });
});
