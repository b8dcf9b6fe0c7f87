import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { callOf, runOf } from '../../tests/flow_stories.ts';
import { actions } from '../actions/index.ts';
import { CALL_VARIABLES, callVariables } from '../variables.ts';
import { checkFlow, flowsNamedIn, premisesFor } from './check.ts';
import type { Premises } from './subject.ts';

type Raw = Readonly<Record<string, unknown>>;

const MARKS = { error: '', warning: '~', info: '?' } as const;

function found(raw: unknown, known: Partial<Premises> = {}): string[] {
  return checkFlow(raw, premisesFor(actions, known)).map(({ code, severity, pointer }) =>
    `${MARKS[severity]}${code} ${pointer}`.trim(),
  );
}

const act = (type: string, option: Raw = {}): Raw => ({ type, option });
const talk = (text: string, more: Raw = {}): Raw => act('talk', { text, ...more });
const set = (key: string, value = 'x'): Raw => act('variable_set', { key, value });
const isUnset = (variable: string): Raw =>
  act('condition_variable', { condition: '==', variable, false_target_id: 'z' });
const last = { id: 'z', type: 'hangup' };
const TEXT = '/0/option/text';

describe('variables', () => {
  it('are set before they are read', () => {
    assert.deepEqual(found([set('name'), talk('Hi ${name}')]), []);
    assert.deepEqual(found([talk('Hi ${name}'), set('name')]), [`?variable_unset ${TEXT}`]);
    const one_way = [isUnset('voipbin.call.digits'), set('name'), { ...last, ...talk('${name}') }];
    assert.deepEqual(found(one_way), []);
    assert.deepEqual(found([set('${which}'), talk('${name}')]), ['?variable_unset /0/option/key']);
  });
  it('are doubted where those of the call are known', () => {
    const flow = [talk('Hi ${name}')];
    assert.deepEqual(found(flow, { given: new Set(['name']) }), []);
    assert.deepEqual(found(flow, { given: new Set(['tier']) }), [`~variable_unset ${TEXT}`]);
  });
  it('are read by their bare names too', () => {
    assert.deepEqual(found([isUnset('tier'), last]), ['?variable_unset /0/option/variable']);
    assert.deepEqual(found([isUnset('a ${tier} b ${tier}'), last]).length, 2);
    const branch = act('branch', { variable: '${tier}', target_ids: { gold: 'z' } });
    assert.deepEqual(found([branch, last]), ['?variable_unset /0/option/variable']);
  });
  it('of ours are always there, or there is none of the name', () => {
    assert.deepEqual(found([talk('${voipbin.call.source.target}')]), []);
    assert.deepEqual(found([talk('${voipbin.call.source.nmae}')]), [`~variable_unknown ${TEXT}`]);
    const reply = talk('${voipbin.webhook.body}');
    const send = (sync: boolean) => act('webhook_send', { uri: 'https://a', sync });
    assert.deepEqual(found([send(true), reply]), []);
    assert.deepEqual(found([send(false), reply]), ['~variable_unset /1/option/text']);
  });
  it('may have been set by what was fetched', () => {
    const fetch = act('fetch', { event_url: 'https://a' });
    assert.deepEqual(found([fetch, talk('${name} ${voipbin.webhook.body}')]), []);
    assert.deepEqual(found([fetch, talk('${voipbin.x}')]), ['~variable_unknown /1/option/text']);
  });
  it('of a call are those of the flow that places it', () => {
    const destinations = [{ type: 'tel', target: '+15005550006' }];
    const call = act('call', { destinations, actions: [talk('${name} ${digits}')] });
    const inside = '/1/option/actions/0/option/text';
    assert.deepEqual(found([set('name'), call]), [`?variable_unset ${inside}`]);
    assert.deepEqual(found([set('name'), set('digits'), call]), []);
  });
  it('that every call has are listed whole', () => {
    assert.deepEqual(Object.keys(callVariables(callOf(), runOf([]))), CALL_VARIABLES);
  });
});

