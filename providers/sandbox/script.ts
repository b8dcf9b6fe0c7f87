import type { SandboxFault, SandboxScript } from '../../calls/call.ts';
import type { DialOrder } from '../carrier.ts';
import type { SandboxConfig } from './config.ts';
import { type NumberStory, type Party, storyOf } from './numbers.ts';
import { type Voice, voiceOf } from './voice.ts';

/** Who ended a leg: the called side or its network, we, or a timer we gave the network. */
export type EndedBy = 'far_end' | 'caller' | 'dial_timer' | 'talk_timer';

/** Something that happens on a leg, so many ms after the dial. */
export type Step =
  | { readonly at_ms: number; readonly what: 'incoming' }
  | { readonly at_ms: number; readonly what: 'ringing' }
  | { readonly at_ms: number; readonly what: 'answered'; readonly party: Party }
  | { readonly at_ms: number; readonly what: 'dtmf'; readonly n: number; readonly digit: string }
  | {
      readonly at_ms: number;
      readonly what: 'ended';
      readonly sip_code: number;
      readonly q850: number | null;
      readonly by: EndedBy;
    };

/** What will happen on a leg if nobody interferes. The last step is its end. */
export interface Plan {
  readonly fault: SandboxFault | null;
  readonly mos: number | null;
  readonly voice: Voice;
  readonly steps: readonly Step[];
}

/** The provider that dials, as far as it shapes the plan. */
export interface PlanningProvider {
  readonly name: string;
  readonly config: SandboxConfig;
}

type OwnScript = Omit<SandboxScript, 'by_provider'>;
type Planned = Pick<
  DialOrder,
  'attempt_id' | 'destination' | 'dial_timeout_ms' | 'talk_ms_max' | 'sandbox'
>;

const PDD_MS = 100;
const RINGING_MS = 2_000;
const DIGIT_MS = 100;
/** Pauses in a script's digits, as in modem strings. */
const PAUSES_MS: Readonly<Record<string, number>> = { w: 500, W: 1_000 };
/** Carriers enforce our limits a little late, so that our own timers come first. */
export const GRACE_MS = 5_000;
const DROPPED_Q850 = 41;

/**
 * The plan of a leg: the script wins over the number, and the number over the provider's ways. An
 * explicit outcome is never subject to the provider's luck.
 */
export function planOf(order: Planned, provider: PlanningProvider): Plan {
  const script = scriptFor(order.sandbox, provider.name);
  const story = storyWithLuck(order, provider);
  return {
    fault: script.fault ?? drawnFault(order.attempt_id, provider.config),
    mos: script.mos ?? null,
    voice: voiceOf(script, story.party),
    steps: stepsOf(order, story, { script, config: provider.config }),
  };
}

interface Ways {
  readonly script: OwnScript;
  readonly config: SandboxConfig;
}

function scriptFor(script: SandboxScript | null, name: string): OwnScript {
  const { by_provider = {}, ...base } = script ?? {};
  return Object.hasOwn(by_provider, name) ? { ...base, ...by_provider[name] } : base;
}

function storyWithLuck(order: Planned, { name, config }: PlanningProvider): NumberStory {
  const script = scriptFor(order.sandbox, name);
  const story = storyOf(order.destination.target);
  const final_code = script.final_code ?? story.final_code;
  if (final_code !== null || order.sandbox !== null) return { ...story, final_code };
  const draw = drawOf(order.attempt_id, `${config.seed ?? 0}/reliability`);
  return draw < (config.reliability ?? 1) ? story : { ...story, final_code: 503 };
}

/** How the provider misbehaves on this leg, by its configuration. */
export function drawnFault(attempt_id: string, config: SandboxConfig): SandboxFault | null {
  if (config.fault === undefined) return null;
  const draw = drawOf(attempt_id, `${config.seed ?? 0}/fault`);
  return draw < (config.fault_share ?? 1) ? config.fault : null;
}

function stepsOf(order: Planned, story: NumberStory, ways: Ways): Step[] {
  const code = story.final_code ?? 200;
  const rings = code < 300 || ways.script.ring_ms !== undefined;
  const ring_ms = ways.script.ring_ms ?? ways.script.pdd_ms ?? ways.config.pdd_ms ?? PDD_MS;
  const cap_ms = order.dial_timeout_ms + GRACE_MS;
  const for_ever = story.rings_for_ever || code < 200;
  const turn_ms = for_ever ? Infinity : turnOf(ways, rings, ring_ms);
  const steps: Step[] = [];
  if (rings && ring_ms <= Math.min(turn_ms, cap_ms))
    steps.push({ at_ms: ring_ms, what: 'ringing' });
  if (turn_ms > cap_ms) return [...steps, ended(cap_ms, 487, 'dial_timer')];
  if (code >= 300) return [...steps, ended(turn_ms, code, 'far_end')];
  return [...steps, ...talkSteps(turn_ms, story, { ...ways, talk_ms_max: order.talk_ms_max })];
}

/** When the leg is answered or turned down, in ms from the dial. */
function turnOf({ script, config }: Ways, rings: boolean, ring_ms: number): number {
  if (script.answer_ms !== undefined) return script.answer_ms;
  if (!rings) return ring_ms;
  return Math.max(ring_ms, config.answer_ms ?? ring_ms + RINGING_MS);
}

function talkSteps(
  answer_ms: number,
  story: NumberStory,
  { script, talk_ms_max }: Ways & { readonly talk_ms_max: number },
): Step[] {
  const talk_ms = script.talk_ms ?? story.talk_ms ?? Infinity;
  const cap_ms = talk_ms_max + GRACE_MS;
  const end_ms = answer_ms + Math.min(talk_ms, cap_ms);
  const q850 = story.dropped ? DROPPED_Q850 : null;
  const digits = digitSteps(script.dtmf ?? '', answer_ms).filter((step) => step.at_ms < end_ms);
  return [
    { at_ms: answer_ms, what: 'answered', party: story.party },
    ...digits,
    { ...ended(end_ms, 200, talk_ms <= cap_ms ? 'far_end' : 'talk_timer'), q850 },
  ];
}

/** The keys of a script, pressed one after the other from the answer on. */
export function digitSteps(dtmf: string, answer_ms: number): Extract<Step, { what: 'dtmf' }>[] {
  const steps: Extract<Step, { what: 'dtmf' }>[] = [];
  let at_ms = answer_ms;
  for (const symbol of dtmf) {
    at_ms += PAUSES_MS[symbol] ?? DIGIT_MS;
    if (PAUSES_MS[symbol] !== undefined) continue;
    steps.push({ at_ms, what: 'dtmf', n: steps.length + 1, digit: symbol });
  }
  return steps;
}

function ended(at_ms: number, sip_code: number, by: EndedBy): Extract<Step, { what: 'ended' }> {
  return { at_ms, what: 'ended', sip_code, q850: null, by };
}

/**
 * A number in [0, 1) that depends on nothing but its name: a dial that fails would fail again.
 * FNV-1a with the last mixing step of MurmurHash3, since attempt ids differ in few places.
 */
export function drawOf(attempt_id: string, label: string): number {
  let hash = 0x811c9dc5;
  for (const text of [attempt_id, '/', label])
    for (let place = 0; place < text.length; place += 1)
      hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}
