import { type CallId, NULL_ID } from '../../kernel/brand.ts';
import { isUuid } from '../../kernel/uuid.ts';
import { HANGUP_REASONS, type HangupReason } from '../../calls/call.ts';
import type { Reply } from '../../calls/events.ts';
import type { ActionKind } from '../action.ts';

interface Option {
  readonly reason: HangupReason;
  readonly reference_id?: CallId;
}

/** Longer than reading it from our own store can take. */
const READ_MS_MAX = 30_000;

/** The call whose reason is to be copied. VoIPBIN's clients write the null id for none. */
function reference({ reference_id }: Option): CallId | null {
  if (reference_id === undefined || reference_id === NULL_ID) return null;
  return isUuid(reference_id) || reference_id.includes('${') ? reference_id : null;
}

function reasonIn(reply: Reply): HangupReason | null {
  return (reply.ok && HANGUP_REASONS.find((reason) => reason === reply.body)) || null;
}

/** Ends the flow and the call. */
export const hangup: ActionKind<Option> = {
  type: 'hangup',
  needs: [],
  waits: true,
  outlook: (option) => ({
    onward: false,
    waits: reference(option) !== null,
    lasts: { ms: READ_MS_MAX },
  }),
  begin: (option) => {
    const call_id = reference(option);
    if (call_id === null || !isUuid(call_id)) return { next: 'hangup', reason: option.reason };
    const orders = [{ give: 'reason_fetch', call_id }] as const;
    return { next: 'wait', orders, wake_after_ms: READ_MS_MAX };
  },
  react: ({ reason }, _scene, event) => {
    if (event.type === 'request_finished')
      return { next: 'hangup', reason: reasonIn(event.reply) ?? reason };
    return event.type === 'timer_fired' ? { next: 'hangup', reason } : { next: 'wait' };
  },
};
