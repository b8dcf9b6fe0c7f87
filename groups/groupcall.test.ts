import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rollerOf } from '../kernel/random.ts';
import type { Groupcall } from './groupcall.ts';
import { live } from './groupcall.ts';
import { groupcallMachine } from './groupcall_machine.ts';
import { GROUPCALL_TABLE } from './groupcall_table.ts';
import { tell } from './stories.ts';

const STORIES = `
  all ring at once              | abc          |                               | progressing | created call:a call:b call:c
  the first to answer stays     | abc          | up b                          | progressing | updated b:admitted master:group_answered a:hangup_asked c:hangup_asked
  whoever is second goes        | ab           | up b, up a                    | progressing | updated b:admitted master:group_answered a:hangup_asked; a:hangup_asked
  an answer told twice counts once | ab        | up b, up b                    | progressing | updated b:admitted master:group_answered a:hangup_asked;
  it is over with the talk      | ab           | up b, down a cancel, down b   | hangup      | updated b:admitted master:group_answered a:hangup_asked; ; updated hangup master:group_ended(normal)
  the talk ends before the rest | ab           | up b, down b, down a cancel   | hangup      | updated b:admitted master:group_answered a:hangup_asked; updated a:hangup_asked; updated hangup master:group_ended(normal)
  nobody answers                | ab           | down a busy, down b noanswer  | hangup      | ; updated hangup master:group_ended(noanswer)
  nobody can be called          | ab           | no a no_route, no b blocked   | hangup      | ; updated hangup master:group_ended(blocked)
  one refused is not all        | ab           | down a busy, no b no_route    | hangup      | ; updated hangup master:group_ended(busy)
  a refused one that answers    | ab           | no a no_route, up a           | progressing | ; a:hangup_asked
  one after the other           | linear ab    | down a busy                   | progressing | updated call:b
  refused, on to the next       | linear ab    | no a no_route                 | progressing | updated call:b
  until one answers             | linear abc   | down a busy, up b, down b     | hangup      | updated call:b; updated b:admitted master:group_answered; updated hangup master:group_ended(normal)
  or none is left               | linear ab    | down a busy, down b cancel    | hangup      | updated call:b; updated hangup master:group_ended(cancel)
  the master goes: all go       | abc          | down c busy, master, down a cancel, down b cancel | hangup | ; updated a:hangup_asked b:hangup_asked; ; updated hangup master:group_ended(cancel)
  the master goes in the talk   | ab           | up a, down b cancel, master, down a | hangup | updated a:admitted master:group_answered b:hangup_asked; ; updated a:hangup_asked; updated hangup master:group_ended(normal)
  asked to hang up              | alone ab     | hangup, down a cancel, down b cancel | hangup | updated a:hangup_asked b:hangup_asked; ; updated hangup
  asked again                   | alone ab     | hangup, hangup                | hangingup   | updated a:hangup_asked b:hangup_asked;
  nobody is rung any more       | linear ab    | hangup, down a cancel         | hangup      | updated a:hangup_asked; updated hangup master:group_ended(cancel)
  who answers too late goes     | alone ab     | hangup, up a, down a, down b cancel | hangup | updated a:hangup_asked b:hangup_asked; a:hangup_asked; ; updated hangup
  deleted, it ends              | alone ab     | delete, down a cancel, down b cancel | hangup | updated deleted a:hangup_asked b:hangup_asked; ; updated hangup
  deleted afterwards            | alone a      | down a busy, delete, delete   | hangup      | updated hangup; deleted;
  everybody may stay            | everybody ab | up a, up b, down a, down b    | hangup      | updated a:admitted master:group_answered; b:admitted master:group_answered; ; updated hangup master:group_ended(normal)
  an agent is a group within    | aB           | up B                          | progressing | updated B:admitted master:group_answered a:hangup_asked
  an agent nobody can call      | aB           | no B no_route, down a busy    | hangup      | ; updated hangup master:group_ended(busy)
  agents end like others        | AB           | up A, up B, down B, down A    | hangup      | updated A:admitted master:group_answered B:hangup_asked; B:hangup_asked; ; updated hangup master:group_ended(normal)
  within: asks before it admits | nested ab    | up a, admitted                | progressing | updated around:nested_answered b:hangup_asked; a:admitted
  within: is not chosen         | nested ab    | up a, hangup, down b cancel, down a | hangup | updated around:nested_answered b:hangup_asked; updated a:hangup_asked b:hangup_asked; ; updated hangup around:nested_ended(normal)
  within: admitted before an answer is too early | nested a | admitted, up a | progressing | ; updated around:nested_answered
  within: nobody to call        | nested a     | no a no_route                 | hangup      | updated hangup around:nested_ended(no_route)
  heard ringing: the first only | early ab     | rings b, rings a              | progressing | b:heard;
  heard ringing: then the next  | early ab     | rings b, down b busy, rings a | progressing | b:heard; ; a:heard
  heard ringing: not after that | early ab     | up a, rings b                 | progressing | updated a:admitted master:group_answered b:hangup_asked;
  heard ringing: an agent       | early A      | rings A, up A                 | progressing | A:heard; updated A:admitted master:group_answered
  heard ringing: within         | nested early a | rings a, heard, up a, admitted | progressing | around:nested_ringing; a:heard; updated around:nested_answered; a:admitted
  not heard unless asked for    | ab           | rings a                       | progressing | 
  a stranger changes nothing    | ab           | up z, down z                  | progressing | ;
`;

