import type { FlowId } from '../../kernel/brand.ts';
import type { Reply } from '../../calls/events.ts';
import type { ActionKind, Scene, Turn } from '../action.ts';

interface Option {
  readonly flow_id: FlowId;
}

/** The store answers in milliseconds; a minute is a store that has been away and came back. */
const REPLY_MS_MAX = 60_000;

function turnOn(reply: Reply, flow_id: FlowId, scene: Scene): Turn {
  if (!reply.ok) return { next: 'fail', detail: `there is no flow ${flow_id}: ${reply.error}` };
  const read = scene.readActions(reply.body);
  return read.fit
    ? { next: 'push', actions: read.actions, flow_id }
    : { next: 'fail', detail: read.detail };
}

/** Runs the actions of another stored flow before going on. */
export const fetch_flow: ActionKind<Option> = {
  type: 'fetch_flow',
  needs: [],
  waits: true,
  outlook: ({ flow_id }) => ({
    lasts: { ms: REPLY_MS_MAX },
    fetches: true,
    flows: [{ pointer: '/flow_id', text: flow_id }],
  }),
  begin: ({ flow_id }) => ({
    next: 'wait',
    orders: [{ give: 'flow_fetch', flow_id }],
    wake_after_ms: REPLY_MS_MAX,
  }),
  react: ({ flow_id }, scene, event) => {
    if (event.type === 'request_finished') return turnOn(event.reply, flow_id, scene);
    if (event.type === 'timer_fired')
      return { next: 'fail', detail: 'the flow was not found in time' };
    return { next: 'wait' };
  },
};
