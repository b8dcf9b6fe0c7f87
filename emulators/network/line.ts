import type { Instant } from '../../kernel/brand.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Script } from './script.ts';

/** Who ended a line: its far party or network, the near end, or a timer the near end set. */
export type EndedBy = 'far_end' | 'near_end' | 'ring_timer' | 'talk_timer';

export interface LineEnd {
  /** The final SIP code; 200 for a line that was answered. */
  readonly code: number;
  readonly by: EndedBy;
}

/** What whoever holds the near end of a line is told. */
export interface LineEvents {
  ringing(): void;
  answered(): void;
  ended(end: LineEnd): void;
  digit(digit: string): void;
}

/** A line as the network's log shows it: what rang where, and what was heard there. */
export interface LineRecord {
  readonly n: number;
  readonly carrier: string;
  readonly direction: 'out' | 'in';
  readonly from: string;
  readonly to: string;
  /** The carrier's name for the leg, once it has one. */
  ref: string;
  readonly tm_dialled: Instant;
  tm_ringing: Instant | null;
  tm_answer: Instant | null;
  tm_end: Instant | null;
  code: number | null;
  ended_by: EndedBy | null;
  readonly heard: string[];
}

const DIGIT_MS = 100;
/** A party needs a moment before it presses anything. */
const FIRST_DIGIT_MS = 1_000;
const PAUSES_MS: Readonly<Record<string, number>> = { w: 500, W: 1_000 };
const HEARD_MAX = 200;

/** One line of the telephone network, from a carrier to a party that follows its script. */
export class Line {
  readonly record: LineRecord;
  readonly script: Script;
  readonly #clock: Clock;
  readonly #events: LineEvents;
  readonly #timers = new Set<() => void>();
  /** The other half, where the party is itself a leg of a carrier. */
  #mate: Line | null = null;

  constructor(record: LineRecord, script: Script, means: { clock: Clock; events: LineEvents }) {
    this.record = record;
    this.script = script;
    this.#clock = means.clock;
    this.#events = means.events;
  }

  get is_over(): boolean {
    return this.record.tm_end !== null;
  }

  get is_answered(): boolean {
    return this.record.tm_answer !== null;
  }

  get now(): Instant {
    return this.#clock.now();
  }

  /** Lets the far party do what its script says, counted from now. */
  dial(): void {
    const { ringing_ms, answer_ms, turned_down_ms, code } = this.script;
    if (ringing_ms !== null) this.#after(ringing_ms, () => this.ring());
    if (answer_ms !== null) this.#after(answer_ms, () => this.answer());
    else if (turned_down_ms !== null)
      this.#after(turned_down_ms, () => this.end({ code, by: 'far_end' }));
  }

  /** Makes the two halves of a call between two legs follow each other. */
  pair(mate: Line): void {
    this.#mate = mate;
    mate.#mate = this;
  }

  ring(): void {
    if (this.is_over || this.is_answered || this.record.tm_ringing !== null) return;
    this.record.tm_ringing = this.now;
    this.#events.ringing();
  }

  answer(): void {
    if (this.is_over || this.is_answered) return;
    this.record.tm_answer = this.now;
    this.#play();
    this.#mate?.answer();
    this.#events.answered();
  }

  end(end: LineEnd): void {
    if (this.is_over) return;
    for (const cancel of this.#timers) cancel();
    const answered = this.is_answered;
    const code = answered ? 200 : end.code;
    Object.assign(this.record, { tm_end: this.now, code, ended_by: end.by });
    const theirs = end.by === 'far_end' ? 'near_end' : 'far_end';
    this.#mate?.end({ code: answered ? 200 : end.code, by: theirs });
    this.#events.ended({ code, by: end.by });
  }

  /** The near end hangs up: cancels what is not answered yet. */
  hangUp(by: EndedBy = 'near_end'): void {
    this.end({ code: this.is_answered ? 200 : 487, by });
  }

  /** The far party presses keys. */
  press(digits: string): void {
    if (!this.is_answered || this.is_over) return;
    let at_ms = 0;
    for (const symbol of digits) {
      at_ms += PAUSES_MS[symbol] ?? DIGIT_MS;
      if (PAUSES_MS[symbol] === undefined) this.#after(at_ms, () => this.#events.digit(symbol));
    }
  }

  /** Notes what the far party hears; keys sent to another leg are heard there as keys. */
  hear(what: string, digits = ''): void {
    if (this.record.heard.length < HEARD_MAX) this.record.heard.push(what);
    if (digits !== '') this.#mate?.press(digits);
  }

  /** Calls back while the line is up. */
  after(ms: number, wake: () => void): () => void {
    return this.#after(ms, wake);
  }

  #play(): void {
    const { digits, talk_ms, dropped } = this.script;
    if (digits !== '') this.#after(FIRST_DIGIT_MS, () => this.press(digits));
    if (talk_ms === null) return;
    this.#after(talk_ms, () => this.end({ code: dropped ? 500 : 200, by: 'far_end' }));
  }

  #after(ms: number, wake: () => void): () => void {
    const cancel = this.#clock.after(ms, () => {
      this.#timers.delete(cancel);
      if (!this.is_over) wake();
    });
    this.#timers.add(cancel);
    return () => {
      this.#timers.delete(cancel);
      cancel();
    };
  }
}
