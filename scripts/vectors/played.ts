import type { EventId, Instant, LegRef } from '../../kernel/brand.ts';
import type { Call, CallStatus } from '../../calls/call.ts';
import { currentAttempt } from '../../calls/call.ts';
import type { Ending } from '../../calls/cause.ts';
import { ending } from '../../calls/cause.ts';
import type { CallEvent } from '../../calls/events.ts';
import { freshCall } from '../../calls/stories.ts';
import { transition } from '../../calls/transition.ts';
import { Malformed } from './fields.ts';

/** What can happen to a leg, in the order of its life. */
export type Happening =
  | {
      readonly what: 'ringing' | 'answered' | 'cancelled' | 'dial_timer' | 'talk_timer' | 'machine';
    }
  /** The carrier says how it ended. */
  | { readonly what: 'ended'; readonly ending: Ending }
  /** The carrier never placed it. */
  | { readonly what: 'refused'; readonly ending: Ending };

const STEP_MS = 1_000;

/** Plays one happening by the product's own table of transitions. */
export function played(call: Call, happening: Happening): Call {
  const at = (call.tm_update + STEP_MS) as Instant;
  const named = { id: `v${at}` as EventId, call_id: call.id, at };
  const attempt_id = currentAttempt(call)?.id;
  if (attempt_id === undefined) throw new Malformed('the call has no attempt');
  const leg = { ...named, attempt_id, leg_ref: `leg-${attempt_id}` as LegRef };
  const tell = (event: CallEvent): Call => transition(call, event).state;
  switch (happening.what) {
    case 'ringing':
      return tell({ ...leg, type: 'leg_ringing' });
    case 'answered':
      return tell({ ...leg, type: 'leg_answered' });
    case 'ended':
      return tell({ ...leg, type: 'leg_ended', ending: happening.ending });
    case 'refused':
      return tell({ ...named, attempt_id, type: 'dial_rejected', ending: happening.ending });
    case 'cancelled':
      return tell({ ...named, type: 'hangup_asked', reason: 'normal' });
    case 'machine':
      return tell({ ...named, type: 'hangup_asked', reason: 'amd' });
    case 'dial_timer':
      return timed(call, 'dial');
    case 'talk_timer':
      return timed(call, 'talk');
  }
}

function timed(call: Call, timer: 'dial' | 'talk'): Call {
  const due = call.timers[timer];
  if (due === null) throw new Malformed(`no ${timer} timer runs while ${call.status}`);
  const named = { id: `${timer}${due}` as EventId, call_id: call.id, at: due };
  return transition(call, { ...named, type: 'timer_fired', timer, due }).state;
}

/** What our side does comes first; then the carrier says that the leg is gone. */
export function closed(call: Call): Call {
  if (call.status !== 'terminating' && call.status !== 'canceling') return call;
  return played(call, { what: 'ended', ending: ending('cancel') });
}

const WAYS: Readonly<Record<CallStatus, readonly Happening['what'][]>> = {
  dialing: [],
  ringing: ['ringing'],
  progressing: ['ringing', 'answered'],
  terminating: ['ringing', 'answered', 'cancelled'],
  canceling: ['ringing', 'cancelled'],
  hangup: ['ringing', 'cancelled', 'ended'],
};

/** A call that has come as far as a status. `traits` are words of calls/stories.ts. */
export function callAt(status: string, traits: string): Call {
  const way = WAYS[status as CallStatus] as (typeof WAYS)[CallStatus] | undefined;
  if (way === undefined) throw new Malformed(`no status is called ${status}`);
  const steps = way.map((what) => ({ what, ending: ending('cancel') }));
  return steps.reduce(played, freshCall(traits));
}
