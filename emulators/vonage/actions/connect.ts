import { unlessStopped } from '../../waiting.ts';
import { eventBase, tellAt } from '../letters.ts';
import { dial, hangUp, makeCall } from '../lifecycle.ts';
import { nccoIn } from '../replies.ts';
import { hookIn, numberIn, ON, type Perform, type Stage } from '../stage.ts';
import type { Call, Endpoint, Json } from '../state.ts';

const RINGING_S = 60;
const LIMIT_S = 7_200;

/** Calls somebody into the leg's conversation and stays until that call is over. */
export const connect: Perform = async (stage, action) => {
  const { world, call } = stage;
  const made = childOf(stage, action);
  const over = new Promise<void>((resolve) => void made.on_end.add(resolve));
  dial(world, made);
  try {
    await unlessStopped(stage, over);
  } finally {
    hangUp(world, made);
  }
  const hook = hookIn(action);
  if (made.tm_answered !== null || hook === null || action['eventType'] !== 'synchronous')
    return ON;
  const payload = { ...eventBase(world, made), status: made.status };
  return nccoIn(await tellAt(world, call, { hook, tag: 'connect', payload })) ?? ON;
};

function childOf({ world, call }: Stage, action: Json): Call {
  const [to] = (action['endpoint'] ?? []) as readonly Endpoint[];
  const made = makeCall(world, call.app, {
    direction: 'outbound',
    from: typeof action['from'] === 'string' ? action['from'] : call.order.from,
    to: to ?? { type: 'phone' },
    source: null,
    event: hookIn(action) ?? call.order.event,
    ringing_s: numberIn(action, 'timeout', RINGING_S),
    length_s: numberIn(action, 'limit', LIMIT_S),
    detection: null,
  });
  made.conversation = call.conversation;
  return made;
}
