import type { Instant } from '../../kernel/brand.ts';
import type { Clock } from '../../kernel/clock.ts';

/** Something that wants to be woken. The schedule keeps its place in it here; -1 = nowhere. */
export interface Sleeper {
  due: Instant;
  place: number;
}

/** Wakes many sleepers by one timer: a binary heap, so that legs cost no timer of their own. */
export class Schedule<Kind extends Sleeper> {
  readonly #clock: Clock;
  readonly #wake: (sleeper: Kind) => void;
  readonly #heap: Kind[] = [];
  #armed: { readonly at: Instant; readonly cancel: () => void } | null = null;

  constructor(clock: Clock, wake: (sleeper: Kind) => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  /** Wakes it at `due` and not before; an earlier wish of the same sleeper is forgotten. */
  set(sleeper: Kind, due: Instant): void {
    this.remove(sleeper);
    sleeper.due = due;
    sleeper.place = this.#heap.push(sleeper) - 1;
    rise(this.#heap, sleeper);
    if (sleeper.place === 0) this.#arm();
  }

  remove(sleeper: Kind): void {
    if (sleeper.place >= 0) take(this.#heap, sleeper);
  }

  close(): void {
    this.#armed?.cancel();
    this.#armed = null;
    for (const sleeper of this.#heap.splice(0)) sleeper.place = -1;
  }

  #arm(): void {
    const first = this.#heap[0];
    if (first === undefined || (this.#armed !== null && this.#armed.at <= first.due)) return;
    this.#armed?.cancel();
    const wait_ms = Math.max(0, first.due - this.#clock.now());
    this.#armed = { at: first.due, cancel: this.#clock.after(wait_ms, () => this.#ring()) };
  }

  #ring(): void {
    this.#armed = null;
    const now = this.#clock.now();
    for (
      let first = this.#heap[0];
      first !== undefined && first.due <= now;
      first = this.#heap[0]
    ) {
      take(this.#heap, first);
      this.#wake(first);
    }
    this.#arm();
  }
}

function take<Kind extends Sleeper>(heap: Kind[], sleeper: Kind): void {
  const hole = sleeper.place;
  const last = heap.pop();
  sleeper.place = -1;
  if (last === undefined || last === sleeper) return;
  put(heap, last, hole);
  rise(heap, last);
  sink(heap, last);
}

function rise<Kind extends Sleeper>(heap: Kind[], sleeper: Kind): void {
  while (sleeper.place > 0) {
    const above = (sleeper.place - 1) >> 1;
    const parent = heap[above] as Kind;
    if (parent.due <= sleeper.due) return;
    const place = sleeper.place;
    put(heap, sleeper, above);
    put(heap, parent, place);
  }
}

function sink<Kind extends Sleeper>(heap: Kind[], sleeper: Kind): void {
  for (;;) {
    const left = heap[sleeper.place * 2 + 1];
    const right = heap[sleeper.place * 2 + 2];
    if (left === undefined) return;
    const child = right !== undefined && right.due < left.due ? right : left;
    if (sleeper.due <= child.due) return;
    const place = sleeper.place;
    put(heap, sleeper, child.place);
    put(heap, child, place);
  }
}

function put<Kind extends Sleeper>(heap: Kind[], sleeper: Kind, place: number): void {
  heap[place] = sleeper;
  sleeper.place = place;
}
