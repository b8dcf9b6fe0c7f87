import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { actions } from '../actions/index.ts';
import { checkFlow, premisesFor } from '../check/check.ts';
import { fromNcco, fromTwiml } from './convert.ts';
import type { Draft } from './draft.ts';

/** What came of it in words: type, and the option as far as a story needs it. */
function words({ actions: made }: Draft, ...names: readonly string[]): string[] {
  return made.map(({ type, option }) => {
    const told = names.map((name) => (option as Readonly<Record<string, unknown>>)[name]);
    const said = told.filter((each) => each !== undefined);
    return [type, ...said.map((each) => JSON.stringify(each))].join(' ');
  });
}

const notes = ({ notes: told }: Draft): string[] =>
  told.map(({ code, place }) => `${code} ${place}`);

function holds(draft: Draft): void {
  const findings = checkFlow(draft.actions, premisesFor(actions));
  assert.deepEqual(
    findings.filter(({ severity }) => severity === 'error'),
    [],
  );
}

const twiml = (verbs: string): Draft => fromTwiml(`<Response>${verbs}</Response>`);

describe('TwiML', () => {
  it('speaks, plays and waits', () => {
    const draft = twiml(
      '<Say voice="woman" language="de-DE">Guten Tag</Say><Pause/><Play>https://a/x.mp3</Play>',
    );
    assert.deepEqual(words(draft, 'text', 'language', 'gender', 'duration', 'stream_urls'), [
      'answer',
      'talk "Guten Tag" "de-DE" "female"',
      'sleep 1000',
      'play ["https://a/x.mp3"]',
      'hangup',
    ]);
    assert.deepEqual(notes(draft), []);
    holds(draft);
  });
  it('repeats what is looped', () => {
    const draft = twiml('<Say loop="3">Hi</Say><Play loop="0">https://a/x.mp3</Play>');
    assert.deepEqual(words(draft, 'target_id', 'loop_count'), [
      'answer',
      'talk',
      'goto "a0" 2',
      'play',
      'goto "a1"',
      'hangup',
    ]);
    holds(draft);
  });
  it('gathers keys, skips prompts by them, and leaves for its action once keys have come', () => {
    const draft = twiml(
      '<Gather numDigits="1" timeout="7" action="https://a/keys"><Say>One</Say>' +
        '<Say>Two</Say></Gather><Say>Bye</Say>',
    );
    assert.deepEqual(
      words(
        draft,
        'text',
        'digits_handle',
        'length',
        'key',
        'duration',
        'false_target_id',
        'event_url',
      ),
      [
        'answer',
        'talk "One" "next"',
        'condition_variable "a0-keys"',
        'talk "Two" "next"',
        'condition_variable "a0-keys"',
        'digits_receive 1 "#" 7000',
        'condition_variable "a1"',
        'fetch "https://a/keys"',
        'stop',
        'talk "Bye"',
        'hangup',
      ],
    );
    assert.deepEqual(notes(draft), ['differs line 1']);
    holds(draft);
  });
  it('dials, records, rejects and redirects', () => {
    const dial = twiml('<Dial callerId="+15005550010"><Number>+1 (202) 555-0100</Number></Dial>');
    assert.deepEqual(
      words(dial, 'source', 'destinations')[1],
      'connect {"type":"tel","target":"+15005550010"} [{"type":"tel","target":"+12025550100"}]',
    );
    const reject = twiml('<Reject reason="busy"/>');
    assert.deepEqual(words(reject, 'reason'), ['hangup "busy"', 'hangup']);
    const away = twiml('<Redirect>https://a/next</Redirect>');
    assert.deepEqual(words(away, 'event_url'), [
      'answer',
      'fetch "https://a/next"',
      'stop',
      'hangup',
    ]);
    const record = twiml('<Record maxLength="20" finishOnKey="#"/>');
    assert.deepEqual(words(record, 'duration', 'key'), [
      'answer',
      'recording_start 20',
      'digits_receive 20000 "#"',
      'recording_stop',
      'hangup',
    ]);
    for (const draft of [dial, reject, away, record]) holds(draft);
  });
  it('says what has no equal, and where', () => {
    const draft = fromTwiml(
      '<Response>\n<Pay/>\n<Say speed="2">Hi</Say>\n<Dial><Queue>q</Queue></Dial>\n</Response>',
    );
    assert.deepEqual(notes(draft), ['no_equal line 2', 'no_equal line 3', 'no_equal line 4']);
    holds(draft);
  });
  it('is well-formed and without a document type, or nothing', () => {
    const bomb = '<!DOCTYPE r [<!ENTITY a "x">]><Response><Say>&a;</Say></Response>';
    const deep = '<a>'.repeat(100) + '</a>'.repeat(100);
    for (const text of [
      bomb,
      deep,
      '<Response>',
      '<Other/>',
      'x',
      '&',
      '<Response><Say>&nbsp;</Say></Response>',
    ]) {
      const draft = fromTwiml(text);
      assert.deepEqual([draft.actions, draft.notes.length], [[], 1], text.slice(0, 40));
    }
  });
});