describe('a groupcall', () => {
  for (const line of STORIES.split('\n').filter((each) => each.trim() !== '')) {
    const [name = '', opening = '', facts = '', status, orders = ''] = line
      .split('|')
      .map((part) => part.trim());
    it(name, () => {
      const told = tell(opening, facts);
      assert.equal(told.group.status, status);
      const steps = facts === '' ? told.steps : told.steps.slice(1);
      assert.deepEqual(steps.join(';').split(';').map(trim), orders.split(';').map(trim));
    });
  }

  it('answers every fact in every status', () => {
    const [first, ...rest] = Object.values(GROUPCALL_TABLE).map((row) => Object.keys(row).sort());
    for (const row of rest) assert.deepEqual(row, first);
  });

  it('counts its notices without a gap', () => {
    assert.equal(tell('ab', 'up b, down a cancel, down b').group.told_count, 4);
  });

  it('says who it still wants', () => {
    const { group } = tell('abc', 'down a busy, up b');
    const wants = group.rung.map(({ id }) => groupcallMachine.wants(group, id));
    assert.deepEqual(wants, [false, true, false]);
    const over = tell('a', 'hangup').group;
    assert.equal(groupcallMachine.wants(over, over.rung[0]?.id ?? ''), false);
  });
});

const trim = (text: string): string => text.trim();

/** Told anything, in any order and any number of times. */
describe('any groupcall', () => {
  const openings = ['abc', 'linear abc', 'alone ab', 'nested ab', 'early aB', 'everybody abc'];
  const words = ['rings', 'up', 'down', 'no'];
  const asks = ['admitted', 'heard', 'master', 'hangup'];

  it('keeps at most one who answered, and ends when everybody has', () => {
    const roll = rollerOf(7);
    const pick = (list: readonly string[]): string => list[roll(list.length)] ?? '';
    for (let n = 0; n < 3_000; n += 1) {
      const opening = pick(openings);
      const facts = Array.from({ length: 1 + roll(12) }, () =>
        roll(8) === 0 ? pick(asks) : `${pick(words)} ${pick(['a', 'b', 'c'])} busy`,
      );
      const { group } = tell(opening, facts.join(','));
      hold(group, `${opening}: ${facts.join(', ')}`);
      const rest = [...'abcABC'].map((letter) => `down ${letter}`).join(',');
      const ended = tell(opening, [...facts, rest, rest, rest].join(','));
      assert.equal(ended.group.status, 'hangup', `${opening}: ${facts.join(', ')}`);
      assert.deepEqual(live(ended.group), []);
    }
  });
});

function hold(group: Groupcall, story: string): void {
  const answered = group.rung.filter(({ state }) => state === 'answered');
  const wanted = answered.filter(({ id }) => groupcallMachine.wants(group, id));
  if (group.answer_method === 'hangup_others') assert.ok(wanted.length <= 1, story);
  assert.equal(group.status === 'hangup', live(group).length === 0, story);
}
