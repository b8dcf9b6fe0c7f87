import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Call } from '../calls/call.ts';
import { beginTale, callOf, factOf, stories, tell, tellNext } from '../tests/flow_stories.ts';
import { valueOf } from './variables.ts';

const RINGING = { direction: 'incoming', status: 'ringing', tm_ringing: 0 } as Partial<Call>;

stories(
  'answer',
  `
   answers a ringing leg           | {} |            | answer, wake 30000, at here
   goes on when it is answered     | {} | answered   | answer, at next
   a carrier's "done" is no answer | {} | fin        | answer, at here
   fails when the carrier refuses  | {} | failed     | answer, action_failed normal (answer here: no such voice)
   fails when nobody answers       | {} | timer      | answer, action_failed normal (answer here: the carrier did not answer)
   waits through keys              | {} | keys:1     | answer, at here`,
  callOf(RINGING),
);
stories('answer', `an answered leg goes on at once | {} |  | at next`);

stories(
  'talk',
  `
   speaks                          | {"text":"Hi"} |           | say Hi, wake 60600, at here
   goes on at the last word        | {"text":"Hi"} | fin       | say Hi, at next
   skips what cannot be spoken     | {"text":"Hi"} | failed    | say Hi, (no such voice), at next
   is not deceived by other media  | {"text":"Hi"} | fin-other | say Hi, at here
   a lost end holds up nothing     | {"text":"Hi"} | timer     | say Hi, stop, at next
   another timer is not its own    | {"text":"Hi"} | dial-timer | say Hi, at here
   keys do not interrupt it        | {"text":"Hi"} | keys:1    | say Hi, at here
   keys skip it if asked           | {"text":"Hi","digits_handle":"next"} | keys:1 | say Hi, stop, at next
   goes on while it speaks         | {"text":"Hi","async":true} |   | say Hi, at next
   fills in variables              | {"text":"You are \${tier}\${none}."} |  | say You are gold., wake 63900, at here
   has nothing to say              | {"text":"\${none}"} |           | at next`,
);

stories(
  'play',
  `
   plays                           | {"stream_urls":["https://a/1","https://a/2"]} |  | play https://a/1 https://a/2, wake 3600000, at here
   goes on at the end              | {"stream_urls":["https://a/1"]} | fin    | play https://a/1, at next
   skips what cannot be played     | {"stream_urls":["https://a/1"]} | failed | play https://a/1, (no such voice), at next
   a lost end holds up nothing     | {"stream_urls":["https://a/1"]} | timer  | play https://a/1, stop, at next
   waits through keys              | {"stream_urls":["https://a/1"]} | keys:1 | play https://a/1, at here
   has nothing to play             | {"stream_urls":["\${none}"]}    |        | at next`,
);

stories(
  'beep',
  `
   beeps                           | {} |        | beep, wake 10000, at here
   goes on after the tone          | {} | fin    | beep, at next
   goes on without a tone          | {} | failed | beep, (no such voice), at next
   a lost end holds up nothing     | {} | timer  | beep, at next
   waits through keys              | {} | keys:1 | beep, at here`,
);

stories(
  'sleep',
  `
   sleeps                          | {"duration":1000} |        | wake 1000, at here
   wakes                           | {"duration":1000} | timer  | at next
   sleeps through keys             | {"duration":1000} | keys:1 | at here`,
);

stories(
  'digits_send',
  `
   sends                           | {"digits":"12#","duration":100,"interval":50} | | send 12#, wake 30400, at here
   goes on at the last tone        | {"digits":"1"} | fin    | send 1, at next
   goes on when it cannot          | {"digits":"1"} | failed | send 1, (no such voice), at next
   a lost end holds up nothing     | {"digits":"1"} | timer  | send 1, at next
   waits through keys              | {"digits":"1"} | keys:2 | send 1, at here
   sends only keys                 | {"digits":"\${tier}\${one}"} | | send 1, wake 30250, at here
   has nothing to send             | {"digits":"\${tier}"} |     | at next`,
);

stories(
  'echo',
  `
   echoes                          | {"duration":1000} |        | echo 1000, wake 11000, at here
   echoes three minutes for 0      | {"duration":0}    |        | echo 180000, wake 190000, at here
   goes on at the end              | {}                | fin    | echo 180000, at next
   goes on when it cannot          | {}                | failed | echo 180000, (no such voice), at next
   a lost end holds up nothing     | {}                | timer  | echo 180000, stop, at next
   waits through keys              | {}                | keys:1 | echo 180000, at here`,
);

