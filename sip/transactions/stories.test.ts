import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NO_HEADERS } from '../headers.ts';
import { NO_BODY, reasonPhrase, type SipResponse } from '../message.ts';
import { nameAddr } from '../name_addr.ts';
import { sipUri } from '../uri.ts';
import { client, type ClientEvent, openClient } from './client.ts';
import { inviteClient, type InviteClientEvent, openInviteClient } from './invite_client.ts';
import { inviteServer, type InviteServerEvent, openInviteServer } from './invite_server.ts';
import { openServer, server, type ServerEvent } from './server.ts';
import type { Act, Taken } from './transaction.ts';

function answer(status: number): SipResponse {
  const reason = reasonPhrase(status);
  const [from, to] = [nameAddr(sipUri('a', 'h')), nameAddr(sipUri('b', 'h'))];
  const cseq = { number: 1, method: 'INVITE' };
  const plain = { vias: [], from, to, call_id: 'c', cseq, headers: NO_HEADERS, body: NO_BODY };
  return { kind: 'response', status, reason, ...plain };
}

/** An act in a few words: `send 200`, `start A 1000`, `tell 180`. */
function words(act: Act): string {
  switch (act.do) {
    case 'start':
      return `start ${act.timer} ${act.after_ms}`;
    case 'stop':
      return `stop ${act.timer}`;
    case 'send_response':
      return `send ${act.response.status}`;
    case 'send_ack':
      return `ack ${act.response.status}`;
    case 'tell_response':
      return `tell ${act.response.status}`;
    case 'tell_failure':
      return `tell ${act.failure}`;
    default:
      return act.do.replace('_', ' ');
  }
}

interface Machine<State, Event> {
  readonly open: (wire: { is_reliable: boolean }) => Taken<State>;
  readonly step: (state: State, event: Event) => Taken<State>;
  /** A story's word, as an event: a number is an answer, a letter a timer. */
  readonly event: (word: string) => Event;
}
/** What happens, and what is done: `word: acts`. The first line is the opening. */
type Story = readonly string[];

function tell<State extends { readonly in: string }, Event>(
  machine: Machine<State, Event>,
  is_reliable: boolean,
  story: Story,
): void {
  let taken = machine.open({ is_reliable });
  const told = [`open: ${taken.acts.map(words).join(', ')}`];
  for (const line of story.slice(1)) {
    const [word = ''] = line.split(':');
    taken = machine.step(taken.state, machine.event(word));
    told.push(`${word}: ${[taken.state.in, ...taken.acts.map(words)].join(', ')}`);
  }
  assert.deepEqual(told, story);
}

function eventOf(answered: 'response' | 'respond', word: string): object {
  if (/^\d+$/.test(word)) return { type: answered, response: answer(Number(word)) };
  if (word === 'trying') return { type: 'trying', response: answer(100) };
  return /^[A-Z]$/.test(word) ? { type: 'timer', timer: word } : { type: word };
}

const INVITE_CLIENT: Machine<ReturnType<typeof openInviteClient>['state'], InviteClientEvent> = {
  open: openInviteClient,
  step: inviteClient,
  event: (word) => eventOf('response', word) as InviteClientEvent,
};
const CLIENT: Machine<ReturnType<typeof openClient>['state'], ClientEvent> = {
  open: openClient,
  step: client,
  event: (word) => eventOf('response', word) as ClientEvent,
};
const INVITE_SERVER: Machine<ReturnType<typeof openInviteServer>['state'], InviteServerEvent> = {
  open: openInviteServer,
  step: inviteServer,
  event: (word) => eventOf('respond', word) as InviteServerEvent,
};
const SERVER: Machine<ReturnType<typeof openServer>['state'], ServerEvent> = {
  open: openServer,
  step: server,
  event: (word) => eventOf('respond', word) as ServerEvent,
};

