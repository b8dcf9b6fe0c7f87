import assert from 'node:assert/strict';
import { it } from 'node:test';
import { onCallStage } from './call_stage.ts';

it('a call ends with the reason of another that has ended, and never of one that lives', () =>
  onCallStage(async (stage) => {
    const sleep = { type: 'sleep', option: { duration: 600_000 } };
    const hangup = (reference_id: string) => [
      { type: 'hangup', option: { reason: 'noanswer', reference_id } },
    ];
    const machine = await stage.place([{ type: 'hangup', option: { reason: 'amd' } }]);
    const living = await stage.place([sleep]);
    await stage.pass(5);
    const after = await stage.place(hangup(machine.call.id));
    const beside = await stage.place(hangup(living.call.id));
    const nowhere = await stage.place(hangup('0190a3c4-7b1e-7c00-8000-0123456789ab'));
    await stage.pass(10);
    const reasons = await Promise.all(
      [after, beside, nowhere].map(async (leg) => {
        const { call } = await stage.now(leg);
        return call.status === 'hangup' ? call.hangup_reason : call.status;
      }),
    );
    assert.deepEqual(reasons, ['amd', 'noanswer', 'noanswer']);
  }));
