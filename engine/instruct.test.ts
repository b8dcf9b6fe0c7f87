import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EffectId } from '../kernel/brand.ts';
import { type Line, OPEN_LINE } from '../calls/media.ts';
import type { InstructOrder } from '../providers/carrier.ts';
import { manualClock } from '../tests/conformance/manual_clock.ts';
import { instruct } from './instruct.ts';

const LEG = { attempt_id: 'a', leg_ref: null } as unknown as InstructOrder['leg'];

function orderOf(name: string, line: Line): InstructOrder {
  return { leg: LEG, effect_id: name as EffectId, instruction: { do: 'line', line } };
}

describe('orders to a line', () => {
  const hold: Line = { ...OPEN_LINE, hold: true };
  const both: Line = { ...hold, mute_direction: 'in' };

  it('leave it as it was last ordered, though an older one arrives last', async () => {
    const clock = manualClock();
    let [now, far_end] = [hold, OPEN_LINE];
    const delays: Record<string, number> = { slow: 5_000, quick: 10 };
    const carrier = {
      instruct: async ({ effect_id, instruction }: InstructOrder): Promise<void> => {
        const ms = delays[effect_id] ?? 10;
        await new Promise<void>((resolve) => void clock.after(ms, resolve));
        if (instruction.do === 'line') far_end = instruction.line;
      },
    };
    const lineNow = async (): Promise<Line> => now;
    const slow = instruct(carrier, orderOf('slow', hold), lineNow);
    await clock.settle();
    now = both;
    const quick = instruct(carrier, orderOf('quick', both), lineNow);
    await clock.advance(20_000);
    await Promise.all([slow, quick]);
    assert.deepEqual(far_end, both);
  });

  it('are sent once where nothing has changed, and as ordered where nobody knows', async () => {
    const sent: string[] = [];
    const carrier = {
      instruct: async ({ effect_id }: InstructOrder): Promise<void> => void sent.push(effect_id),
    };
    await instruct(carrier, orderOf('one', hold), async () => hold);
    await instruct(carrier, orderOf('two', hold), async () => null);
    assert.deepEqual(sent, ['one', 'two']);
  });
});
