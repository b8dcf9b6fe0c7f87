import type { Clock } from '../../kernel/clock.ts';
import { Line, type LineEvents, type LineRecord } from './line.ts';
import { changed, type Script, scriptOf } from './script.ts';

/** A call into a number that a carrier's customer owns. */
export interface Incoming {
  readonly line: Line;
  /** Tells the network who listens to the line. */
  listen(events: LineEvents): void;
}

export interface Dialling {
  readonly carrier: string;
  readonly from: string;
  readonly to: string;
  readonly ref: string;
}

const RECORDS_MAX = 100_000;

/**
 * The telephone network behind the emulators. It places lines, plays the parties at their ends, and
 * remembers everything that ever rang, whatever the carriers say about it.
 */
export class PhoneNetwork {
  readonly #clock: Clock;
  readonly #records: LineRecord[] = [];
  readonly #lines = new Map<string, Line>();
  readonly #scripts = new Map<string, Partial<Script>>();
  readonly #owners = new Map<string, (incoming: Incoming) => void>();
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Every line so far, oldest first. */
  get records(): readonly LineRecord[] {
    return this.#records;
  }

  /** How a number behaves from now on; null: as its number says. */
  script(number: string, script: Partial<Script> | null): void {
    if (script === null) this.#scripts.delete(plain(number));
    else this.#scripts.set(plain(number), script);
  }

  scriptFor(number: string): Script {
    return changed(scriptOf(number), this.#scripts.get(plain(number)) ?? {});
  }

  /** Hands calls to a number to its owner; the answer gives the number back. */
  own(number: string, answer: (incoming: Incoming) => void): () => void {
    this.#owners.set(plain(number), answer);
    return () => {
      if (this.#owners.get(plain(number)) === answer) this.#owners.delete(plain(number));
    };
  }

  /** A carrier calls somebody. Where the number is owned, both halves are legs of carriers. */
  dial(dialling: Dialling, events: LineEvents): Line {
    const script = this.scriptFor(dialling.to);
    const owner = this.#owners.get(plain(dialling.to));
    const line = this.#line(dialling, owner === undefined ? script : PASSIVE, events);
    if (owner === undefined) line.dial();
    else this.#enter(owner, line);
    return line;
  }

  /** Somebody calls a number. False when nobody owns it. */
  call(from: string, to: string, script: Partial<Script> = {}): LineRecord | null {
    const owner = this.#owners.get(plain(to));
    if (owner === undefined) return null;
    const caller = { ...PASSIVE, talk_ms: null, ...script };
    return this.#ringAt(owner, { carrier: '', from, to, ref: '' }, caller).record;
  }

  /** The line of a leg that is up, by the carrier's name for it. */
  lineOf(ref: string): Line | null {
    return this.#lines.get(ref) ?? null;
  }

  /** Gives a line that came in the name its carrier has for it. */
  name(line: Line, ref: string): void {
    line.record.ref = ref;
    this.#lines.set(ref, line);
  }

  #enter(owner: (incoming: Incoming) => void, near: Line): void {
    const { from, to } = near.record;
    near.after(this.scriptFor(to).ringing_ms ?? 0, () => {
      const far = this.#ringAt(owner, { carrier: '', from, to, ref: '' }, PASSIVE);
      near.pair(far);
      near.ring();
    });
  }

  #ringAt(owner: (incoming: Incoming) => void, dialling: Dialling, script: Script): Line {
    const slot: { events: LineEvents | null } = { events: null };
    const line = this.#line(dialling, script, {
      ringing: () => slot.events?.ringing(),
      answered: () => slot.events?.answered(),
      ended: (end) => slot.events?.ended(end),
      digit: (digit) => slot.events?.digit(digit),
    });
    line.record.tm_ringing = line.now;
    owner({ line, listen: (events) => void (slot.events = events) });
    return line;
  }

  #line(dialling: Dialling, script: Script, events: LineEvents): Line {
    this.#count += 1;
    const record: LineRecord = {
      n: this.#count,
      ...dialling,
      direction: dialling.carrier === '' ? 'in' : 'out',
      tm_dialled: this.#clock.now(),
      tm_ringing: null,
      tm_answer: null,
      tm_end: null,
      code: null,
      ended_by: null,
      heard: [],
    };
    this.#records.push(record);
    if (this.#records.length > RECORDS_MAX) this.#records.shift();
    const line = new Line(record, script, {
      clock: this.#clock,
      events: this.#watched(events, record),
    });
    if (dialling.ref !== '') this.#lines.set(dialling.ref, line);
    return line;
  }

  #watched(events: LineEvents, record: LineRecord): LineEvents {
    return {
      ...events,
      ended: (end) => {
        this.#lines.delete(record.ref);
        events.ended(end);
      },
    };
  }
}

/** The far party is not played: another leg, or the one that called. */
const PASSIVE: Script = {
  ringing_ms: null,
  answer_ms: null,
  code: 487,
  turned_down_ms: null,
  talk_ms: null,
  dropped: false,
  digits: '',
  party: 'human',
};

/** Twilio writes the plus, Vonage does not: it is one number. */
function plain(number: string): string {
  return number.replace(/^\+/, '');
}
