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
import { CarrierError } from '../providers/carrier.ts';
import { Dispatcher, type DispatcherParts } from './dispatch.ts';
import { NO_LOG } from './log.ts';

/** A dispatcher over one dialling call, a carrier that takes its time, a store that may fail. */
function bench(failures: readonly (StoreError | null)[] = [], refusal?: CarrierError) {
  const clock = manualClock();
  const { state: call } = place(FACTS, FACTS.tm_create) as { state: Call };
  const attempt_id = call.attempts[0]?.id as AttemptId;
  const seen = { dials: 0, told: [] as FactOf['type'][] };
  const asked: string[] = [];
  const facts: FactOf[] = [];
  const delays: number[] = [];
  const refuse = async (what: string): Promise<void> => {
    asked.push(what);
    const ms = delays.shift() ?? 0;
    if (ms > 0) await new Promise<void>((resolve) => void clock.after(ms, resolve));
    if (refusal !== undefined) throw refusal;
  };
  const ends = [...failures];
  const parts = {
    loop: {
      leg: async () => ({ call }),
      stored: async () => ({ call }),
      handle: async ({ fact }: { readonly fact: FactOf }) => {
        seen.told.push(fact.type);
        facts.push(fact);
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
        instruct: () => refuse('instruct'),
        hangUp: () => refuse('hangup'),
      }),
    },
    clock,
    log: NO_LOG,
    recorder: { open: async () => void asked.push('opened') },
    isTrusted: () => true,
    performed: async () => undefined,
  };
  const row = {
    id: `${call.id}.1.0` as EffectId,
    call_id: call.id,
    order: { do: 'leg_dial', attempt_id },
  } as OutboxRow;
  const dispatcher = new Dispatcher(parts as unknown as DispatcherParts);
  const rowOf = (order: object): OutboxRow => ({ ...row, order }) as OutboxRow;
  return { clock, seen, asked, facts, delays, row, rowOf, dispatcher };
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

  const LEG = { provider_id: 'p', attempt_id: 'a', leg_ref: null };
  const INSTRUCT = { do: 'leg_instruct', leg: LEG, instruction: { do: 'beep' } };
  const RECORD = {
    do: 'leg_instruct',
    leg: LEG,
    instruction: { do: 'record_start', recording_id: 'rec' },
  };
  const HANGUP = { do: 'leg_hangup', leg: LEG, cause: 'normal' };
  const LATER = new CarrierError('x', 'later', 'not now');
  const NEVER = new CarrierError('x', 'never', 'no');

  it('tells the call at once of media that is refused for good', async () => {
    const { clock, asked, facts, rowOf, dispatcher } = bench([], NEVER);
    dispatcher.perform(rowOf(INSTRUCT));
    await clock.settle();
    assert.deepEqual(asked, ['instruct']);
    const { instruction: refused } = INSTRUCT;
    const [fact] = facts;
    assert.ok(fact?.type === 'media_failed');
    assert.deepEqual([fact.detail, fact.refused], ['x: no', refused]);
  });

  it('tells the call of media that was put off again and again', async () => {
    const { clock, asked, facts, rowOf, dispatcher } = bench([], LATER);
    dispatcher.perform(rowOf(INSTRUCT));
    await clock.advance(62_000);
    assert.deepEqual([asked.length, facts.length], [6, 0]);
    await clock.advance(3_600_000);
    assert.deepEqual([asked.length, facts.map(({ type }) => type)], [7, ['media_failed']]);
    assert.equal(dispatcher.pending, 0);
  });

  it('tells it when the store is back, and asks the carrier no more', async () => {
    const away = new StoreError('later', 'the database is away');
    const { clock, asked, seen, rowOf, dispatcher } = bench([away, away], NEVER);
    dispatcher.perform(rowOf(INSTRUCT));
    await clock.advance(60_000);
    assert.deepEqual([asked.length, seen.told.length], [1, 3]);
  });

  it('tells of a recording that never began in its own words', async () => {
    const { clock, asked, facts, rowOf, dispatcher } = bench([], NEVER);
    dispatcher.perform(rowOf(RECORD));
    await clock.settle();
    // Whatever is told of it later finds it there.
    assert.deepEqual(asked, ['opened', 'instruct']);
    assert.deepEqual(facts, [
      { type: 'recording_finished', recording_id: 'rec', duration_ms: 0, cause: 'failed' },
    ]);
  });

  it('asks for a hangup for a minute, whatever it is told, and then tells the call', async () => {
    for (const refusal of [LATER, NEVER]) {
      const { clock, asked, facts, rowOf, dispatcher } = bench([], refusal);
      dispatcher.perform(rowOf(HANGUP));
      await clock.advance(3_600_000);
      assert.equal(asked.length, 7);
      assert.deepEqual(facts, [
        { type: 'hangup_refused', attempt_id: 'a', detail: refusal.message },
      ]);
    }
  });

  it('gives a leg its orders in turn, and legs theirs side by side', async () => {
    const { clock, asked, rowOf, dispatcher, delays } = bench();
    delays.push(5_000, 10, 10);
    const order = (n: number, leg = LEG): OutboxRow =>
      ({ ...rowOf({ ...INSTRUCT, leg }), id: `call.1.${n}` }) as OutboxRow;
    dispatcher.perform(order(1));
    dispatcher.perform(order(2));
    dispatcher.perform(order(3, { ...LEG, attempt_id: 'other' }));
    await clock.advance(100);
    assert.equal(asked.length, 2, 'the first, and that of another leg');
    await clock.advance(10_000);
    assert.equal(asked.length, 3);
    assert.equal(dispatcher.pending, 0);
  });
});
