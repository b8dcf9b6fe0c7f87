import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { flowOf, LANGUAGE } from '../../tests/flow_stories.ts';
import { actions } from '../actions/index.ts';
import { FINISH_ID, START_ID } from '../frames.ts';
import { needsOf } from '../needs.ts';
import { checkFlow, NESTING_MAX, premisesFor } from './check.ts';

const found = (raw: unknown): string[] =>
  checkFlow(raw, premisesFor(actions)).map(({ code, severity, pointer }) =>
    `${severity === 'error' ? '' : '~'}${code} ${pointer}`.trim(),
  );

const TALK = '{"type":"talk","option":{"text":"Hi"}}';
const HANGUP = '{"type":"hangup"}';
const A = '{"id":"a","type":"hangup"}';
const SLEEP = '{"type":"sleep","option":{"duration":1}}';
const none = '00000000-0000-0000-0000-000000000000';
const zone = (timezone: string) =>
  JSON.stringify({
    type: 'condition_datetime',
    option: { condition: '==', timezone, false_target_id: FINISH_ID },
  });
const called = (option: string) =>
  `{"type":"call","option":{"destinations":[{"type":"tel","target":"+1"}],${option}}}`;

/** Each rule: a flow that keeps it, and one that does not, with what is found. */
const RULES: readonly (readonly [title: string, fits: string, wrong: string, found: string])[] = [
  ['is a list', `[]`, `{}`, 'not_a_list'],
  ['holds objects', `[${HANGUP}]`, `[1]`, 'action_invalid /0'],
  ['knows its fields', `[${HANGUP}]`, `[{"type":"hangup","why":1}]`, 'action_invalid /0/why'],
  ['has types', `[${HANGUP}]`, `[{"option":{}}]`, 'action_invalid /0/type'],
  ['has known types', `[${HANGUP}]`, `[${TALK},{"type":"sing"}]`, 'action_unknown /1/type'],
  ['has types that are words', `[${HANGUP}]`, `[{"type":7}]`, 'action_unknown /0/type'],
  ['has types of its own', `[${HANGUP}]`, `[{"type":"constructor"}]`, 'action_unknown /0/type'],
  ['has the options it needs', `[${TALK}]`, `[{"type":"talk"}]`, 'option_invalid /0/option/text'],
  [
    'has options in bounds',
    `[${SLEEP}]`,
    `[{"type":"sleep","option":{"duration":-1}}]`,
    'option_invalid /0/option/duration',
  ],
  [
    'has options that are objects',
    `[${HANGUP}]`,
    `[{"type":"hangup","option":[]}]`,
    'option_invalid /0/option',
  ],
  [
    'has zones that exist',
    `[${zone('Europe/Berlin')}]`,
    `[${zone('Mars/Olympus')}]`,
    'option_invalid /0/option/timezone',
  ],
  [
    'has ids once',
    `[{"id":"a","type":"talk","option":{"text":"Hi"}}]`,
    `[{"id":"a","type":"hangup"},{"id":"a","type":"hangup"}]`,
    'id_duplicate /1/id',
  ],
  [
    'keeps reserved ids free',
    `[{"id":"${none}","type":"hangup"}]`,
    `[{"id":"${START_ID}","type":"hangup"}]`,
    'id_reserved /0/id',
  ],
  [
    'has readable ids',
    `[{"id":"a.b-c_1","type":"hangup"}]`,
    `[{"id":"a b","type":"hangup"}]`,
    'id_invalid /0/id',
  ],
  [
    'has ids that are strings',
    `[{"id":"","type":"hangup"}]`,
    `[{"id":1,"type":"hangup"}]`,
    'id_invalid /0/id',
  ],
  [
    'goes where there is an action',
    `[{"type":"goto","option":{"target_id":"a","loop_count":1}},{"id":"a","type":"hangup"}]`,
    `[{"type":"goto","option":{"target_id":"b","loop_count":1}}]`,
    'target_missing /0/option/target_id',
  ],
  [
    'branches where there are actions',
    `[{"type":"branch","option":{"target_ids":{"1/2":"a"},"default_target_id":"\${where}"}},${A}]`,
    `[{"type":"branch","option":{"target_ids":{"1/2":"b"}}},${HANGUP}]`,
    'target_missing /0/option/target_ids/1~12',
  ],
  [
    'has next ids that are there',
    `[{"type":"talk","option":{"text":"Hi"},"next_id":"${FINISH_ID}"}]`,
    `[{"type":"talk","option":{"text":"Hi"},"next_id":"b"}]`,
    'next_missing /0/next_id',
  ],
  [
    'has next ids that are strings',
    `[{"type":"talk","option":{"text":"Hi"},"next_id":null}]`,
    `[{"type":"talk","option":{"text":"Hi"},"next_id":7}]`,
    'next_missing /0/next_id',
  ],
  [
    'is reached everywhere',
    `[{"type":"goto","option":{"target_id":"a","loop_count":1}},${TALK},${A}]`,
    `[{"type":"goto","option":{"target_id":"a"}},${TALK},{"id":"a","type":"hangup"}]`,
    '~action_unreachable /1',
  ],
  [
    'may go on after conditions',
    `[${zone('UTC')},${TALK},${HANGUP}]`,
    `[${HANGUP},${TALK}]`,
    '~action_unreachable /1',
  ],
  [
    'has flows for its calls',
    `[${called(`"actions":[${HANGUP}]`)}]`,
    `[${called('"chained":true')}]`,
    'option_invalid /0/option/flow_id',
  ],
  [
    'has one flow for its calls',
    `[${called(`"flow_id":"${none.replace('0', '1')}"`)}]`,
    `[${called(`"flow_id":"${none.replace('0', '1')}","actions":[${HANGUP}]`)}]`,
    'option_invalid /0/option/actions',
  ],
  [
    'has fit flows for its calls',
    `[${called(`"actions":[${TALK}]`)}]`,
    `[${called(`"actions":[{"type":"sing"}]`)}]`,
    'action_unknown /0/option/actions/0/type',
  ],
];

