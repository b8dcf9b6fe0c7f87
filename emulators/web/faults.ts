import { rollerOf } from '../../kernel/random.ts';

/** What goes wrong with a request made of the emulator: refused, or done and then lost. */
const REQUEST_FAULTS = [
  'refuse',
  'hang_before',
  'hang_after',
  'reset_before',
  'reset_after',
  'fail_after',
  'cut',
  'empty',
  'slow_before',
  'slow_after',
] as const;

/** What goes wrong with a request the emulator makes: lost, repeated, late, reordered, forged. */
const CALLBACK_FAULTS = [
  'drop',
  'repeat',
  'delay',
  'reverse',
  'unsigned',
  'wrong_secret',
  'tampered',
  'stale',
  'other_account',
] as const;

export interface FaultOrder {
  /** An operation (`calls.create`) or a callback (`status.completed`); a last `*` is any. */
  readonly on: string;
  readonly do: (typeof REQUEST_FAULTS)[number] | (typeof CALLBACK_FAULTS)[number];
  /** For refuse and fail_after: the HTTP status, and the carrier's own code. */
  readonly status?: number;
  readonly code?: number;
  /** For slow and delay: how long. For stale: how old. */
  readonly ms?: number;
  /** For repeat: how often it is sent in all. */
  readonly count?: number;
  /** How often it strikes; 0: for ever. 1 by default. */
  readonly times?: number;
  /** Share of the matching requests it strikes, drawn from a seeded source. 1 by default. */
  readonly share?: number;
  /** Only requests about this number, address or leg. */
  readonly about?: string;
}

const TEXTS = ['on', 'do', 'about'];
const NUMBERS = ['status', 'code', 'ms', 'count', 'times', 'share'];

/** Reads an order from JSON, or says what is wrong with it. */
export function readFault(body: Readonly<Record<string, unknown>>): FaultOrder | string {
  for (const [name, value] of Object.entries(body)) {
    const wanted = TEXTS.includes(name) ? 'string' : NUMBERS.includes(name) ? 'number' : null;
    if (wanted === null) return `a fault has no ${name}`;
    if (typeof value !== wanted) return `${name} is a ${wanted}`;
  }
  const names: readonly string[] = [...REQUEST_FAULTS, ...CALLBACK_FAULTS];
  if (!names.includes(String(body['do']))) return `do is one of ${names.join(', ')}`;
  return body['on'] === undefined ? 'on is missing' : (body as unknown as FaultOrder);
}

export interface Fault extends FaultOrder {
  readonly id: number;
  struck: number;
}

const DRAWS = 1_000_000;

/** The faults that are switched on, oldest first; the first that matches strikes. */
export class Faults {
  readonly #standing = new Map<number, Fault>();
  readonly #roll: (below: number) => number;
  #made = 0;

  constructor(seed = 1) {
    this.#roll = rollerOf(seed);
  }

  add(order: FaultOrder): Fault {
    this.#made += 1;
    const fault: Fault = { ...order, id: this.#made, struck: 0 };
    this.#standing.set(fault.id, fault);
    return fault;
  }

  remove(id: number): boolean {
    return this.#standing.delete(id);
  }

  clear(): void {
    this.#standing.clear();
  }

  list(): readonly Fault[] {
    return [...this.#standing.values()];
  }

  /** The fault that strikes this time; null when all goes well. */
  strike(on: string, about: readonly string[]): Fault | null {
    for (const fault of this.#standing.values()) {
      if (!matches(fault, on, about) || this.#roll(DRAWS) >= (fault.share ?? 1) * DRAWS) continue;
      fault.struck += 1;
      const times = fault.times ?? 1;
      if (times !== 0 && fault.struck >= times) this.#standing.delete(fault.id);
      return fault;
    }
    return null;
  }
}

function matches(fault: Fault, on: string, about: readonly string[]): boolean {
  const named = fault.on.endsWith('*') ? on.startsWith(fault.on.slice(0, -1)) : on === fault.on;
  return named && (fault.about === undefined || about.includes(fault.about));
}
