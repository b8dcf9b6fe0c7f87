import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Call } from '../calls/call.ts';
import { PLAIN } from '../calls/media.ts';
import { beginTale, callOf, stories, tell } from '../tests/flow_stories.ts';
import { AMD_RESULT } from './variables.ts';

/** A leg to whose sound something was done before. */
function heard(media: object): Call {
  return callOf({ media: { ...PLAIN, ...media } });
}

stories(
  'amd',
  `
   asks and waits                  | {}                            |                | detect hangup, wake 60000, at here
   goes on when it knows           | {"machine_handle":"continue"} | party:machine  | detect continue, at next
   a person                        | {}                            | party:human    | detect hangup, at next
   nobody speaks                   | {}                            | party:silence  | detect hangup, at next
   goes on meanwhile               | {"async":true}                |                | detect hangup, at next
   the carrier cannot tell         | {}                            | failed         | detect hangup, (no such voice), at next
   the carrier never tells         | {}                            | timer          | detect hangup, at next
   waits through keys              | {}                            | keys:1         | detect hangup, at here`,
);
stories(
  'amd',
  `
   a machine that is known already | {}                            | | finished amd
   may stay                        | {"machine_handle":"continue"} | | at next`,
  heard({ party: 'machine' }),
);
describe('amd', () => {
  it('tells later actions who answered', () => {
    for (const [option, told, result] of [
      [{ machine_handle: 'continue' }, 'party:fax', 'fax'],
      [{ async: true, machine_handle: 'continue' }, 'party:machine', 'machine'],
      [{}, 'timer', 'unknown'],
    ] as const)
      assert.equal(tell('amd', option, told).run.variables[AMD_RESULT], result);
    const known = beginTale([{ type: 'amd', option: {} }], heard({ party: 'human' }));
    assert.equal(known.run.variables[AMD_RESULT], 'human');
  });
});

stories(
  'hold',
  `on | {} | | line hold, at next\n off, where it never was | {"on":false} | | at next`,
);
stories(
  'hold',
  `
   off, and the rest stays         | {"on":false} | | line mute=in, at next
   on, as it is already            | {}           | | at next`,
  heard({ line: { ...PLAIN.line, hold: true, mute_direction: 'in' } }),
);
stories(
  'moh',
  `on | {} | | line moh, at next\n off, where it never was | {"on":false} | | at next`,
);
stories('silence', `on | {} | | line silence, at next\n off | {"on":false} | | at next`);
stories(
  'mute',
  `
   both ways                       | {}                 | | line mute=both, at next
   one way                         | {"direction":"in"} | | line mute=in, at next
   not at all                      | {"direction":""}   | | at next`,
);
stories(
  'mute',
  `
   one way is not the other        | {"direction":"in"} | | line hold mute=in, at next
   not any more                    | {"direction":""}   | | line hold, at next`,
  heard({ line: { ...PLAIN.line, hold: true, mute_direction: 'out' } }),
);

stories(
  'recording_start',
  `
   records                         | {}             | | record wav 0s 0s none, at next
   with all its limits             | {"format":"mp3","end_of_silence":3,"end_of_key":"#","duration":60,"beep_start":true} | | record mp3 60s 3s # beep, at next`,
);
stories('recording_start', `once at a time | {} | | (it is being recorded already), at next`, {
  ...heard({ recording_id: 'before' }),
});
stories('recording_stop', `stops | {} | | record_stop, at next`, heard({ recording_id: 'before' }));
stories('recording_stop', `there is none | {} | | (the call is not recorded), at next`);
describe('recording_start', () => {
  it('names the recording for later actions, and only if it is one', () => {
    const { variables } = tell('recording_start', { format: 'ogg' }, '').run;
    const told = ['id', 'reference_type', 'reference_id', 'format'].map(
      (name) => variables[`voipbin.recording.${name}`],
    );
    assert.deepEqual(told.slice(1), ['call', 'call', 'ogg']);
    assert.match(String(told[0]), /^[0-9a-f-]{36}$/);
    const twice = tell('recording_start', {}, '', heard({ recording_id: 'before' })).run;
    assert.equal(twice.variables['voipbin.recording.id'], undefined);
  });
  it('can be stopped in the same breath', () => {
    const { orders } = beginTale([{ type: 'recording_start' }, { type: 'recording_stop' }]);
    const done = orders.map((order) => order.give === 'instruct' && order.instruction.do);
    assert.deepEqual(done, ['record_start', 'record_stop']);
  });
});

stories(
  'external_media_start',
  `
   streams                         | {"external_host":"media:4000","direction":"in"} | | stream media:4000 in, at next
   a host that came to nothing     | {"external_host":"\${none}"}  | | (external_host came to nothing), at next`,
);
stories(
  'external_media_start',
  `one at a time | {"external_host":"media:4000"} | | (its sound is streamed already), at next`,
  heard({ stream_id: 'before' }),
);
stories('external_media_stop', `stops | {} | | stream_stop, at next`, heard({ stream_id: 'x' }));
stories('external_media_stop', `there is none | {} | | (its sound is not streamed), at next`);

stories(
  'stream_echo',
  `
   echoes                          | {"duration":1000} |        | stream_echo 1000, wake 11000, at here
   three minutes for 0             | {"duration":0}    |        | stream_echo 180000, wake 190000, at here
   goes on at the end              | {}                | fin    | stream_echo 180000, at next
   goes on when it cannot          | {}                | failed | stream_echo 180000, (no such voice), at next
   a lost end holds up nothing     | {}                | timer  | stream_echo 180000, stop, at next`,
);

stories(
  'block',
  `
   waits                           | {} |                      | at here
   through whatever comes          | {} | keys:1 timer master  | at here
   until it is told to go on       | {} | go:yes               | at next`,
);
describe('block', () => {
  it('sets what it is told', () => {
    assert.equal(tell('block', {}, 'go:yes').run.variables['answer'], 'yes');
  });
});

stories(
  'condition_call_digits',
  `
   none pressed                    | {"length":1,"false_target_id":"other"} | | at other
   any will do                     | {"false_target_id":"other"}            | | at next`,
);
describe('condition_call_digits', () => {
  const at = (option: object, digits: string): string | undefined => {
    const list = [
      { type: 'condition_call_digits', option: { ...option, false_target_id: 'other' } },
      { id: 'next', type: 'rest' },
      { id: 'other', type: 'rest' },
    ];
    return beginTale(list, callOf(), { 'voipbin.call.digits': digits }).run.current_action?.id;
  };
  it('counts the keys, or looks for one of them', () => {
    assert.equal(at({ length: 3 }, '123'), 'next');
    assert.equal(at({ length: 4 }, '123'), 'other');
    assert.equal(at({ length: 4, key: '#3' }, '123'), 'next');
    assert.equal(at({ key: '#' }, '123'), 'other');
  });
});
stories(
  'condition_call_status',
  `
   it has it                       | {"status":"progressing","false_target_id":"other"} | | at next
   it has another                  | {"status":"ringing","false_target_id":"other"}     | | at other`,
);

stories(
  'tag',
  `
   notes                           | {"data":{"a":"\${tier}"}} | | tag {"a":"gold"}, at next`,
);
describe('tag', () => {
  it('notes no more than a call can bear', () => {
    const metadata = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`n${n}`, '']));
    const full = callOf({ metadata });
    const { run } = tell('tag', { data: { more: '1' } }, '', full);
    assert.equal(run.skipped[0]?.why, 'the call would have 51 notes');
    assert.equal(tell('tag', { data: { n1: '1' } }, '', full).orders.length, 1);
  });
});