describe('texts', () => {
  it('write places in full', () => {
    for (const text of ['${a', '${}', '${a${name}}', '$${', `\${${'x'.repeat(201)}}`])
      assert.deepEqual(
        found([set('name'), talk(text)]),
        ['~place_malformed /1/option/text'],
        JSON.stringify(text),
      );
    for (const text of ['$name', '{name}', '$ {name}', '${name}${name}'])
      assert.deepEqual(found([set('name'), talk(text)]), [], text);
  });
  it('are looked for wherever they lie, but where the action reads them itself', () => {
    const play = act('play', { stream_urls: ['https://a', '${a'] });
    assert.deepEqual(found([play]), ['~place_malformed /0/option/stream_urls/1']);
    assert.deepEqual(found([isUnset('${a'), last]), []);
  });
});

describe('options', () => {
  it('do not contradict each other', () => {
    assert.deepEqual(found([act('digits_receive', { key: '0123456789ABCD*#' })]), [
      '~option_contradictory /0/option/key',
    ]);
  });
  it('name languages some voice speaks', () => {
    const languages = new Set(['en-US', 'de']);
    const spoken = (language: string) => found([talk('Hi', { language })], { languages });
    for (const language of ['en-US', 'en-us', 'en', 'de', 'de-AT', '${language_of_caller}'])
      assert.deepEqual(
        spoken(language).filter((each) => !each.includes('variable')),
        [],
        language,
      );
    assert.deepEqual(spoken('en-GB'), ['~language_unspoken /0/option/language']);
    assert.deepEqual(found([talk('Hi', { language: 'tlh' })]), []);
  });
  it('are well-formed where they mean to be SSML, whatever variables hold', () => {
    const broken = ['<speak>a & b</speak>', '<speak><p>a</speak>', '<speak>'];
    for (const text of broken)
      assert.deepEqual(found([talk(text)]), ['option_invalid /0/option/text'], text);
    const sound = ['1 < 2', '<speak>Hi <break time="1s"/></speak>', 'a <b> c'];
    for (const text of sound) assert.deepEqual(found([talk(text)]), [], text);
    const filled = found([talk('<speak><sub alias="${voipbin.call.id}">x</sub></speak>')]);
    assert.deepEqual(filled, []);
  });
  it('name stored flows, which are told', () => {
    const flow_id = '0190a3c4-7b1e-7c00-8000-0123456789ab';
    const destinations = [{ type: 'tel', target: '+15005550006' }];
    const inner = act('call', { destinations, flow_id });
    const outer = act('call', { destinations, actions: [inner] });
    const dynamic = act('fetch_flow', { flow_id: '${which}' });
    const named = flowsNamedIn(
      [act('fetch_flow', { flow_id }), dynamic, outer],
      premisesFor(actions),
    );
    assert.deepEqual(
      named.map(({ pointer }) => pointer),
      ['/0/option/flow_id', '/2/option/actions/0/option/flow_id'],
    );
  });
});

describe('routes', () => {
  const can = (...needs: string[]) => Object.fromEntries(needs.map((need) => [need, true]));
  const flow = [talk('Hi'), act('echo'), talk('Bye')];
  it('can do what the flow needs', () => {
    assert.deepEqual(found(flow, { routes: [can('say', 'echo')] }), []);
    assert.deepEqual(found(flow, { routes: [can('say')] }), ['capability_missing /1']);
    assert.deepEqual(found(flow, { routes: [can('say'), can('echo')] }), [
      'capability_missing /0',
      'capability_missing /1',
    ]);
  });
  it('that cannot are mentioned', () => {
    assert.deepEqual(found(flow, { routes: [can('say', 'echo'), can('say')] }), [
      '?capability_partial /1',
    ]);
  });
  it('say nothing where there is none', () => {
    assert.deepEqual(found(flow, { routes: [] }), []);
    assert.deepEqual(found(flow, { routes: null }), []);
  });
});
