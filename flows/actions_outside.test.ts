import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Call } from '../calls/call.ts';
import { beginTale, callOf, factOf, stories, tel, tell, tellNext } from '../tests/flow_stories.ts';

const RINGING = { direction: 'incoming', status: 'ringing' } as Partial<Call>;
const HOOK = '"uri":"https://a/hook"';

stories(
  'webhook_send',
  `
   sends and goes on               | {${HOOK}}             |              | POST https://a/hook, at next
   waits for the reply if asked    | {${HOOK},"sync":true} |              | POST https://a/hook, wake 60000, at here
   goes on with the reply          | {${HOOK},"sync":true} | reply:500:no | POST https://a/hook, at next
   goes on without a reply         | {${HOOK},"sync":true} | no-reply     | POST https://a/hook, at next
   a lost reply holds up nothing   | {${HOOK},"sync":true} | timer        | POST https://a/hook, at next
   waits through keys              | {${HOOK},"sync":true} | keys:1       | POST https://a/hook, at here
   has nowhere to send it          | {"uri":"\${none}"}    |              | at next`,
);

describe('webhook_send', () => {
  const variable = (name: string, events: string): string | undefined =>
    tell('webhook_send', { uri: 'https://a/hook', sync: true }, events).run.variables[name];

  it('tells the reply in variables', () => {
    assert.equal(variable('voipbin.webhook.status_code', 'reply:404:gone'), '404');
    assert.equal(variable('voipbin.webhook.body', 'reply:404:gone'), 'gone');
  });
  it('keeps the first 16,384 characters of the body', () => {
    const body = variable('voipbin.webhook.body', `reply:200:${'x'.repeat(20_000)}`);
    assert.equal(body?.length, 16_384);
  });
  it('tells a reply that never came as status 0', () => {
    assert.equal(variable('voipbin.webhook.status_code', 'no-reply'), '0');
    assert.equal(variable('voipbin.webhook.status_code', 'timer'), '0');
  });
  it('sends the data as it stands, and none with GET', () => {
    const order = (option: object) => tell('webhook_send', option, '').orders[0];
    const sent = { uri: 'https://a', data: '{"t":"${tier}"}', method: 'PUT' };
    assert.deepEqual(order(sent), {
      give: 'request',
      order: {
        method: 'PUT',
        url: 'https://a',
        content_type: 'application/json',
        body: '{"t":"gold"}',
        awaited: false,
      },
    });
    const bare = order({ ...sent, method: 'GET' });
    assert.equal(bare?.give === 'request' ? bare.order.body : '', null);
    assert.equal(bare?.give === 'request' ? bare.order.content_type : '', null);
  });
});

const MENU = '[{"id":"in","type":"talk","option":{"text":"In"}}]';
const MENU_URL = '"event_url":"https://a/menu"';
stories(
  'fetch',
  `
   asks                            | {${MENU_URL}} |                           | POST https://a/menu, wake 60000, at here
   asks with GET                   | {${MENU_URL},"event_method":"GET"} |      | GET https://a/menu, wake 60000, at here
   runs a list                     | {${MENU_URL}} | reply:200:${MENU}         | POST https://a/menu, say In, wake 60600, at in
   goes on after the list          | {${MENU_URL}} | reply:200:${MENU} fin     | POST https://a/menu, say In, at next
   runs VoIPBIN's form of a list   | {${MENU_URL}} | reply:200:{"actions":${MENU}} | POST https://a/menu, say In, wake 60600, at in
   an empty list is run at once    | {${MENU_URL}} | reply:200:[]              | POST https://a/menu, at next
   a list may name outer actions   | {${MENU_URL}} | reply:200:[{"type":"goto","option":{"target_id":"other"}}] | POST https://a/menu, at other
   fails without a reply           | {${MENU_URL}} | no-reply                  | POST https://a/menu, action_failed normal (fetch here: down)
   fails when the reply is lost    | {${MENU_URL}} | timer                     | POST https://a/menu, action_failed normal (fetch here: the server did not answer)
   fails on an error               | {${MENU_URL}} | reply:302:x               | POST https://a/menu, action_failed normal (fetch here: the server answered with status 302)
   fails on what is not JSON       | {${MENU_URL}} | reply:200:<xml>           | POST https://a/menu, action_failed normal (fetch here: the answer is not JSON)
   fails on what is no list        | {${MENU_URL}} | reply:200:{}              | POST https://a/menu, action_failed normal (fetch here: the answer is not a list of actions: it must be a list of actions)
   fails on unknown actions        | {${MENU_URL}} | reply:200:[{"type":"sing"}] | POST https://a/menu, action_failed normal (fetch here: the answer is not a list of actions: /0/type is not a known action)
   waits through keys              | {${MENU_URL}} | keys:1                    | POST https://a/menu, at here`,
);