describe('an NCCO', () => {
  it('speaks, streams, waits, records and tells', () => {
    const draft = fromNcco([
      { action: 'record', format: 'wav', beepStart: true, endOnKey: '#' },
      { action: 'talk', text: 'Hello', language: 'en-GB', bargeIn: true, loop: 2 },
      { action: 'stream', streamUrl: ['https://a/x.mp3'] },
      { action: 'wait', timeout: 0.5 },
      { action: 'notify', payload: { step: 1 }, eventUrl: ['https://a/n'] },
    ]);
    assert.deepEqual(
      words(draft, 'format', 'text', 'digits_handle', 'stream_urls', 'duration', 'data'),
      [
        'answer',
        'recording_start "wav" 0',
        'talk "Hello" "next"',
        'goto',
        'play ["https://a/x.mp3"]',
        'sleep 500',
        'webhook_send "{\\"step\\":1}"',
      ],
    );
    assert.deepEqual(notes(draft), ['differs /ncco/4']);
    holds(draft);
  });
  it('takes keys and connects', () => {
    const draft = fromNcco([
      {
        action: 'input',
        type: ['dtmf'],
        dtmf: { maxDigits: 1, timeOut: 5, submitOnHash: true },
        eventUrl: ['https://a/i'],
      },
      {
        action: 'connect',
        from: '15005550010',
        endpoint: [{ type: 'phone', number: '12025550100' }],
      },
    ]);
    assert.deepEqual(words(draft, 'length', 'key', 'duration', 'event_url', 'destinations'), [
      'answer',
      'digits_receive 1 "#" 5000',
      'fetch "https://a/i"',
      'connect [{"type":"tel","target":"+12025550100"}]',
    ]);
    holds(draft);
  });
  it('says what has no equal, and where', () => {
    const draft = fromNcco([
      { action: 'transfer', conversationId: 'x' },
      { action: 'talk', text: 'Hi', style: 3 },
      { action: 'connect', endpoint: [{ type: 'websocket', uri: 'wss://a' }] },
      {},
    ]);
    assert.deepEqual(notes(draft), [
      'no_equal /ncco/0',
      'no_equal /ncco/1/style',
      'no_equal /ncco/2/endpoint',
      'no_equal /ncco/3',
    ]);
  });
});

describe('converting', () => {
  it('throws at nothing', () => {
    const runs = { numRuns: 300, seed: 20_261_121 };
    fc.assert(
      fc.property(fc.string(), (text) => void fromTwiml(text)),
      runs,
    );
    const names = fc.constantFrom('Say', 'Play', 'Gather', 'Dial', 'Record', 'Pause', 'Number');
    const part = fc.tuple(names, fc.string(), fc.string()).map(([name, text, value]) => {
      const clean = (raw: string): string => raw.replaceAll(/[<>&"]/g, '');
      return `<${name} loop="${clean(value)}" timeout="${clean(value)}">${clean(text)}</${name}>`;
    });
    fc.assert(
      fc.property(fc.array(part), (parts) => void twiml(parts.join(''))),
      runs,
    );
    const verbs = fc.constantFrom('talk', 'stream', 'input', 'connect', 'record', 'notify', 'wait');
    const action = fc.tuple(verbs, fc.dictionary(fc.string(), fc.jsonValue()));
    const list = fc.array(action.map(([name, rest]) => ({ ...rest, action: name })));
    fc.assert(
      fc.property(list, (ncco) => void fromNcco(ncco)),
      runs,
    );
  });
});
