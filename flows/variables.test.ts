import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { callOf, runOf } from '../tests/flow_stories.ts';
import { press, take } from './digits.ts';
import { DIGITS_KEPT_MAX, OPTION_CHARACTERS_MAX } from './limits.ts';
import { callVariables, nameIn, readVariable, sizeOf, substitute, valueOf } from './variables.ts';

describe('substitute', () => {
  const variables = { name: 'Ada', loop: '${name}', 'a.b': 'x' };

  it('fills every place in every string', () => {
    const option = {
      text: 'Hi ${name}, ${a.b}',
      list: ['${name}', 1, null],
      deep: { t: '${name}' },
    };
    assert.deepEqual(substitute(option, variables), {
      text: 'Hi Ada, x',
      list: ['Ada', 1, null],
      deep: { t: 'Ada' },
    });
  });
  it('fills in nothing for unknown names, and for names every object has', () => {
    assert.equal(substitute('[${none}${constructor}${__proto__}]', variables), '[]');
  });
  it('does not search what it has filled in', () => {
    assert.equal(substitute('${loop}', variables), '${name}');
  });
  it('leaves what is no place as it is', () => {
    assert.equal(substitute('$name ${} ${', variables), '$name ${} ${');
  });
  it('gives the same value back where there was nothing to fill', () => {
    const option = { text: 'Hi', list: [1, { t: 'x' }] };
    assert.equal(substitute(option, variables), option);
  });
  it('cuts what grows beyond the limit', () => {
    const long = { name: 'x'.repeat(OPTION_CHARACTERS_MAX - 1) };
    const { a, b } = substitute({ a: '${name}', b: '${name}' }, long);
    assert.equal(a.length + b.length, OPTION_CHARACTERS_MAX);
  });
  it('keeps a member called __proto__ a member', () => {
    const option = JSON.parse('{"__proto__": "${name}"}') as Record<string, string>;
    assert.deepEqual(Object.entries(substitute(option, variables)), [['__proto__', 'Ada']]);
  });
});

describe('variables', () => {
  it('are named bare or as a place', () => {
    assert.equal(nameIn('a.b'), 'a.b');
    assert.equal(nameIn('${a.b}'), 'a.b');
    assert.equal(readVariable('a', { a: '1' }), '1');
    assert.equal(readVariable('b', { a: '1' }), '');
    assert.equal(readVariable('${a}2', { a: '1' }), '12');
    assert.equal(readVariable('5', {}), '5');
  });
  it('are counted with their names', () => {
    assert.equal(sizeOf({ ab: '123', c: '' }), 6);
    assert.equal(valueOf({}, 'toString'), '');
  });
  it('of a call have names of their own', () => {
    const of_call = callVariables(callOf(), runOf([]));
    assert.equal(of_call['voipbin.call.source.target'], '+1500');
    assert.equal(of_call['voipbin.call.direction'], 'outgoing');
    assert.equal(of_call['voipbin.activeflow.id'], 'run');
    assert.match(of_call['voipbin.call.master_call_id'] ?? '', /^0{8}-/);
    for (const name of Object.keys(of_call)) assert.match(name, /^voipbin\.(call|activeflow)\./);
  });
});

describe('digits', () => {
  it('are kept up to a bound, the latest of them', () => {
    const kept = press({ 'voipbin.call.digits': '9'.repeat(DIGITS_KEPT_MAX) }, '12');
    assert.equal(kept['voipbin.call.digits'], `${'9'.repeat(DIGITS_KEPT_MAX - 2)}12`);
    assert.equal(kept['voipbin.call.digits_unread'], '12');
  });

  const TAKEN = `
    too few                 | 1    | 2 |   | more of 1
    enough                  | 12   | 2 |   | 12 leaves nothing
    more than enough        | 123  | 2 |   | 12 leaves 3
    ended at once           | #1   | 2 | # | nothing leaves 1
    ended early             | 1#2  | 3 | # | 1 leaves 2
    ended by the last       | 12#3 | 2 | # | 12 leaves 3
    enough before the end   | 123# | 2 | # | 12 leaves 3#`;
  for (const row of TAKEN.split('\n').slice(1)) {
    const [title = '', pressed = '', length = '', key = '', taken] = row
      .split('|')
      .map((cell) => cell.trim());
    it(`of a digits_receive: ${title}`, () => {
      const { complete, digits, rest } = take(pressed, { length: Number(length), key });
      const what = digits === '' ? 'nothing' : digits;
      const left = rest === '' ? 'nothing' : rest;
      assert.equal(complete ? `${what} leaves ${left}` : `more of ${what}`, taken);
    });
  }

  it('escapes values that are filled into SSML, and into nothing else', () => {
    const variables = { who: 'Smith & <b>Sons</b>' };
    assert.equal(
      substitute('<speak>Hello ${who}</speak>', variables),
      '<speak>Hello Smith &#38; &#60;b&#62;Sons&#60;/b&#62;</speak>',
    );
    assert.equal(substitute('Hello ${who}', variables), 'Hello Smith & <b>Sons</b>');
  });
});