describe('fetch', () => {
  it('tells the server about the call', () => {
    const [order] = tell('fetch', { event_url: 'https://a' }, '').orders;
    const body = order?.give === 'request' ? (order.order.body ?? '') : '';
    const told = JSON.parse(body) as { call_id: string; variables: Record<string, string> };
    assert.equal(told.call_id, 'call');
    assert.equal(told.variables['tier'], 'gold');
    assert.equal(told.variables['voipbin.call.destination.target'], '+4930');
  });
});

const FLOW = '0190a3c4-7b1e-7c00-8000-0123456789ab';
stories(
  'fetch_flow',
  `
   reads the flow                  | {"flow_id":"${FLOW}"} |                   | read ${FLOW}, wake 60000, at here
   runs its actions                | {"flow_id":"${FLOW}"} | reply:200:${MENU} | read ${FLOW}, say In, wake 60600, at in
   fails when there is none        | {"flow_id":"${FLOW}"} | no-reply          | read ${FLOW}, action_failed normal (fetch_flow here: there is no flow ${FLOW}: down)
   fails when it is no longer fit  | {"flow_id":"${FLOW}"} | reply:200:[1]     | read ${FLOW}, action_failed normal (fetch_flow here: the answer is not a list of actions: /0 must be an object)
   fails when the reply is lost    | {"flow_id":"${FLOW}"} | timer             | read ${FLOW}, action_failed normal (fetch_flow here: the flow was not found in time)
   waits through keys              | {"flow_id":"${FLOW}"} | keys:1            | read ${FLOW}, at here`,
);

const ONE = '"destinations":[{"type":"tel","target":"+1"}]';
const AGENT = '"destinations":[{"type":"agent","target":"a1"}]';
const TWO = '"destinations":[{"type":"tel","target":"+1"},{"type":"tel","target":"+2"}]';
stories(
  'connect',
  `
   calls                           | {${ONE}} |                               | chain +1, at here
   calls with early media          | {${ONE},"early_media":true} |            | join, chain +1 early, at here
   joins when it answers           | {${ONE}} | child0:answered               | chain +1, join, at here
   goes on after the talk          | {${ONE}} | child0:answered child0:normal | chain +1, join, leave, at next
   goes on unanswered              | {${ONE}} | child0:busy                   | chain +1, at next
   relays the reason               | {${ONE},"relay_reason":true} | child0:busy | chain +1, finished busy
   relays the end of the talk      | {${ONE},"relay_reason":true} | child0:answered child0:normal | chain +1, join, leave, finished normal
   fails when it cannot be called  | {${ONE}} | child0:refused                | chain +1, action_failed normal (connect here: no destination could be called: no_route)
   a repeated end counts once      | {${ONE}} | child0:busy child0:busy       | chain +1, at next
   rings several as a groupcall    | {${TWO}} |                               | ring +1 +2, at here
   rings an agent as a groupcall   | {${AGENT}} |                             | ring a1, at here
   joins whoever answers           | {${TWO}} | group:answered                | ring +1 +2, join, at here
   goes on when nobody answered    | {${TWO}} | group:noanswer                | ring +1 +2, at next
   goes on after the group's talk  | {${TWO}} | group:answered group:normal   | ring +1 +2, join, leave, at next
   relays the group's reason       | {${TWO},"relay_reason":true} | group:busy | ring +1 +2, finished busy
   fails when none can be called   | {${TWO}} | group:refused                 | ring +1 +2, action_failed normal (connect here: no destination could be called: no_route)
   strangers do not matter         | {${ONE}} | child9:answered child9:busy group:answered | chain +1, at here
   waits through keys              | {${ONE}} | keys:1 answered               | chain +1, at here`,
);
stories(
  'connect',
  `
   answers the caller when answered | {${ONE}} | child0:answered          | chain +1, answer, at here
   joins once both have answered   | {${ONE}} | child0:answered answered | chain +1, answer, join, at here
   a caller who gave up leaves no room | {${ONE}} | child0:answered child0:normal | chain +1, answer, at next`,
  callOf(RINGING),
);
stories(
  'connect',
  `
   an unanswered leg of ours joins when it is | {${ONE}} | child0:answered answered | chain +1, join, at here`,
  callOf({ status: 'ringing', early_execution: true }),
);

