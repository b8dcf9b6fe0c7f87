import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AttemptId, EffectId } from '../kernel/brand.ts';
import type { FactOf } from '../calls/events.ts';
import type { Call } from '../calls/call.ts';
import { FACTS } from '../calls/stories.ts';
import { place } from '../calls/transition.ts';
import { manualClock } from '../tests/conformance/manual_clock.ts';
import type { OutboxRow } from '../store/journal.ts';
import { StoreError } from '../store/store.ts';
import { Dispatcher, type DispatcherParts } from './dispatch.ts';
import { NO_LOG } from './log.ts';

/** A dispatcher over one dialling call, a carrier that takes its time, a store that may fail. */
function bench(failures: readonly (StoreError | null)[] = []) {
  const clock = manualClock();
  const { state: call } = place(FACTS, FACTS.tm_create) as { state: Call };
  const attempt_id = call.attempts[0]?.id as AttemptId;
  const seen = { dials: 0, told: [] as FactOf['type'][] };
  const ends = [...failures];
  const parts = {
    loop: {
      leg: async () => ({ call }),
      handle: async ({ fact }: { readonly fact: FactOf }) => {
        seen.told.push(fact.type);
        const failure = ends.shift() ?? null;
        if (failure !== null) throw failure;
        return 'committed';
      },
    },
    desk: {
      open: async () => ({
        dial: async () => {
          seen.dials += 1;
          await new Promise<void>((resolve) => void clock.after(500, resolve));
          return { outcome: 'accepted', leg_ref: 'leg' };
        },
      }),
    },
    clock,
    log: NO_LOG,
    isTrusted: () => true,
    performed: async () => undefined,
  };
  const row = {
    id: `${call.id}.1.0` as EffectId,
    call_id: call.id,
    order: { do: 'leg_dial', attempt_id },
  } as OutboxRow;
  return { clock, seen, row, dispatcher: new Dispatcher(parts as unknown as DispatcherParts) };
}

describe('the dispatcher', () => {
  it('leaves alone what it has in hand, when it takes over an outbox', async () => {
    const { clock, seen, row, dispatcher } = bench();
    dispatcher.perform(row);
    await clock.settle();
    dispatcher.resume(row);
    await clock.advance(10_000);
    assert.deepEqual(seen, { dials: 1, told: ['dial_accepted'] });
  });

  it('does not dial what it has already told to be lost', async () => {
    const { clock, seen, row, dispatcher } = bench();
    dispatcher.resume(row);
    dispatcher.perform(row);
    await clock.advance(10_000);
    assert.deepEqual(seen, { dials: 0, told: ['dial_lost'] });
  });

  it('gives nothing up while the store is away', async () => {
    const away = Array<StoreError>(40).fill(new StoreError('later', 'the database is away'));
    const { clock, seen, row, dispatcher } = bench(away);
    dispatcher.perform(row);
    await clock.advance(3_600_000);
    assert.equal(seen.dials, 1);
    assert.equal(seen.told.length, 41);
  });

  it('looks a dial up whose outcome could not be stored, and says so until it can', async () => {
    const away = new StoreError('later', 'the database is away');
    const { clock, seen, row, dispatcher } = bench([away, away]);
    dispatcher.perform(row);
    await clock.advance(60_000);
    assert.deepEqual(seen, { dials: 1, told: ['dial_accepted', 'dial_lost', 'dial_lost'] });
    assert.equal(dispatcher.pending, 0);
  });
});
