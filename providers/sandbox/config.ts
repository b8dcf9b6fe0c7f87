import type { SandboxFault } from '../../calls/call.ts';
import type { Capabilities } from '../carrier.ts';

/** How a sandbox provider behaves where the call's own script does not say. */
export interface SandboxConfig {
  /** Share of unscripted dials that it connects; the others end with 503. 1 by default. */
  readonly reliability?: number;
  /** From the dial to the first word of the network: 100 by default. */
  readonly pdd_ms?: number;
  /** From the dial to the answer; 2,000 after it began to ring by default. */
  readonly answer_ms?: number;
  /** How many times faster than life things are said and played. 1 by default. */
  readonly media_speed?: number;
  /** The longest a text may take to say, before media_speed. 60,000 by default. */
  readonly say_ms_max?: number;
  readonly fault?: SandboxFault;
  /** Share of dials that suffer `fault`. 1 by default. */
  readonly fault_share?: number;
  /** Another seed, another choice of dials that fail. 0 by default. */
  readonly seed?: number;
  /** Accepted so that every provider takes it; the sandbox lives in our own process. */
  readonly base_url?: string;
}

/** Every way the sandbox can misbehave on request. */
export const FAULTS = [
  'reject_429',
  'reject_500',
  'accept_then_timeout',
  'timeout',
  'slow',
  'duplicate_notices',
  'reorder_notices',
  'delay_notices',
  'lose_notices',
  'lose_final_notice',
  'forge_notices',
] as const satisfies readonly SandboxFault[];

const SHARE = { type: 'number', minimum: 0, maximum: 1 };
const SPAN_MS = { type: 'integer', minimum: 0, maximum: 86_400_000 };

/** JSON Schema of a sandbox provider's `config`; see SandboxConfig for what each field means. */
export const CONFIG_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    reliability: { ...SHARE, description: 'Share of unscripted dials that connect.' },
    pdd_ms: { ...SPAN_MS, description: 'From the dial to the first word of the network.' },
    answer_ms: { ...SPAN_MS, description: 'From the dial to the answer.' },
    media_speed: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 1_000_000,
      description: 'How many times faster than life things are said and played.',
    },
    say_ms_max: { ...SPAN_MS, description: 'The longest a text may take to say.' },
    fault: { type: 'string', enum: FAULTS, description: 'How it misbehaves.' },
    fault_share: { ...SHARE, description: 'Share of dials that suffer the fault.' },
    seed: { type: 'integer', minimum: 0, description: 'Which dials fail: another seed, others.' },
    base_url: { type: 'string', description: 'Accepted and not used.' },
  },
};

/** JSON Schema of a sandbox provider's `credentials`. */
export const CREDENTIALS_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['secret'],
  properties: {
    secret: { type: 'string', minLength: 16, description: 'Signs the notices it sends us.' },
  },
};

/** What the sandbox can do: everything. */
export const CAPABILITIES: Capabilities = {
  say: true,
  play: true,
  gather: true,
  send_digits: true,
  echo: true,
  stream_echo: true,
  room: true,
  record: true,
  amd: true,
  hold: true,
  moh: true,
  silence: true,
  mute_in: true,
  mute_out: true,
  external_media: true,
  absence_certain_ms: 0,
  incoming: true,
  numbers: true,
  emergency: false,
};

/** A provider every new installation begins with, and what its default route charges. */
export interface SandboxSeed {
  readonly name: string;
  readonly detail: string;
  /** Priority of its default route: smaller is tried first. */
  readonly priority: number;
  readonly config: SandboxConfig;
  readonly price: {
    readonly currency: 'USD';
    /** Decimal, per minute. */
    readonly rate: string;
    readonly initial_s: number;
    readonly increment_s: number;
  };
  /** Decimals: what a number costs by the month, and a minute of calls to it. */
  readonly number: { readonly monthly: string; readonly rate: string };
}

/** Cheap and unreliable, fair, dear and good: in the order in which they are tried. */
export const SANDBOX_SEEDS: readonly SandboxSeed[] = [
  {
    name: 'sandbox-cheap',
    detail: 'Cheap and unreliable: three dials in ten end with 503',
    priority: 1,
    config: { reliability: 0.7 },
    price: { currency: 'USD', rate: '0.004', initial_s: 60, increment_s: 60 },
    number: { monthly: '0.50', rate: '0.002' },
  },
  {
    name: 'sandbox-fair',
    detail: 'Fair: one dial in ten ends with 503',
    priority: 2,
    config: { reliability: 0.9 },
    price: { currency: 'USD', rate: '0.007', initial_s: 30, increment_s: 6 },
    number: { monthly: '1.00', rate: '0.004' },
  },
  {
    name: 'sandbox-good',
    detail: 'Dear and good: connects every dial',
    priority: 3,
    config: { reliability: 1 },
    price: { currency: 'USD', rate: '0.012', initial_s: 1, increment_s: 1 },
    number: { monthly: '2.00', rate: '0.006' },
  },
];
