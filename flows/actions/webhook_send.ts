import type { HttpOrder } from '../../calls/effects.ts';
import type { Reply } from '../../calls/events.ts';
import type { ActionKind } from '../action.ts';
import type { Variables } from '../variables.ts';

interface Option {
  readonly sync: boolean;
  readonly uri: string;
  readonly method: HttpOrder['method'];
  readonly data_type: string;
  readonly data: string;
}

/** Longer than any single try the sender makes: after it the reply is lost, not late. */
const REPLY_MS_MAX = 60_000;
/** What is kept of a reply: enough to branch on, small enough to be stored at every step. */
const BODY_CHARACTERS_MAX = 16_384;

const STATUS_CODE = 'voipbin.webhook.status_code';
const BODY = 'voipbin.webhook.body';

function told(reply: Reply): Variables {
  return {
    [STATUS_CODE]: reply.ok ? String(reply.status_code) : '0',
    [BODY]: reply.ok ? reply.body.slice(0, BODY_CHARACTERS_MAX) : '',
  };
}

/** Sends a request to a server, and may wait for its reply. */
export const webhook_send: ActionKind<Option> = {
  type: 'webhook_send',
  needs: [],
  waits: true,
  sets: [STATUS_CODE, BODY],
  outlook: ({ sync }) => ({
    waits: sync,
    lasts: { ms: REPLY_MS_MAX },
    ...(sync ? {} : { sets: [] }),
  }),
  begin: ({ sync, uri, method, data_type, data }) => {
    if (uri === '') return { next: 'onward' };
    const body = data === '' || method === 'GET' ? null : data;
    const content_type = body === null ? null : data_type;
    const order: HttpOrder = { method, url: uri, content_type, body, awaited: sync };
    const orders = [{ give: 'request', order }] as const;
    return sync
      ? { next: 'wait', orders, wake_after_ms: REPLY_MS_MAX }
      : { next: 'onward', orders };
  },
  react: (_option, _scene, event) => {
    if (event.type === 'request_finished') return { next: 'onward', set: told(event.reply) };
    if (event.type !== 'timer_fired') return { next: 'wait' };
    return { next: 'onward', set: told({ ok: false, error: 'no reply' }) };
  },
};
