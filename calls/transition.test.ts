import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { rollerOf } from '../kernel/random.ts';
import type { Call, CallStatus } from './call.ts';
import { currentAttempt, paidTalkMs } from './call.ts';
import type { Effect } from './effects.ts';
import type { EventOf, EventType } from './events.ts';
import { publicMedia } from './public.ts';
import { eventIn, freshCall, standing, STEMS, telling } from './stories.ts';
import { TABLE, transition } from './transition.ts';

/**
 * One line per story: the call, what happens (a second apart), how it must stand, what it orders.
 */
const STORIES = `
  a normal conversation        |            | accepted, ringing, answered, ended normal | hangup remote normal x1     | ; updated; updated; updated hangup usage 1000
  we hang up                   |            | answered, asked, ended normal             | hangup local normal x1      | updated; updated hangup #1; updated hangup usage 2000
  the far end is busy          |            | accepted, ringing, ended busy             | hangup remote busy x1       | ; updated; updated hangup usage 0
  the far end never answers    |            | ringing, ended noanswer                   | hangup remote noanswer x1   | updated; updated hangup usage 0
  the far end declines         |            | ringing, ended rejected                   | hangup remote noanswer x1   | updated; updated hangup usage 0
  cleared before the answer    |            | ringing, ended normal                     | hangup remote normal x1     | updated; updated hangup usage 0
  the caller gives up          |            | ringing, asked, ended normal              | hangup local cancel x1      | updated; updated hangup #1; updated hangup usage 0
  given up before it is dialled|            | asked, rejected cancel                    | hangup local cancel x1      | updated; updated hangup usage 0
  given up while being dialled |            | asked, accepted, ended cancel             | hangup local cancel x1      | updated; hangup #1; updated hangup usage 0
  too long a talk              |            | answered, timer talk, ended normal        | hangup local timeout x1     | updated; updated hangup #1; updated hangup usage 2000
  a long talk is paid for ahead|            | answered, timer credit, paid 120000, timer credit, paid 180000, ended normal | hangup remote normal x1 | updated; extend; ; extend; ; updated hangup usage 5000
  a short first block grows    | granted=1000 | answered, paid 61000, ended normal      | hangup remote normal x1     | updated extend; ; updated hangup usage 2000
  no block pays for the longest| granted=600000 | answered, timer credit-stale, ended normal | hangup remote normal x1 | updated; ; updated hangup usage 2000
  a first block pays for it all| granted=1000 talk=1000 | answered, timer talk, ended normal | hangup local timeout x1 | updated; updated hangup #1; updated hangup usage 1000
  nothing more is paid for     |            | answered, timer credit, unpaid, timer credit, unpaid, timer talk, ended normal | hangup local timeout x1 | updated; extend; ; extend; ; updated hangup #1; updated hangup usage 6000
  money comes at the last      |            | answered, timer credit, unpaid, timer credit, paid 120000 | progressing x1 | updated; extend; ; extend;
  paid for before the answer   |            | paid 120000, unpaid                       | dialing x1                  | ;
  paid for after the end       |            | answered, asked, paid 120000, ended normal, paid 180000, unpaid | hangup local normal x1 | updated; updated hangup #1; ; updated hangup usage 3000; ;
  the carrier's own time limit |            | answered, ended timeout                   | hangup local timeout x1     | updated; updated hangup usage 1000
  too long a dial              |            | accepted, ringing, timer dial, ended normal | hangup local dialout x1   | ; updated; updated hangup #1; updated hangup usage 0
  the carrier's own ring limit |            | ringing, ended dialout                    | hangup local dialout x1     | updated; updated hangup usage 0
  a machine is hung up on      |            | answered, asked amd, ended normal         | hangup local amd x1         | updated; updated hangup #1; updated hangup usage 2000
  failed tries the next route  |            | ended failed                              | dialing y2                  | dial #2
  refused tries the next route |            | rejected failed                           | dialing y2                  | dial #2
  failed while ringing does too|            | ringing, ended failed                     | ringing y2                  | updated; dial #2
  and then the conversation    |            | ended failed, answered, ended normal      | hangup remote normal y2     | dial #2; updated; updated hangup usage 1000
  until no route is left       |            | ended failed, rejected failed, ended failed | hangup remote failed z3   | dial #2; dial #3; updated hangup usage 0
  or no try is left            | tries=2    | ended failed, ended failed                | hangup remote failed y2     | dial #2; updated hangup usage 0
  busy never fails over        |            | ended busy                                | hangup remote busy x1       | updated hangup usage 0
  noanswer never fails over    |            | ended noanswer                            | hangup remote noanswer x1   | updated hangup usage 0
  cancel never fails over      |            | ended cancel                              | hangup remote cancel x1     | updated hangup usage 0
  dialout never fails over     |            | ended dialout                             | hangup local dialout x1     | updated hangup usage 0
  nor does what was answered   |            | answered, ended failed                    | hangup remote normal x1     | updated; updated hangup usage 1000
  nor what we are hanging up   |            | ringing, asked, ended failed              | hangup local cancel x1      | updated; updated hangup #1; updated hangup usage 0
  nor a conference             | conference | ended failed                              | hangup remote failed x1     | updated hangup usage 0
  nor what is no phone number  | sip        | ended failed                              | hangup remote failed x1     | updated hangup usage 0
  nor a flow that began early  | early      | ringing, ended failed                     | hangup remote failed x1     | updated; updated hangup usage 0
  early, but not yet ringing   | early      | ended failed                              | dialing y2                  | dial #2
  the answer was lost, it rings| routes=1   | lost, ringing, answered                   | progressing x1              | find #1; updated; updated
  lost, found, hung up on      |            | lost, accepted, ended busy                | hangup remote busy x1       | find #1; ; updated hangup usage 0
  lost and never seen          |            | lost, absent                              | dialing y2                  | find #1; dial #2
  lost, and the carrier is mute|            | lost, unseen, timer check, absent         | dialing y2                  | find #1; ; find #1; dial #2
  not certain yet              | routes=2   | lost, absent 9000, timer check, absent 9000 | dialing x1              | find #1; ; find #1;
  certain after a while        | routes=2   | lost, absent 3000, timer check, absent 3000 | dialing y2              | find #1; ; find #1; dial #2
  never certain                | routes=2   | lost, absent never, timer dial, absent never | terminating dialout x1     | find #1; ; updated hangup #1;
  never certain, but it was named | routes=2 | accepted, timer check, absent never        | dialing y2                  | ; find #1; dial #2
  lost on the only route       | routes=1   | lost, absent                              | dialing x2                  | find #1; dial #2
  lost on the last, one rang   | routes=2   | ringing, ended failed, lost, absent       | ringing y3                  | updated; dial #2; find #2; dial #3
  rang on the last, and is gone| routes=1   | ringing, timer check, absent              | hangup remote failed x1     | updated; find #1; updated hangup usage 0
  lost, one rang, began early  | routes=2 early | ended failed, ringing, lost, absent   | hangup remote failed y2     | dial #2; updated; ; updated hangup usage 0
  lost twice on the only route | routes=1   | lost, absent, lost, absent                | hangup remote failed x2     | find #1; dial #2; find #2; updated hangup usage 0
  nothing while it is unknown  |            | lost, asked, absent                       | hangup local cancel x1      | find #1; updated hangup #1; updated hangup usage 0
  a ghost rings after all      |            | lost, absent, ringing #1                  | dialing y2                  | find #1; dial #2; hangup #1
  a ghost is answered          |            | lost, absent, answered, answered #1       | progressing y2              | find #1; dial #2; updated; hangup #1
  a ghost after the end        | routes=1   | lost, absent, lost, absent, answered #1   | hangup remote failed x2     | find #1; dial #2; find #2; updated hangup usage 0; hangup #1
  a dead try has no say        |            | ended failed, ended busy #1               | dialing y2                  | dial #2;
  nor does it ring             |            | ended failed, ringing #1                  | dialing y2                  | dial #2;
  silence is asked about       |            | accepted, timer check, ringing            | ringing x1                  | ; find #1; updated
  a lost end is found          |            | answered, timer check, ended normal       | hangup remote normal x1     | updated; find #1; updated hangup usage 2000
  a lost end counts the talk   |            | answered, timer check, ended normal+700   | hangup remote normal x1     | updated; find #1; updated hangup usage 700
  both were lost               |            | ringing, answered 600, ended normal+600   | hangup remote normal x1     | updated; updated; updated hangup usage 600
  the leg has vanished         |            | answered, timer check, absent             | hangup remote normal x1     | updated; find #1; updated hangup usage 2000
  vanished before the answer   |            | accepted, timer check, absent             | dialing y2                  | ; find #1; dial #2
  hung up without an echo      |            | answered, asked, timer check, absent      | hangup local normal x1      | updated; updated hangup #1; hangup #1 find #1; updated hangup usage 3000
  answered while cancelled     |            | ringing, asked, answered, ended normal    | hangup local cancel x1      | updated; updated hangup #1; hangup #1; updated hangup usage 0
  the master takes it along    | child      | answered, master, ended normal            | hangup local normal x1      | updated tell master child_answered; updated hangup #1; updated hangup usage 2000 tell master child_ended
  the master cancels it        | child      | ringing, master, ended cancel             | hangup local cancel x1      | updated; updated hangup #1; updated hangup usage 0 tell master child_ended
  children go with the master  | children=k,l | answered, ended normal                  | hangup remote normal x1     | updated; updated hangup usage 1000 tell k master_ended tell l master_ended
  a child leaves the master    | children=k | answered, childup, childdown              | progressing x1              | updated; ;
  a refused child never was one| children=k | answered, childno, ended normal          | hangup remote normal x1     | updated; ; updated hangup usage 2000
  refused while hanging up too | children=k | answered, asked, childno, ended normal   | hangup local normal x1      | updated; updated hangup #1; ; updated hangup usage 3000
  ringing after the answer     |            | answered, ringing                         | progressing x1              | updated;
  ringing twice                |            | ringing, ringing                          | ringing x1                  | updated;
  answered twice               |            | answered, answered                        | progressing x1              | updated;
  refused after it rang        |            | answered, rejected failed                 | progressing x1              | updated;
  lost after it answered       |            | answered, lost                            | progressing x1              | updated;
  a timer set anew since       |            | accepted, timer dial-stale                | dialing x1                  | ;
  the flow's events            |            | answered, digits, media, broken, request, childno, stopped | progressing x1 | updated; ; ; ; ; ;
  hangup is final              |            | ended busy, ringing, answered, asked, master, ended normal | hangup remote busy x1 | updated hangup usage 0; ; ; ; ;
  incoming: a conversation     | incoming   | ringing, answered, ended normal           | hangup remote normal x1     | updated; updated; updated hangup usage 1000
  incoming: the caller gives up| incoming   | ended cancel                              | hangup remote normal x1     | updated hangup usage 0
  incoming: not answered       | incoming   | ringing, ended noanswer                   | hangup remote noanswer x1   | updated; updated hangup usage 0
  incoming: busy               | incoming   | ended busy                                | hangup remote busy x1       | updated hangup usage 0
  incoming: never fails over   | incoming   | ended failed                              | hangup remote normal x1     | updated hangup usage 0
  incoming: the flow refuses   | incoming   | asked busy, ended cancel                  | hangup local busy x1        | updated hangup #1; updated hangup usage 0
  incoming: the flow hangs up  | incoming   | answered, asked, ended normal             | hangup local normal x1      | updated; updated hangup #1; updated hangup usage 2000
  incoming: too long           | incoming   | answered, timer talk, ended normal        | hangup local timeout x1     | updated; updated hangup #1; updated hangup usage 2000
  incoming: nobody answers     | incoming   | ringing, timer dial, ended cancel         | hangup local noanswer x1    | updated; updated hangup #1; updated hangup usage 0
  incoming: gone without a word| incoming   | timer check, absent                       | hangup remote normal x1     | find #1; updated hangup usage 0
  incoming: master ends        | incoming   | master, ended cancel                      | hangup local normal x1      | updated hangup #1; updated hangup usage 0
`;

