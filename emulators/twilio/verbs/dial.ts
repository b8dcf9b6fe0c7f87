import { depart, enter } from '../conferences.ts';
import { hangUp, makeCall, queueCall } from '../lifecycle.ts';
import {
  actionOf,
  hear,
  hookIn,
  type Next,
  ON,
  pickUp,
  type Stage,
  type Verb,
  wholeIn,
} from '../stage.ts';
import { unlessStopped } from '../../waiting.ts';
import { type Call, isOver, type StatusHook } from '../state.ts';
import type { Element } from '../twiml.ts';

/** What became of a Dial, as its action is told. */
interface Outcome {
  readonly status: string;
  readonly sid: string | null;
  readonly ms: number;
}

export const dial: Verb = async (stage, element) => {
  const room = element.children.find(({ name }) => name === 'Conference');
  if (room !== undefined) {
    pickUp(stage);
    return after(stage, element, await meet(stage, room));
  }
  if (element.attributes['answerOnBridge'] !== 'true') pickUp(stage);
  return after(stage, element, await callOut(stage, element));
};

function after(stage: Stage, element: Element, outcome: Outcome): Next {
  if (element.attributes['action'] === undefined) return ON;
  const params = {
    DialCallStatus: outcome.status,
    DialBridged: String(outcome.status === 'completed'),
    ...(outcome.sid === null ? {} : { DialCallSid: outcome.sid }),
    ...(outcome.status === 'completed'
      ? { DialCallDuration: String(Math.round(outcome.ms / 1_000)) }
      : {}),
  };
  return { go: 'to', document: actionOf(stage, element, { tag: 'dial', params }) };
}

function flag(element: Element, name: string, preset: boolean): boolean {
  const value = element.attributes[name];
  return value === undefined ? preset : value === 'true';
}

/** Joins a conference and stays until it is left, or ends. */
async function meet(stage: Stage, element: Element): Promise<Outcome> {
  const { world, call } = stage;
  const { attributes } = element;
  const since = world.clock.now();
  const name = element.text.trim();
  hear(stage, `conference: ${name}`);
  const { participant, left } = enter(world, call, {
    name,
    label: attributes['participantLabel'] ?? null,
    start_on_enter: flag(element, 'startConferenceOnEnter', true),
    end_on_exit: flag(element, 'endConferenceOnExit', false),
    muted: flag(element, 'muted', false),
    coaching: attributes['coach'] ?? null,
    report: statusHook(stage, element, 'statusCallback'),
    record:
      attributes['record'] === 'record-from-start'
        ? { report: statusHook(stage, element, 'recordingStatusCallback', 'completed') }
        : null,
  });
  try {
    await unlessStopped(stage, left);
  } finally {
    depart(world, participant);
  }
  return { status: 'completed', sid: null, ms: world.clock.now() - since };
}

function statusHook(
  stage: Stage,
  element: Element,
  ...[name, preset = '']: [string, string?]
): StatusHook | null {
  const hook = hookIn(stage, element, name);
  const events = (element.attributes[`${name}Event`] ?? preset).split(' ');
  return hook === null ? null : { ...hook, events: events.filter((each) => each !== '') };
}

/** Calls the numbers of a Dial all at once; the first to answer talks, the others are let go. */
async function callOut(stage: Stage, element: Element): Promise<Outcome> {
  const nouns = element.children.filter(({ name }) => name === 'Number' || name === 'Sip');
  const targets = nouns.length === 0 ? [element] : nouns;
  const children = targets.map((noun) => child(stage, element, noun));
  try {
    return await unlessStopped(stage, talk(stage, children));
  } finally {
    for (const each of children) hangUp(stage.world, each);
  }
}

function child(stage: Stage, dialling: Element, noun: Element): Call {
  const { world, call } = stage;
  const hook = hookIn(stage, noun, 'statusCallback');
  const events = (noun.attributes['statusCallbackEvent'] ?? 'completed').split(' ');
  const made = makeCall(world, {
    account: call.account,
    direction: 'outbound-dial',
    from: dialling.attributes['callerId'] ?? (call.direction === 'inbound' ? call.from : call.to),
    to: noun.text.trim(),
    parent_sid: call.sid,
    order: {
      document: null,
      twiml: null,
      fallback: null,
      status: hook === null ? null : { ...hook, events },
      timeout_s: wholeIn(dialling, 'timeout', 30),
      time_limit_s: wholeIn(dialling, 'timeLimit', 14_400),
      send_digits: noun.attributes['sendDigits'] ?? '',
      detection: null,
      record: null,
    },
  });
  queueCall(world, made);
  return made;
}

/** Resolves when the talk is over, or nobody is left who could answer. */
function talk(stage: Stage, children: readonly Call[]): Promise<Outcome> {
  return new Promise((resolve) => {
    for (const call of children) {
      call.on_answer.add(() => {
        pickUp(stage);
        for (const other of children) if (other !== call) hangUp(stage.world, other);
      });
      call.on_end.add(() => {
        if (call.tm_answered !== null || children.every(isOver)) resolve(outcomeOf(call));
      });
    }
  });
}

function outcomeOf(call: Call): Outcome {
  const { tm_answered, tm_ended, sid, status } = call;
  const ms = tm_answered === null || tm_ended === null ? 0 : tm_ended - tm_answered;
  return { status, sid, ms };
}