stories(
  'digits_receive',
  `
   waits for keys                  | {}                       |                | wake 10000, at here
   one key is enough               | {}                       | keys:1         | at next
   waits for all of them           | {"length":2}             | keys:1         | at here
   has all of them                 | {"length":2}             | keys:1 keys:2  | at next
   ends at its key                 | {"length":9,"key":"#*"}  | keys:12*       | at next
   ends when time is up            | {"length":9}             | keys:1 timer   | at next
   is not moved by other events    | {}                       | fin-other master | at here`,
);

describe('digits_receive', () => {
  const digits = (type: string, option: object, events: string): string =>
    valueOf(tell(type, option, events).run.variables, 'voipbin.call.digits');

  it('keeps the digits without the key that ended them', () => {
    assert.equal(digits('digits_receive', { length: 9, key: '#' }, 'keys:12#'), '12');
  });
  it('keeps what came before the time was up', () => {
    assert.equal(digits('digits_receive', { length: 9 }, 'keys:12 timer'), '12');
  });
  it('passes at once on keys pressed before, and takes none twice', () => {
    const receive = { type: 'digits_receive', option: { length: 2 } };
    const talk = { type: 'talk', option: { text: 'Hi' } };
    const begun = beginTale([talk, receive, { ...receive, id: 'second' }]);
    const pressed = tellNext(begun, { type: 'digits_pressed', digits: '123' });
    const told = tellNext(pressed, factOf('fin', pressed));
    assert.equal(told.run.current_action?.id, 'second');
    assert.equal(told.run.variables['voipbin.call.digits'], '3');
    assert.equal(told.last.wake.set, 10_000);
  });
});

stories(
  'branch',
  `
   goes where the value says       | {"variable":"tier","target_ids":{"gold":"other"}}    |  | at other
   a name may be written as \${}   | {"variable":"\${tier}","target_ids":{"gold":"other"}} |  | at other
   goes elsewhere for the rest     | {"variable":"none","target_ids":{},"default_target_id":"other"} |  | at other
   goes on where none is named     | {"target_ids":{"1":"other"}}                         |  | at next
   a target that is not there      | {"variable":"tier","target_ids":{"gold":"gone"}}     |  | target_missing normal (branch here names gone, which is not there)
   a value is only a value         | {"variable":"one","target_ids":{"constructor":"other"}} |  | at next`,
);

describe('branch', () => {
  it('takes values for values, whatever objects have by nature', () => {
    const option = { variable: 'tier', target_ids: {}, default_target_id: 'other' };
    const list = [
      { type: 'branch', option },
      { id: 'other', type: 'rest' },
    ];
    const { run } = beginTale(list, callOf(), { tier: 'constructor' });
    assert.equal(run.current_action?.id, 'other');
  });
  it('clears what it has read', () => {
    const told = tell('branch', { variable: 'tier', target_ids: { gold: 'other' } }, '');
    assert.equal(told.run.variables['tier'], '');
  });
  it('has read the keys, also those no digits_receive took', () => {
    const next = { text: 'Hi', digits_handle: 'next' };
    const menu = [
      { type: 'talk', option: next },
      { type: 'branch', option: { target_ids: { '1': 'more' } } },
      { id: 'more', type: 'digits_receive' },
    ];
    const told = tellNext(beginTale(menu), { type: 'digits_pressed', digits: '1' });
    assert.equal(told.run.current_action?.id, 'more');
  });
});