const RANK: Record<CallStatus, number> = {
  dialing: 0,
  ringing: 1,
  progressing: 2,
  canceling: 3,
  terminating: 3,
  hangup: 4,
};
const TYPES = Object.keys(STEMS) as EventType[];
const WORDS: Partial<Record<EventType, readonly string[]>> = {
  dial_rejected: ['failed', 'busy', 'cancel'],
  leg_absent: ['', '3000', 'never'],
  leg_ended: ['normal', 'failed', 'busy', 'noanswer', 'rejected', 'cancel', 'dialout', 'timeout'],
  timer_fired: ['dial', 'credit', 'talk', 'action', 'check'],
  credit_granted: ['60000', '66000', '120000', '600000'],
  hangup_asked: ['normal', 'amd', 'timeout'],
  party_detected: ['human', 'machine'],
  line_asked: ['hold', '-hold', 'mute=in', 'mute=both', 'mute=', 'silence'],
  media_asked: ['beep', 'beep!', 'detect', 'look', 'record', 'cut', 'stream', 'hush'],
};

function cells(text: string): string[][] {
  return text
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
}

describe('transition', () => {
  for (const [name = '', traits = '', told = '', expected = '', orders = ''] of cells(STORIES)) {
    it(name, () => {
      let call = freshCall(traits);
      const ordered = told.split(', ').map((words, place) => {
        const step = transition(call, eventIn(words, call, 2_000 + place * 1_000));
        call = step.state;
        return step.effects.map((effect) => telling(effect, call)).join(' ');
      });
      assert.equal(standing(call), expected);
      assert.equal(
        ordered.join('; ').trim(),
        orders
          .replace(/;(?=;|$)/g, '; ')
          .replace(/ +/g, ' ')
          .trim(),
      );
    });
  }

  it('answers every event in every status', () => {
    for (const row of Object.values(TABLE))
      assert.deepEqual(Object.keys(row).sort(), [...TYPES].sort());
  });

  it('says why it ignores what it ignores', () => {
    for (const row of Object.values(TABLE))
      for (const cell of Object.values(row))
        assert.ok(typeof cell === 'function' || cell.ignored_because.length > 10);
  });

  it('is paid for no longer than was granted, however late its end is heard of', () => {
    const granted = freshCall('granted=60000');
    const usageAt = (ended_at: number): unknown => {
      const answered = transition(granted, eventIn('answered', granted, 2_000)).state;
      const ended = transition(answered, eventIn('ended normal', answered, ended_at));
      return ended.effects.find((each) => each.do === 'usage_record')?.usage.talk_ms;
    };
    assert.equal(usageAt(61_999), 59_999);
    assert.equal(usageAt(62_001), 60_000);
  });

  it('never rings after it was answered, in whatever order late news comes', () => {
    const fresh = freshCall('');
    const ringing = transition(fresh, eventIn('ringing', fresh, 9_000)).state;
    const late = eventIn('answered', ringing, 9_100) as EventOf<'leg_answered'>;
    const { state } = transition(ringing, { ...late, talk_ms: 3_000 });
    assert.ok(state.status === 'progressing');
    assert.equal(state.tm_ringing, state.tm_progressing);
    assert.equal(currentAttempt(state)?.tm_ringing, state.tm_progressing);
  });

  it('gives up a leg that will not end', () => {
    let call = freshCall('');
    const take = (words: string, at: number): readonly Effect[] => {
      const step = transition(call, eventIn(words, call, at));
      call = step.state;
      return step.effects;
    };
    take('answered', 2_000);
    take('asked', 3_000);
    for (let tick = 0; call.status !== 'hangup'; tick += 1) {
      assert.ok(tick < 20, 'it must end');
      take('timer check', 5_000 + tick * 2_000);
    }
    assert.equal(standing(call), 'hangup local normal x1');
    assert.equal(currentAttempt(call)?.status, 'abandoned');
    const orders = (words: string): string[] => take(words, 60_000).map((effect) => effect.do);
    assert.deepEqual(orders('ringing'), ['leg_hangup']);
    assert.deepEqual(orders('deaf'), ['leg_find']);
    assert.deepEqual(orders('answered'), ['leg_hangup']);
    assert.deepEqual(orders('deaf'), ['leg_find']);
    assert.deepEqual(orders('absent'), []);
  });
});