describe('connect', () => {
  it('calls into one room, which it joins itself, under names that stay', () => {
    const tale = tell('connect', { destinations: [tel('+1'), tel('+2')] }, 'group:answered');
    const rooms = tale.orders.map((order) => {
      if (order.give === 'child' || order.give === 'group_open') return order.order.room_id;
      return 'instruction' in order && 'room_id' in order.instruction && order.instruction.room_id;
    });
    assert.equal(new Set(rooms).size, 1);
    assert.deepEqual(
      tell('connect', { destinations: [tel('+1'), tel('+2')] }, 'group:answered'),
      tale,
    );
  });
  it('calls from our own side of the call where no source is named', () => {
    const sourceOf = (call: Call, option: object): string => {
      const [order] = tell('connect', { destinations: [tel('+1')], ...option }, '', call).orders;
      return order?.give === 'child' ? order.order.source.target : '';
    };
    assert.equal(sourceOf(callOf(), {}), '+1500');
    assert.equal(sourceOf(callOf({ direction: 'incoming' }), {}), '+4930');
    assert.equal(sourceOf(callOf(), { source: tel('+33') }), '+33');
  });
  it('calls anew when it is met again', () => {
    const again = [
      { id: 'here', type: 'connect', option: { destinations: [tel('+1')] } },
      { type: 'goto', option: { target_id: 'here' } },
    ];
    const begun = beginTale(again);
    const tale = tellNext(begun, factOf('child0:busy', begun));
    const ids = tale.orders.map((order) => order.give === 'child' && order.order.call_id);
    assert.equal(new Set(ids).size, 2);
  });
});

const TALK = '"actions":[{"type":"talk","option":{"text":"${tier}"}}]';
stories(
  'call',
  `
   calls and goes on               | {${TWO},${TALK}} |                 | call +1, call +2, at next
   calls as part of this call      | {${ONE},${TALK},"chained":true} |  | chain +1, at next
   calls with a flow begun early   | {${ONE},"flow_id":"${FLOW}","early_execution":true} |  | call +1 early, at next
   is not concerned any more       | {${ONE},${TALK}} | child0:refused  | call +1, at next`,
);

describe('call', () => {
  const orderOf = (option: object) => {
    const [order] = tell('call', { destinations: [tel('+1')], ...option }, '').orders;
    assert.ok(order?.give === 'child');
    return order.order;
  };

  it('leaves the variables of the new flow to the new call, and hands it its own', () => {
    const actions = [{ type: 'talk', option: { text: '${tier}' } }];
    const order = orderOf({ actions });
    assert.match(JSON.stringify(order.actions), /\$\{tier\}/);
    assert.deepEqual(order.variables, { tier: 'gold', one: '1' });
    assert.equal(order.flow_id, null);
  });
  it('names the flow, or takes the null id for none', () => {
    assert.equal(orderOf({ flow_id: FLOW }).flow_id, FLOW);
    assert.equal(orderOf({ flow_id: FLOW }).actions, null);
    const none = '00000000-0000-0000-0000-000000000000';
    assert.equal(orderOf({ flow_id: none, actions: [{ type: 'hangup' }] }).flow_id, null);
  });
});
