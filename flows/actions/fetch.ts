import { NULL_ID } from '../../kernel/brand.ts';
import type { HttpOrder } from '../../calls/effects.ts';
import type { Reply } from '../../calls/events.ts';
import type { ActionKind, Scene, Turn } from '../action.ts';

interface Option {
  readonly event_url: string;
  readonly event_method: 'GET' | 'POST';
}

/** Longer than any single try the sender makes: after it the reply is lost, not late. */
const REPLY_MS_MAX = 60_000;

/** What the server is told about the call it writes actions for. */
function bodyOf({ has_leg, call_id, customer_id, action_id, variables }: Scene): string {
  const on = has_leg ? call_id : NULL_ID;
  return JSON.stringify({ call_id: on, customer_id, action_id, variables });
}

function turnOn(reply: Reply, scene: Scene): Turn {
  if (!reply.ok) return { next: 'fail', detail: reply.error };
  if (reply.status_code < 200 || reply.status_code > 299)
    return { next: 'fail', detail: `the server answered with status ${reply.status_code}` };
  const read = scene.readActions(reply.body);
  return read.fit
    ? { next: 'push', actions: read.actions, flow_id: null }
    : { next: 'fail', detail: read.detail };
}

/** Fetches a list of actions from a server and runs it before going on. */
export const fetch: ActionKind<Option> = {
  type: 'fetch',
  needs: [],
  waits: true,
  outlook: () => ({ lasts: { ms: REPLY_MS_MAX }, fetches: true }),
  begin: ({ event_url, event_method }, scene) => {
    const body = event_method === 'GET' ? null : bodyOf(scene);
    const content_type = body === null ? null : 'application/json';
    const order: HttpOrder = {
      method: event_method,
      url: event_url,
      content_type,
      body,
      awaited: true,
    };
    return { next: 'wait', orders: [{ give: 'request', order }], wake_after_ms: REPLY_MS_MAX };
  },
  react: (_option, scene, event) => {
    if (event.type === 'request_finished') return turnOn(event.reply, scene);
    if (event.type === 'timer_fired') return { next: 'fail', detail: 'the server did not answer' };
    return { next: 'wait' };
  },
};
