import type { Address } from '../kernel/address.ts';
import { NULL_ID } from '../kernel/brand.ts';
import { type Call, hasLeg } from '../calls/call.ts';
import type { FlowRun } from './flow.ts';
import { OPTION_CHARACTERS_MAX } from './limits.ts';
import { escaped, isSsml } from './ssml.ts';

export type Variables = Readonly<Record<string, string>>;

/** What the caller has pressed: the keys of the last digits_receive, and those pressed since. */
export const DIGITS = 'voipbin.call.digits';
/** Of these, the keys no digits_receive has taken yet. */
export const DIGITS_UNREAD = 'voipbin.call.digits_unread';

/** Who has answered, as far as an amd could tell. */
export const AMD_RESULT = 'voipbin.call.amd.result';

const PLACE = /\$\{([^${}]{1,200})\}/g;

/**
 * Fills every `${name}` in every string of a value, once: what is filled in is not searched again.
 * Unknown names give ''. The same value comes back where there was nothing to fill. Strings are
 * cut where the whole would grow beyond OPTION_CHARACTERS_MAX.
 */
export function substitute<Value>(value: Value, variables: Variables): Value {
  const room = { left: OPTION_CHARACTERS_MAX };
  // Strings stay strings, lists lists and objects objects: the shape is that of Value.
  return fill(value, variables, room) as Value;
}

/** An option with its variables filled in, but for the members the action reads itself. */
export function fillOption<Option extends Readonly<Record<string, unknown>>>(
  option: Option,
  keeps: readonly string[] = [],
  variables: Variables = {},
): Option {
  if (keeps.length === 0) return substitute(option, variables);
  const isKept = ([name]: [string, unknown]): boolean => keeps.includes(name);
  const members = Object.entries(option);
  const rest = Object.fromEntries(members.filter((member) => !isKept(member)));
  const kept = Object.fromEntries(members.filter(isKept));
  // The members are those of the option, each as it was or filled in.
  return { ...kept, ...substitute(rest, variables) } as Option;
}

function fill(value: unknown, variables: Variables, room: { left: number }): unknown {
  if (typeof value === 'string') return fillText(value, variables, room);
  if (typeof value !== 'object' || value === null) return value;
  let changed = false;
  const members = Object.entries(value).map(([name, member]) => {
    const filled = fill(member, variables, room);
    if (filled !== member) changed = true;
    return [name, filled] as const;
  });
  if (!changed) return value;
  return Array.isArray(value) ? members.map(([, member]) => member) : Object.fromEntries(members);
}

function fillText(text: string, variables: Variables, room: { left: number }): string {
  const filled = text.includes('${') ? text.replace(PLACE, valuesFor(text, variables)) : text;
  const kept = filled.length > room.left ? filled.slice(0, room.left) : filled;
  room.left -= kept.length;
  return kept;
}

/** In SSML a value is words and never markup, whoever it came from. */
function valuesFor(text: string, variables: Variables): (place: string, name: string) => string {
  if (!isSsml(text)) return (_place, name) => valueOf(variables, name);
  return (_place, name) => escaped(valueOf(variables, name));
}

/** A variable's value, '' when there is none. Names such as `__proto__` are only names. */
export function valueOf(variables: Variables, name: string): string {
  return Object.hasOwn(variables, name) ? (variables[name] ?? '') : '';
}

/** The name in a text that should be one, whether it is written bare or as `${name}`. */
export function nameIn(text: string): string {
  return /^\$\{([^${}]+)\}$/.exec(text)?.[1] ?? text;
}

const NAME = /^[A-Za-z_][\w.-]*$/;

/** The names of the variables in a text: those in its places or, if it can be one, itself. */
export function namesIn(text: string): readonly string[] {
  return NAME.test(text) ? [text] : placesIn(text).map(({ name }) => name);
}

/** The places of a text, `${name}` each, and where they begin; malformed ones are none. */
export function placesIn(text: string): readonly { readonly name: string; readonly at: number }[] {
  return [...text.matchAll(PLACE)].map((found) => ({ name: found[1] ?? '', at: found.index }));
}

