import type { Instant } from '../../kernel/brand.ts';
import { paramsOf, send } from './letters.ts';
import type { Call, Hook, World } from './state.ts';
import { dateOf, durationOf } from './wire.ts';

export type CallStep = 'initiated' | 'ringing' | 'answered' | 'completed';

/**
 * Tells the application of a step of a call, if it asked for it. Only what is told is numbered, so
 * numbers are dense over the events that were subscribed.
 */
export function reportStep(world: World, call: Call, step: CallStep): void {
  const hook = call.status_hook;
  if (hook === null || !hook.events.includes(step)) return;
  const sequence = call.reports;
  call.reports += 1;
  const params = {
    ...paramsOf(call),
    ...stamp(world),
    CallbackSource: 'call-progress-events',
    SequenceNumber: String(sequence),
    ...(step === 'completed' ? finalParams(call) : {}),
  };
  void sendAbout(world, { call, hook, tag: `status.${call.status}`, params });
}

/** What only the last report says. CallDuration counts seconds, Duration minutes. */
function finalParams(call: Call): Record<string, string> {
  const seconds = durationOf(call);
  return {
    CallDuration: String(seconds),
    Duration: String(Math.ceil(seconds / 60)),
    ...(call.sip_code === null ? {} : { SipResponseCode: String(call.sip_code) }),
  };
}

function stamp(world: World): { Timestamp: string } {
  return { Timestamp: dateOf((world.clock.now() + world.settings.clock_skew_ms) as Instant) };
}

/** A request about a call. */
export interface CallMail {
  readonly call: Call;
  readonly hook: Hook;
  readonly tag: string;
  readonly params: Readonly<Record<string, string>>;
}

export function sendAbout(world: World, mail: CallMail): ReturnType<typeof send> {
  const { call, ...rest } = mail;
  const about = [call.from, call.to];
  return send(world, { account: call.account, leg: call.sid, about, ...rest });
}
