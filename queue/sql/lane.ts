import type { Clock } from '../../kernel/clock.ts';
import { Heap, type Timed } from '../../kernel/heap.ts';

interface Wake extends Timed {
  readonly key: string;
}

/** One run of the worker, and when it was asked to run once more, if it was. */
interface Run {
  again_at: number | null;
  readonly ended: Promise<void>;
}

export interface LaneSettings {
  readonly clock: Clock;
  readonly running_max: number;
  readonly complain: (error: unknown) => void;
}

/** The wake-ups of one topic, and the one worker that answers them. */
export class Lane {
  readonly #settings: LaneSettings;
  readonly #heap = new Heap<Wake>();
  /** What the heap holds, by key. A key that is being worked on is in #running instead. */
  readonly #waiting = new Map<string, Wake>();
  readonly #running = new Map<string, Run>();
  #worker: ((key: string) => Promise<void>) | null = null;
  #alarm: { readonly at: number; readonly cancel: () => void } | null = null;

  constructor(settings: LaneSettings) {
    this.#settings = settings;
  }

  wake(key: string, at: number): void {
    const run = this.#running.get(key);
    if (run !== undefined) run.again_at = at;
    else this.#wait(key, at);
    this.#pump();
  }

  work(worker: (key: string) => Promise<void>): void {
    this.#worker = worker;
    this.#pump();
  }

  /** Starts nothing more; resolves when what runs has ended. */
  async close(): Promise<void> {
    this.#worker = null;
    this.#alarm?.cancel();
    await Promise.all([...this.#running.values()].map((run) => run.ended));
  }

  #wait(key: string, at: number): void {
    const known = this.#waiting.get(key);
    if (known !== undefined) this.#heap.remove(known);
    const wake = known ?? { key, at, place: 0 };
    wake.at = at;
    this.#waiting.set(key, wake);
    this.#heap.add(wake);
  }

  /** Starts whatever is due and has room, then asks to be called when the next is due. */
  #pump(): void {
    const { clock, running_max } = this.#settings;
    while (this.#worker !== null && this.#running.size < running_max) {
      const first = this.#heap.first();
      if (first === undefined || first.at > clock.now()) return this.#lookAgain(first?.at ?? null);
      this.#heap.remove(first);
      this.#waiting.delete(first.key);
      this.#start(first.key, this.#worker);
    }
  }

  #lookAgain(at: number | null): void {
    if (this.#alarm?.at === at) return;
    this.#alarm?.cancel();
    this.#alarm = null;
    if (at === null) return;
    const { clock } = this.#settings;
    const ring = (): void => {
      this.#alarm = null;
      this.#pump();
    };
    this.#alarm = { at, cancel: clock.after(at - clock.now(), ring) };
  }

  #start(key: string, worker: (key: string) => Promise<void>): void {
    const ended = Promise.resolve()
      .then(() => worker(key))
      .catch(this.#settings.complain)
      .then(() => {
        this.#end(key);
      });
    this.#running.set(key, { again_at: null, ended });
  }

  #end(key: string): void {
    const run = this.#running.get(key);
    this.#running.delete(key);
    if (run?.again_at != null) this.#wait(key, run.again_at);
    this.#pump();
  }
}