describe('a flow that can be run', () => {
  for (const [title, fits, wrong, finding] of RULES)
    it(title, () => {
      assert.deepEqual(found(JSON.parse(fits)), []);
      assert.deepEqual(found(JSON.parse(wrong)), [finding]);
    });

  it('may come to an action by a counted loop alone', () => {
    const once = { type: 'goto', option: { target_id: 'a', loop_count: 1 } };
    const raw = [
      { ...once, next_id: FINISH_ID },
      { id: 'a', type: 'hangup' },
    ];
    assert.deepEqual(found(raw), []);
  });
  it('may come anywhere when a variable names the target', () => {
    const raw = [{ type: 'goto', option: { target_id: '${where}' } }, { type: 'hangup' }];
    assert.deepEqual(found(raw), []);
  });
  it('has at most 200 actions', () => {
    const list = (length: number) => Array.from({ length }, () => ({ type: 'beep' }));
    assert.deepEqual(found(list(200)), []);
    assert.deepEqual(found(list(201)), ['too_many_actions']);
  });
  it('does not call calls that call calls without end', () => {
    const within = (depth: number): object =>
      depth === 1
        ? { type: 'hangup' }
        : {
            type: 'call',
            option: { destinations: [{ type: 'tel', target: '+1' }], actions: [within(depth - 1)] },
          };
    assert.deepEqual(found([within(NESTING_MAX)]), []);
    assert.match(found([within(NESTING_MAX + 1)])[0] ?? '', /^too_deep /);
    assert.deepEqual(found([within(5_000)]), ['option_invalid /0/option']);
  });
  it('is told all that is wrong with it at once', () => {
    const raw = [
      { type: 'sing' },
      { type: 'talk' },
      { id: START_ID, type: 'hangup', next_id: 'z' },
    ];
    assert.deepEqual(found(raw), [
      'action_unknown /0/type',
      'option_invalid /1/option/text',
      'id_reserved /2/id',
      'next_missing /2/next_id',
    ]);
  });
  it('takes a member called __proto__ for a stranger', () => {
    const raw = JSON.parse('[{"type":"hangup","__proto__":{"x":1}}]') as unknown;
    assert.deepEqual(found(raw), ['action_invalid /0/__proto__']);
  });
});

describe('normalizeFlow', () => {
  it('fills in ids, next ids and defaults, in nested lists too', () => {
    const actions_of_call = [{ type: 'hangup' }];
    const option = { destinations: [{ type: 'tel', target: '+1' }], actions: actions_of_call };
    const [first, second] = flowOf([{ type: 'hangup' }, { id: 'mine', type: 'call', option }]);
    const hangup = { id: 'action:0', next_id: null, type: 'hangup', option: { reason: 'normal' } };
    assert.deepEqual(first, hangup);
    assert.equal(second?.id, 'mine');
    assert.equal(second.option['chained'], false);
    assert.deepEqual(second.option['actions'], [{ ...hangup, id: 'action:1/action:0' }]);
  });
  it('leaves what was written as it was', () => {
    const raw = [{ type: 'hangup', option: {} }];
    flowOf(raw);
    assert.deepEqual(raw, [{ type: 'hangup', option: {} }]);
  });
  it('refuses nothing', () => {
    assert.deepEqual(flowOf({}), []);
    const strange = flowOf([null, { type: 'talk', option: { text: 7 } }]);
    assert.deepEqual(
      strange.map(({ type, option }) => [type, option]),
      [
        ['', {}],
        ['talk', { text: 7 }],
      ],
    );
  });
});

describe('needsOf', () => {
  it('names what a carrier must be able to do, each once', () => {
    const talk = { type: 'talk', option: { text: 'Hi', digits_handle: 'next' } };
    assert.deepEqual(needsOf(flowOf([talk, talk, { type: 'beep' }])), ['gather', 'play', 'say']);
    assert.deepEqual(needsOf(flowOf([{ type: 'hangup' }, { type: 'sing' }])), []);
  });
  it('is told by every action there is', () => {
    assert.deepEqual(Object.keys(LANGUAGE).slice(0, -1), Object.keys(actions));
  });
});