/**
 * What a text says that names a variable or holds some: a bare name gives the variable's value, a
 * text with places is filled in, and what can be no name stands for itself.
 */
export function readVariable(text: string, variables: Variables): string {
  if (Object.hasOwn(variables, text) || NAME.test(text)) return valueOf(variables, text);
  return substitute(text, variables);
}

/** The variables a run has set itself: what it may hand on to the calls it places. */
export function ownVariables(variables: Variables): Variables {
  return Object.fromEntries(
    Object.entries(variables).filter(([name]) => !name.startsWith('voipbin.')),
  );
}

/** Characters in the names and values of variables. */
export function sizeOf(variables: Variables): number {
  let size = 0;
  for (const [name, value] of Object.entries(variables)) size += name.length + value.length;
  return size;
}

/**
 * The variables every call has, in VoIPBIN's names. Computed when they are needed, never stored,
 * and never overwritten by a run's own.
 */
export function callVariables(call: Call, run: FlowRun): Variables {
  const runs = runVariables(call, run);
  if (!hasLeg(call)) return runs;
  return {
    ...addressVariables('voipbin.call.source', call.source),
    ...addressVariables('voipbin.call.destination', call.destination),
    'voipbin.call.id': call.id,
    'voipbin.call.direction': call.direction,
    'voipbin.call.status': call.status,
    'voipbin.call.master_call_id': call.master_call_id ?? NULL_ID,
    ...arrivalVariables(call.passage.arrival),
    ...runs,
  };
}

function runVariables(call: Call, run: FlowRun): Variables {
  const on_call = hasLeg(call);
  return {
    'voipbin.activeflow.id': run.id,
    'voipbin.activeflow.reference_type': on_call ? 'call' : '',
    'voipbin.activeflow.reference_id': on_call ? call.id : NULL_ID,
    'voipbin.activeflow.reference_activeflow_id': NULL_ID,
    'voipbin.activeflow.flow_id': run.flow_id ?? NULL_ID,
    'voipbin.activeflow.complete_count': '0',
  };
}

const ARRIVAL = ['anonymous', 'verstat', 'attestation', 'diversion', 'marks'] as const;

/** How an incoming call came, in words a condition can compare; all empty for an outgoing one. */
function arrivalVariables(arrival: Call['passage']['arrival']): Variables {
  const told: Record<(typeof ARRIVAL)[number], string> = {
    anonymous: arrival === null ? '' : String(arrival.anonymous),
    verstat: arrival?.verstat ?? '',
    attestation: arrival?.attestation ?? '',
    diversion: arrival?.diversions[0] ?? '',
    marks: arrival?.marks.join(' ') ?? '',
  };
  return Object.fromEntries(ARRIVAL.map((part) => [`voipbin.call.${part}`, told[part]]));
}

const PARTY = ['type', 'target', 'target_name', 'name', 'detail'] as const;

/** The names of the variables every call has. */
export const CALL_VARIABLES: readonly string[] = [
  ...PARTY.map((part) => `voipbin.call.source.${part}`),
  ...PARTY.map((part) => `voipbin.call.destination.${part}`),
  'voipbin.call.id',
  'voipbin.call.direction',
  'voipbin.call.status',
  'voipbin.call.master_call_id',
  ...ARRIVAL.map((part) => `voipbin.call.${part}`),
  'voipbin.activeflow.id',
  'voipbin.activeflow.reference_type',
  'voipbin.activeflow.reference_id',
  'voipbin.activeflow.reference_activeflow_id',
  'voipbin.activeflow.flow_id',
  'voipbin.activeflow.complete_count',
];

function addressVariables(prefix: string, address: Address): Variables {
  return {
    [`${prefix}.type`]: address.type,
    [`${prefix}.target`]: address.target,
    [`${prefix}.target_name`]: address.target_name,
    [`${prefix}.name`]: address.name,
    [`${prefix}.detail`]: address.detail,
  };
}
