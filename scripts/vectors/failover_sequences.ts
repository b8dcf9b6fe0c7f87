import type { Call } from '../../calls/call.ts';
import { currentAttempt } from '../../calls/call.ts';
import { ending } from '../../calls/cause.ts';
import { endingOfQ850, endingOfSip } from '../../calls/causes.ts';
import type { Fields } from './fields.ts';
import { fieldsOf, flagOf, listOf, Malformed, shown, textOf, wholeOf } from './fields.ts';
import { cases } from './group.ts';
import { closed, played } from './played.ts';
import { freshCall } from '../../calls/stories.ts';

/** Calls that are tried route by route, played by the product's own table of transitions. */
export const failover_sequences = cases((input) => {
  const routes = listOf(input['routes'], 'routes').map(String);
  const results = listOf(input['results'] ?? [], 'results');
  // Without a route no call is made: the request is refused as no_route.
  if (routes.length === 0) return NOBODY_DIALLED;
  let call = placed(input, routes);
  for (const [place, result] of results.entries()) {
    // What a route would have said that was never tried is not asked for.
    if (call.attempts.length <= place || call.status === 'hangup') break;
    call = resultOf(call, fieldsOf(result, `results[${place}]`));
  }
  return tellingOf(call, routes);
});

const NOBODY_DIALLED = {
  attempts: [],
  final_status: 'hangup',
  hangup_reason: 'failed',
  hangup_by: 'local',
  failovers: 0,
};

function tellingOf(call: Call, routes: readonly string[]): object {
  const over = call.status === 'hangup' ? call : null;
  return {
    attempts: call.attempts.map(({ candidate_index }) => routes[candidate_index]),
    final_status: call.status,
    hangup_reason: over?.hangup_reason ?? null,
    hangup_by: over?.hangup_by ?? null,
    failovers: call.attempts.length - 1,
  };
}

function placed(input: Fields, routes: readonly string[]): Call {
  const traits = [
    flagOf(input, 'early_execution', false) ? 'early' : '',
    isConference(input) ? 'conference' : '',
    isPhone(input) ? '' : 'sip',
    textOf(input, 'direction', 'outgoing') === 'incoming' ? 'incoming' : '',
  ];
  const call = freshCall(traits.join(' '));
  const [candidate] = call.candidates;
  if (candidate === undefined) throw new Malformed('no candidate');
  const limit = ['max_attempts', 'attempts_max'].find((name) => name in input);
  const attempts_max = limit === undefined ? routes.length : wholeOf(input, limit, { least: 1 });
  return { ...call, candidates: routes.map(() => candidate), attempts_max };
}

function isConference(input: Fields): boolean {
  const type = textOf(input, 'type', textOf(input, 'call_type', 'flow'));
  return type === 'conference' || flagOf(input, 'conference', false);
}

const PHONES = new Set(['tel', 'pstn', 'phone', 'phone_number']);

function isPhone(input: Fields): boolean {
  const { destination } = input;
  const inside = typeof destination === 'object' && destination !== null ? destination : {};
  const type = input['destination_type'] ?? (inside as Fields)['type'] ?? 'tel';
  if (typeof destination === 'string' && !('destination_type' in input))
    return destination.startsWith('+') || PHONES.has(destination);
  return PHONES.has(String(type));
}

const CANCELS = ['cancel', 'local_cancel', 'cancelled'];
const DIAL_TIMERS = ['dial_timer', 'dial_timeout', 'dialout', 'local_dial_timeout'];
const REFUSALS = ['error', 'adapter_error', 'api_error', 'transport_error', 'exception', 'throws'];
const REASONS = ['reason_q850', 'q850', 'reason'];

/** What became of the current try: first what rang, then how it ended. */
function resultOf(call: Call, result: Fields): Call {
  const provisional = listOf(result['provisional'] ?? [], 'provisional').map(Number);
  const rang = provisional.some((code) => code > 100 && code < 200);
  const heard = rang ? played(call, { what: 'ringing' }) : call;
  const local = typeof result['local'] === 'string' ? result['local'] : '';
  const asked = (names: readonly string[]): boolean =>
    names.some((name) => Boolean(result[name])) || names.includes(local);
  if (asked(CANCELS)) return closed(played(heard, { what: 'cancelled' }));
  if (asked(DIAL_TIMERS)) return closed(played(heard, { what: 'dial_timer' }));
  if (asked(REFUSALS)) return played(heard, { what: 'refused', ending: ending('failed') });
  return finalOf(heard, result);
}

function finalOf(call: Call, result: Fields): Call {
  const rang = currentAttempt(call)?.tm_ringing !== null;
  const name = REASONS.find((each) => each in result);
  const reason_q850 = name === undefined ? null : q850In(result[name]);
  if ('sip' in result) {
    const sip = wholeOf(result, 'sip', { least: 100 });
    if (sip >= 200 && sip < 300) return played(call, { what: 'answered' });
    return played(call, { what: 'ended', ending: endingOfSip(sip, { rang, reason_q850 }) });
  }
  if (reason_q850 === null) throw new Malformed(`nothing is known of the result ${shown(result)}`);
  return played(call, { what: 'ended', ending: endingOfQ850(reason_q850, { rang }) });
}

/** A cause as a number, or as a Reason header writes it (RFC 6432). */
function q850In(value: unknown): number {
  if (typeof value === 'number') return value;
  const found = /cause=(\d{1,3})/.exec(String(value));
  if (found !== null) return Number(found[1]);
  throw new Malformed(`no Q.850 cause in ${shown(value)}`);
}