describe('transition, whatever comes', () => {
  const roll = rollerOf(20_261_121);
  const TRAITS = '|incoming|early|routes=1|tries=2|conference|child|children=k|granted=1000'.split(
    '|',
  );

  function randomWords(call: Call): string {
    const type = TYPES[roll(TYPES.length)] as EventType;
    const words = WORDS[type] ?? [''];
    const word = words[roll(words.length)] ?? '';
    const old = roll(4) === 0 ? ` #${1 + roll(call.attempts.length)}` : '';
    return `${STEMS[type]} ${word}${old}`.replace(/ +/g, ' ').trim();
  }

  function checkStep(before: Call, words: string, at: number): Call {
    const event = eventIn(words, before, at);
    const { state, effects } = transition(before, event);
    assert.deepEqual(transition(before, event), { state, effects });
    const news = effects.filter((each) => each.do === 'notice_tell').map((each) => each.notice);
    const moved = state.status !== before.status;
    const heard = !isDeepStrictEqual(publicMedia(before.media), publicMedia(state.media));
    const ends = moved && state.status === 'hangup';
    const due = ends ? ['call_updated', 'call_hangup'] : moved || heard ? ['call_updated'] : [];
    if (RANK[state.status] < RANK[before.status])
      assert.fail(`${before.status} went back: ${words}`);
    if (before.status === 'hangup' && state !== before) assert.fail(`hangup was left: ${words}`);
    if (news.join() !== due.join()) assert.fail(`${words} told ${news.join()}`);
    if (state.told_count !== before.told_count + news.length) assert.fail('news must be counted');
    const usages = effects.filter((each) => each.do === 'usage_record').length;
    if (usages !== Number(ends)) assert.fail('usage is recorded once');
    checkMoney(before, state, words);
    const dials = effects.filter((each) => each.do === 'leg_dial').length;
    if (dials !== state.attempts.length - before.attempts.length)
      assert.fail('a dial is an attempt');
    return state;
  }

  function checkMoney(before: Call, state: Call, words: string): void {
    if (state.granted_ms < before.granted_ms || state.hold_micros < before.hold_micros)
      assert.fail(`${words} took back what was granted`);
    const grew = state.granted_ms > before.granted_ms || state.hold_micros > before.hold_micros;
    if (grew && (state.status !== 'progressing' || !words.startsWith('paid')))
      assert.fail(`${words} granted talk`);
    if (state.status === 'hangup' && paidTalkMs(state) > state.granted_ms)
      assert.fail('more is paid for than was granted');
    if (state.status !== 'progressing' || before.status === state.status) return;
    const { talk } = state.timers;
    if (talk === null || talk > state.tm_progressing + state.granted_ms)
      assert.fail('it may talk past what was granted');
  }

  it('moves only forward, tells each move once, never dials while a leg may live', () => {
    for (let round = 0; round < 12_000; round += 1) {
      let call = freshCall(TRAITS[roll(TRAITS.length)] ?? '');
      for (let at = 2_000; at < 14_000; at += 1_000) {
        call = checkStep(call, randomWords(call), at);
        const over = ['ended', 'abandoned'];
        const open = call.attempts.filter(({ status }) => !over.includes(status));
        if (open.length > 1) assert.fail('two legs could ring');
        if (call.attempts.length > call.attempts_max) assert.fail('too many tries');
      }
    }
  });

  it('ends every call: timers and an absent carrier are enough', () => {
    for (let round = 0; round < 2_000; round += 1) {
      let call = freshCall(TRAITS[roll(TRAITS.length)] ?? '');
      let at = 2_000;
      for (; at < 8_000; at += 1_000) call = checkStep(call, randomWords(call), at);
      for (let tick = 0; call.status !== 'hangup'; tick += 1) {
        const next = Object.entries(call.timers).reduce<readonly [string, number] | null>(
          (least, [name, due]) =>
            due !== null && (least === null || due < least[1]) ? [name, due] : least,
          null,
        );
        if (next === null && call.direction === 'incoming') break;
        if (next === null || tick > 60) assert.fail(`stuck: ${standing(call)}`);
        at = Math.max(at, next[1]);
        const before = currentAttempt(call)?.status;
        call = checkStep(call, `timer ${next[0]}`, at);
        if (call.status === 'hangup') break;
        call = checkStep(call, before === 'intended' ? 'lost' : 'absent', at);
      }
    }
  });
});
