import type { Call } from '../../calls/call.ts';
import { currentAttempt } from '../../calls/call.ts';
import { ending } from '../../calls/cause.ts';
import { endingOfQ850, endingOfSip } from '../../calls/causes.ts';
import type { Fields } from './fields.ts';
import { fieldsOf, flagOf, isFields, listOf, Malformed, shown, textOf, wholeOf } from './fields.ts';
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

const FINAL = new Set(['provisional', 'sip', 'q850', 'reason_q850', 'reason']);
const AFTER_ANSWER = /^then|after_answer/;

/** What became of the current try: first what rang, then how it ended. */
function resultOf(call: Call, result: Fields): Call {
  const provisional = listOf(result['provisional'] ?? [], 'provisional').map(Number);
  const rang = provisional.some((code) => code > 100 && code < 200);
  const heard = rang ? played(call, { what: 'ringing' }) : call;
  const said = Object.entries(result).filter(([name]) => !FINAL.has(name));
  const text = said
    .map(([name, value]) => `${name} ${shown(value)}`)
    .join(' ')
    .toLowerCase();
  const found = /found/.test(text) && !/not.?found/.test(text);
  if (/error|exception|throw|adapter|transport|refused/.test(text) && !found)
    return played(heard, { what: 'refused', ending: ending('failed') });
  if (/cancel/.test(text)) return closed(played(heard, { what: 'cancelled' }));
  if (/dial|timer|timeout/.test(text) && !found)
    return closed(played(heard, { what: 'dial_timer' }));
  const over = finalOf(heard, result);
  const later = said.find(([name]) => AFTER_ANSWER.test(name));
  return later === undefined ? over : finalOf(over, afterAnswer(later[1]));
}

/** A leg that had been answered ends, as a number or an object says. */
function afterAnswer(value: unknown): Fields {
  return isFields(value) ? value : { q850: value };
}

function finalOf(call: Call, result: Fields): Call {
  const rang = currentAttempt(call)?.tm_ringing !== null;
  const seen = { rang, answered: call.status === 'progressing' };
  const name = ['reason_q850', 'q850', 'reason'].find((each) => each in result);
  const reason_q850 = name === undefined ? null : q850In(result[name]);
  if ('sip' in result) {
    const sip = wholeOf(result, 'sip', { least: 100 });
    if (sip >= 200 && sip < 300) return played(call, { what: 'answered' });
    return played(call, { what: 'ended', ending: endingOfSip(sip, { ...seen, reason_q850 }) });
  }
  if (reason_q850 === null) throw new Malformed(`nothing is known of the result ${shown(result)}`);
  return played(call, { what: 'ended', ending: endingOfQ850(reason_q850, seen) });
}

/** A cause as a number, or as a Reason header writes it (RFC 6432). */
function q850In(value: unknown): number {
  if (typeof value === 'number') return value;
  const found = /cause=(\d{1,3})/.exec(String(value));
  if (found !== null) return Number(found[1]);
  throw new Malformed(`no Q.850 cause in ${shown(value)}`);
}