describe('an INVITE we send', () => {
  it('is repeated at growing intervals, and given up after 32 s', () => {
    tell(INVITE_CLIENT, false, [
      'open: send request, start A 500, start B 32000',
      'A: calling, send request, start A 1000',
      'A: calling, send request, start A 2000',
      'B: terminated, tell timeout, end',
      '200: terminated',
    ]);
  });
  it('is not repeated once somebody rings, and acknowledges each repeated refusal', () => {
    tell(INVITE_CLIENT, false, [
      'open: send request, start A 500, start B 32000',
      '100: proceeding, tell 100',
      'A: proceeding',
      'B: proceeding',
      '486: completed, ack 486, tell 486, start D 32000',
      '486: completed, ack 486',
      '180: completed',
      'D: terminated, end',
    ]);
  });
  it('passes every 200 on, from whoever answers', () => {
    tell(INVITE_CLIENT, false, [
      'open: send request, start A 500, start B 32000',
      '200: accepted, tell 200, start M 32000',
      '200: accepted, tell 200',
      '486: accepted',
      'transport_error: accepted',
      'M: terminated, end',
    ]);
  });
  it('is over with its refusal on a reliable transport, and with a broken one', () => {
    tell(INVITE_CLIENT, true, [
      'open: send request, start B 32000',
      '503: terminated, ack 503, tell 503, end',
    ]);
    tell(INVITE_CLIENT, true, [
      'open: send request, start B 32000',
      'transport_error: terminated, tell transport_error, end',
    ]);
  });
});

describe('another request we send', () => {
  it('is repeated up to every four seconds, also after a 1xx, and given up', () => {
    tell(CLIENT, false, [
      'open: send request, start E 500, start F 32000',
      'E: trying, send request, start E 1000',
      'E: trying, send request, start E 2000',
      'E: trying, send request, start E 4000',
      'E: trying, send request, start E 4000',
      '100: proceeding, tell 100',
      'E: proceeding, send request, start E 4000',
      'F: terminated, tell timeout, end',
    ]);
  });
  it('absorbs repeated answers for five seconds', () => {
    tell(CLIENT, false, [
      'open: send request, start E 500, start F 32000',
      '200: completed, tell 200, start K 5000',
      '200: completed',
      'E: completed',
      'F: completed',
      'K: terminated, end',
    ]);
  });
  it('is over with its answer on a reliable transport', () => {
    tell(CLIENT, true, ['open: send request, start F 32000', '200: terminated, tell 200, end']);
  });
});

describe('an INVITE we receive', () => {
  it('is answered 100 by itself, and again whatever was said last', () => {
    tell(INVITE_SERVER, false, [
      'open: start trying 200',
      'request: proceeding',
      'trying: proceeding, stop trying, send 100',
      'request: proceeding, send 100',
      '180: proceeding, stop trying, send 180',
      'trying: proceeding',
      'request: proceeding, send 180',
    ]);
  });
  it('repeats its refusal until the ACK comes, and then absorbs more of them', () => {
    tell(INVITE_SERVER, false, [
      'open: start trying 200',
      '486: completed, stop trying, send 486, start G 500, start H 32000',
      'G: completed, send 486, start G 1000',
      'request: completed, send 486',
      'ack: confirmed, start I 5000',
      'request: confirmed',
      'G: confirmed',
      'I: terminated, end',
    ]);
  });
  it('gives up a refusal nobody acknowledges', () => {
    tell(INVITE_SERVER, true, [
      'open: start trying 200',
      '500: completed, stop trying, send 500, start H 32000',
      'H: terminated, tell timeout, end',
    ]);
  });
  it('leaves a 200 and its ACK to the dialog', () => {
    tell(INVITE_SERVER, false, [
      'open: start trying 200',
      '200: accepted, stop trying, send 200, start L 32000',
      'request: accepted',
      '200: accepted, send 200',
      '486: accepted',
      'ack: accepted, tell ack',
      'transport_error: accepted, tell transport_error',
      'L: terminated, end',
    ]);
  });
  it('is over with the ACK on a reliable transport', () => {
    tell(INVITE_SERVER, true, [
      'open: start trying 200',
      '404: completed, stop trying, send 404, start H 32000',
      'ack: terminated, end',
    ]);
  });
});

describe('another request we receive', () => {
  it('is answered the same again for 32 s', () => {
    tell(SERVER, false, [
      'open: ',
      'request: trying',
      '100: proceeding, send 100',
      'request: proceeding, send 100',
      '200: completed, send 200, start J 32000',
      'request: completed, send 200',
      '500: completed',
      'J: terminated, end',
      'request: terminated',
    ]);
  });
  it('is over with its answer on a reliable transport, or when it cannot be sent', () => {
    tell(SERVER, true, ['open: ', '200: terminated, send 200, end']);
    tell(SERVER, false, [
      'open: ',
      '200: completed, send 200, start J 32000',
      'transport_error: terminated, tell transport_error, end',
    ]);
  });
});