const VARIABLE = '"false_target_id":"other"';
stories(
  'condition_variable',
  `
   a bare name                     | {"condition":"==","variable":"tier","value_string":"gold",${VARIABLE}} |  | at next
   a place                         | {"condition":"==","variable":"\${tier}","value_string":"gold",${VARIABLE}} |  | at next
   a text with places              | {"condition":"==","variable":"a \${tier}","value_string":"a gold",${VARIABLE}} |  | at next
   a text that was filled in before | {"condition":"==","variable":"5","value_type":"number","value_number":5,${VARIABLE}} |  | at next
   a variable that is not set      | {"condition":"==","variable":"none",${VARIABLE}} |  | at next
   not equal                       | {"condition":"!=","variable":"tier","value_string":"gold",${VARIABLE}} |  | at other
   less, as texts                  | {"condition":"<","variable":"tier","value_string":"h",${VARIABLE}} |  | at next
   greater, as numbers             | {"condition":">","variable":"one","value_type":"number","value_number":0.5,${VARIABLE}} |  | at next
   at least, as numbers            | {"condition":">=","variable":"one","value_type":"number","value_number":2,${VARIABLE}} |  | at other
   no number compares              | {"condition":"<=","variable":"none","value_type":"number","value_number":0,${VARIABLE}} |  | at other
   no number is unequal            | {"condition":"!=","variable":"tier","value_type":"number","value_number":0,${VARIABLE}} |  | at next
   as long as                      | {"condition":"<=","variable":"tier","value_type":"length","value_length":4,${VARIABLE}} |  | at next`,
);

// The stories are told on Monday, 2026-11-23, at 14:30 UTC: 15:30 in Berlin, 23:30 in Seoul.
stories(
  'condition_datetime',
  `
   now is later                    | {"condition":">=","hour":9,${VARIABLE}}               |  | at next
   now is not earlier              | {"condition":"<","hour":9,${VARIABLE}}                |  | at other
   fields are one moment           | {"condition":">=","hour":13,"minute":45,${VARIABLE}}  |  | at next
   the smaller field decides last  | {"condition":">","hour":14,"minute":30,${VARIABLE}}   |  | at other
   the very minute                 | {"condition":"==","hour":14,"minute":30,${VARIABLE}}  |  | at next
   in another zone                 | {"condition":"==","hour":23,"timezone":"Asia/Seoul",${VARIABLE}} |  | at next
   any time                        | {"condition":"==",${VARIABLE}}                        |  | at next
   never another than any          | {"condition":"!=",${VARIABLE}}                        |  | at other
   a weekday                       | {"condition":"==","weekdays":[1,2],${VARIABLE}}       |  | at next
   not that weekday                | {"condition":"==","weekdays":[0],${VARIABLE}}         |  | at other
   any but that weekday            | {"condition":"!=","weekdays":[1],${VARIABLE}}         |  | at other
   a day of the year               | {"condition":"==","month":11,"day":23,${VARIABLE}}    |  | at next
   after it                        | {"condition":">","month":12,"day":1,${VARIABLE}}      |  | at other
   a zone that is none             | {"condition":"==","timezone":"\${tier}",${VARIABLE}}  |  | action_failed normal (condition_datetime here: there is no time zone gold)`,
);

stories(
  'goto',
  `
   goes there                      | {"target_id":"other"}                |  | at other
   never goes                      | {"target_id":"other","loop_count":0} |  | at next
   a target that is not there      | {"target_id":"gone"}                 |  | target_missing normal (goto here names gone, which is not there)
   the end of the flow             | {"target_id":"00000000-0000-0000-0000-000000000002"} |  | finished normal`,
);

stories(
  'variable_set',
  `
   sets                            | {"key":"name","value":"x"}     |  | at next
   a name that came to nothing     | {"key":"\${none}","value":"x"} |  | at next`,
);

describe('variable_set', () => {
  it('sets what later actions read', () => {
    const told = tell('variable_set', { key: 'name', value: '${tier}!' }, '');
    assert.equal(told.run.variables['name'], 'gold!');
  });
});

const OTHER = '0190a3c4-7b1e-7c00-8000-0123456789ab';
stories(
  'hangup',
  `
   hangs up                        | {"reason":"busy"} |  | finished busy
   hangs up normally               | {}                |  | finished normal
   asks how another call ended     | {"reference_id":"${OTHER}"} |                | reason of ${OTHER}, wake 30000, at here
   and ends as that did            | {"reference_id":"${OTHER}"} | reply:200:noanswer | reason of ${OTHER}, finished noanswer
   or as written, if it has not    | {"reference_id":"${OTHER}","reason":"busy"} | no-reply | reason of ${OTHER}, finished busy
   or if nobody knows              | {"reference_id":"${OTHER}"} | timer          | reason of ${OTHER}, finished normal
   a word that is no reason        | {"reference_id":"${OTHER}"} | reply:200:x    | reason of ${OTHER}, finished normal
   an id that came to nothing      | {"reference_id":"\${none}"} |               | finished normal`,
);
stories('stop', `ends the flow | {} |  | finished normal`);
