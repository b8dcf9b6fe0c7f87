import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { endingOf } from './endings.ts';

/** CallStatus, SipResponseCode, seconds talked / limit → cause, + blames the carrier or - not. */
const STORIES = `
completed  200  30/600  normal   - | completed  200  600/600 timeout  - | completed - 0/- normal -
busy       486  0/600   busy     - | busy       600  0/600   busy     - | busy      - 0/600 busy -
no-answer  487  0/600   dialout  - | no-answer  480  0/600   noanswer - | no-answer 408 0/600 noanswer -
no-answer  -    0/600   noanswer - | canceled   487  0/600   cancel   - | canceled  - 0/- cancel -
failed     480  0/600   noanswer - | failed     603  0/600   rejected - | failed    486 0/600 busy -
failed     404  0/600   failed   - | failed     410  0/600   failed   - | failed    484 0/600 failed -
failed     485  0/600   failed   - | failed     604  0/600   failed   - | failed    487 0/600 failed +
failed     401  0/600   failed   + | failed     403  0/600   failed   + | failed    607 0/600 rejected -
failed     408  0/600   failed   + | failed     488  0/600   failed   + | failed    503 0/600 failed +
failed     -    0/600   failed   +`;

describe('the end of a call at Twilio', () => {
  for (const cell of STORIES.split(/[|\n]/).filter((each) => each.trim() !== ''))
    it(cell.trim(), () => {
      const [status = '', code = '', times = '', cause, blame] = cell.trim().split(/\s+/);
      const [talked = '', limit = ''] = times.split('/');
      const found = endingOf({
        status,
        sip_code: code === '-' ? null : Number(code),
        talk_s: Number(talked),
        limit_s: limit === '-' ? null : Number(limit),
      });
      assert.deepEqual([found.cause, found.blames_carrier ? '+' : '-'], [cause, blame]);
      assert.equal(found.sip_code, code === '-' ? (cause === 'busy' ? 486 : null) : Number(code));
    });
});
