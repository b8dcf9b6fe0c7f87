import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { actions as language } from '../../flows/actions/index.ts';
import { normalizeFlow } from '../../flows/normalize.ts';
import { CARRIERS, recorded } from '../../tests/recording.ts';
import { type Rehearsal, rehearse } from './rehearse.ts';

type Raw = Readonly<Record<string, unknown>>;

const act = (id: string, type: string, option: Raw = {}): Raw => ({ id, type, option });
const talk = (id: string, text = 'Hi'): Raw => act(id, 'talk', { text });
const branch = (target_ids: Raw): Raw =>
  act('way', 'branch', { target_ids, default_target_id: 'bye' });

const MENU = (target_ids: Raw = { '1': 'sales' }) => [
  talk('hello'),
  act('ask', 'digits_receive', { duration: 5_000 }),
  branch(target_ids),
  talk('sales', 'Sales'),
  talk('bye', 'Bye'),
];
const TOLD =
  'accepted; answered 900; media 2000; digits=1 700; media 1500; media 800; ended normal 50';

/** Plays one flow to what is told, and then another to what was recorded. */
function changed(before: Raw[], after: Raw[], told = TOLD): Rehearsal {
  const { leg, events } = recorded(before, told);
  const actions = normalizeFlow(after, (label) => `new ${label}`, language);
  const rules = { language, carriers: CARRIERS };
  return rehearse(leg, events, { change: { flow_id: null, actions }, rules });
}

/** The steps of the changed flow in words. */
function words({ after }: Rehearsal): string[] {
  return after.steps.map(({ action, outcome, tm_begin, tm_end }) =>
    [action.id, outcome, tm_end === null ? '…' : tm_end - tm_begin].join(' '),
  );
}

describe('a rehearsal', () => {
  it('of the same flow does the same', () => {
    const { before, after, assumed, stopped } = changed(MENU(), MENU());
    assert.deepEqual(after.steps, before.steps);
    assert.deepEqual([assumed, stopped], [[], null]);
    assert.equal(after.run.ended_because, 'finished');
  });
  it('follows the changed flow where the caller pressed what leads elsewhere', () => {
    const told = changed(MENU(), MENU({ '2': 'sales' }));
    assert.deepEqual(words(told), [
      'hello went_on 2000',
      'ask went_on 700',
      'way went_to 0',
      'bye went_on 800',
    ]);
    assert.equal(told.after.run.ended_because, 'finished');
  });
  it('knows actions again whose names were made up', () => {
    const anonymous = MENU().map((action, place) => (place < 2 ? { ...action, id: '' } : action));
    const { names, assumed } = changed(anonymous, anonymous);
    assert.deepEqual(
      [names.get('new action:0' as never), names.get('new action:1' as never)],
      ['action:0', 'action:1'],
    );
    assert.deepEqual(assumed, []);
  });
  it('says what it assumes of what was never said', () => {
    const told = changed(MENU(), [talk('new', 'Before all'), ...MENU()]);
    assert.deepEqual(
      told.assumed.map(({ number, action_id }) => [number, action_id]),
      [[1, 'new']],
    );
    assert.deepEqual(words(told).slice(0, 2), ['new went_on 0', 'hello went_on 2000']);
    assert.equal(told.stopped, null);
  });
  it('lets time run out where nobody pressed anything', () => {
    const told = changed(MENU(), [
      ...MENU().slice(0, 2),
      act('again', 'digits_receive', { duration: 3_000 }),
    ]);
    assert.deepEqual(words(told).at(-1), 'again went_on 3000');
    assert.equal(told.after.run.ended_because, 'finished');
  });
  it('stops where nobody knows what would have been answered', () => {
    const send = act('send', 'webhook_send', { uri: 'https://a', sync: true });
    const told = changed(MENU(), [talk('hello'), send, talk('bye')]);
    assert.equal(told.stopped?.action_id, 'send');
    assert.match(told.stopped.what, /server/);
    assert.deepEqual(words(told), ['hello went_on 2000', 'send waiting …']);
    const connect = act('dial', 'connect', {
      destinations: [{ type: 'tel', target: '+15005550006' }],
    });
    assert.equal(changed(MENU(), [connect]).stopped?.action_id, 'dial');
  });
  it('gives the answers of then, to whichever orders they belong now', () => {
    const destinations = [{ type: 'tel', target: '+15005550006' }];
    const flow = (more: Raw[]) => [...more, act('dial', 'connect', { destinations }), talk('bye')];
    const events = 'answered; childup=0 3000; childdown=0 9000; media 700';
    const told = changed(
      flow([]),
      flow([act('note', 'variable_set', { key: 'k', value: 'v' })]),
      events,
    );
    assert.deepEqual(words(told), ['note went_on 0', 'dial went_on 12000', 'bye went_on 700']);
    assert.deepEqual([told.assumed, told.stopped], [[], null]);
  });
  it('ends where the call was ended, and not where the old flow ended it', () => {
    const short = changed(MENU(), MENU(), 'answered; media 2000; ended normal 100');
    assert.deepEqual(
      [short.after.run.ended_because, words(short).at(-1)],
      ['call_ended', 'ask cut_off 100'],
    );
    const longer = changed(
      [talk('hello')],
      [talk('hello'), act('nap', 'sleep', { duration: 60_000 })],
      'answered; media 5; ended normal 9',
    );
    assert.deepEqual(words(longer), ['hello went_on 5', 'nap went_on 60000']);
  });
  it('is late where the recording was: a timer that nobody told stays untold', () => {
    const { before, after } = changed(MENU(), MENU(), 'answered; media 2000; ended normal 9000');
    assert.deepEqual(after.steps, before.steps);
    assert.equal(after.run.ended_because, 'call_ended');
  });
  it('never goes on for ever', () => {
    const told = changed(MENU(), [
      act('a', 'sleep', { duration: 1 }),
      act('b', 'goto', { target_id: 'a' }),
    ]);
    assert.equal(told.after.run.ended_because, 'limit_actions');
    const block = changed(MENU(), [act('wait', 'block')], 'answered');
    assert.match(block.stopped?.what ?? '', /nothing that was recorded/);
  });
  it('of a call whose flow never began is over before it begins', () => {
    const told = changed(MENU(), MENU(), 'accepted; ended busy 500');
    assert.deepEqual([words(told), told.after.run.ended_because], [[], 'call_ended']);
  });
});
