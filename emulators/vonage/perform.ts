import { parseJson } from '../../kernel/foreign.ts';
import { Interrupted } from '../waiting.ts';
import { ACTIONS } from './actions.ts';
import { newConversation } from './state.ts';
import { move } from './conversations.ts';
import { eventBase, send, tell } from './letters.ts';
import { hangUp } from './lifecycle.ts';
import { faultOfNcco } from './schemas.ts';
import type { Next, Stage } from './stage.ts';
import { type Call, isOver, type Json, type Source, type World } from './state.ts';
import { addressOf } from './wire.ts';

/** Has a call do what an NCCO says, from now on, instead of what it did. */
export function perform(world: World, call: Call, source: Source): void {
  call.interrupt();
  const stop = new AbortController();
  call.interrupt = () => stop.abort();
  call.on_digit = null;
  run({ world, call, stop: stop.signal }, source).catch((error: unknown) => {
    if (error instanceof Interrupted) return;
    world.journal.complain('emulator', call.uuid, String(error));
    hangUp(world, call);
  });
}

async function run(stage: Stage, first: Source): Promise<void> {
  const { world, call } = stage;
  let next: Next = { go: 'to', source: first };
  while (next.go === 'to') next = await act(stage, next.source);
  // An NCCO that has nothing more to do hangs up.
  hangUp(world, call);
}

async function act(stage: Stage, source: Source): Promise<Next> {
  const ncco = 'ncco' in source ? source.ncco : await fetched(stage, source);
  const fault = faultOfNcco(ncco);
  if (fault !== null) return refuse(stage, `NCCO ${fault.pointer} ${fault.message}`);
  const { call, world } = stage;
  if (call.conversation.name !== null) move(world, call, newConversation(world));
  call.line?.answer();
  for (const action of ncco as readonly Json[]) {
    const next = await ACTIONS[String(action['action'])]?.(stage, action);
    if (next !== undefined && next.go !== 'on') return next;
  }
  return { go: 'end' };
}

/** What cannot be performed is told as an event without a call, and the call is dropped. */
function refuse({ world, call }: Stage, reason: string): Next {
  world.journal.complain('ncco', call.uuid, reason);
  const { conversation_uuid, timestamp } = eventBase(world, call);
  tell(world, call, { tag: 'error', payload: { reason, conversation_uuid, timestamp } });
  return { go: 'end' };
}

type Hooked = Extract<Source, { hook: unknown }>;

/** The NCCO an address answers with; at the fallback address when that fails. */
async function fetched(stage: Stage, source: Hooked): Promise<unknown> {
  const { call, world } = stage;
  const first = await answerOf(stage, source);
  if (first !== undefined) return first;
  const { fallback } = call.app;
  if (fallback === null) return undefined;
  world.journal.complain('fallback', call.uuid, source.hook.url);
  return answerOf(stage, { ...source, hook: fallback, tag: 'fallback' });
}

async function answerOf({ world, call, stop }: Stage, source: Hooked): Promise<unknown> {
  const { hook, tag, payload } = source;
  const about = [call.order.from, addressOf(call.order.to)];
  const mail = { app: call.app, hook, tag, payload, leg: call.uuid, about, is_document: true };
  const returned = await send(world, mail);
  if (stop.aborted || isOver(call)) throw new Interrupted();
  if (!returned.ok || returned.status >= 400) return undefined;
  const read = parseJson(returned.body.toString('utf8'));
  return read.ok ? read.value : undefined;
}
