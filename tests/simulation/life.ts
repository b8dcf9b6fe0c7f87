import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../kernel/clock.ts';
import type { Later } from '../../engine/clock.ts';
import {
  type Carrier,
  CarrierError,
  type CarrierKind,
  type DialOutcome,
  type NumberDesk,
} from '../../providers/carrier.ts';
import { StoreError } from '../../store/store.ts';
import type { Sender } from '../../webhooks/delivery.ts';

type Roll = (below: number) => number;

/** Asked for by someone who has died: no answer ever reaches them. */
const NEVER = new Promise<never>(() => undefined);

export interface LifeMeans {
  readonly clock: Clock;
  readonly roll: Roll;
  /** The most turns of the event loop that a request waits before it leaves. */
  readonly lag_max: number;
  /** Of a hundred orders to a carrier other than dials, how many it cannot take or answer. */
  readonly carrier_faults: number;
  /** Whether no carrier can be reached just now, or none is heard. */
  isCutOff(): boolean;
  /** Of a thousand requests to the store, how many it refuses for the moment. */
  readonly store_faults: number;
}

/**
 * One life of a process: gates around everything through which it touches the world. Once it is
 * dead, as by kill -9, what it had not sent is not sent, nothing wakes it, and no answer reaches
 * it; but what it had asked for before stands.
 */
export class Life {
  readonly clock: Clock;
  readonly later: Later;
  readonly #means: LifeMeans;
  readonly #alarms = new Set<() => void>();
  readonly #mourners = new Set<(error: Error) => void>();
  #dead = false;
  /** While it is frozen: resolves when it thaws. */
  #ice: Promise<void> | null = null;
  #under_way = 0;

  constructor(means: LifeMeans) {
    this.#means = means;
    const { clock } = means;
    this.later = (ms, wake) => this.#after(ms, wake);
    this.clock = { now: clock.now, wall: clock.wall, after: this.later };
  }

  get isDead(): boolean {
    return this.#dead;
  }

  /** Ends this life. Resolves when everything it had asked of the store has been done. */
  async kill(): Promise<void> {
    this.#dead = true;
    for (const cancel of this.#alarms) cancel();
    this.#alarms.clear();
    for (const mourn of this.#mourners) mourn(new Error('the connection was reset'));
    while (this.#under_way > 0) await turn();
  }

  /** Stops it for a while, as a machine does that swaps or moves house; the world goes on. */
  freeze(ms: number): void {
    if (this.#ice !== null || this.#dead) return;
    this.#ice = new Promise((thaw) => {
      this.#means.clock.after(ms, () => {
        this.#ice = null;
        thaw();
      });
    });
  }

  /** What this life answers to a request from outside: its death is the end of the connection. */
  answer<Result>(work: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#mourners.add(reject);
      void work.then(resolve, reject).finally(() => this.#mourners.delete(reject));
    });
  }

  /** The store, or a part of it, as this life reaches it: its functions need no clock to answer. */
  gate<Port extends object>(port: Port): Port {
    const parts = Object.entries(port).map(([name, part]: [string, unknown]) => [
      name,
      typeof part === 'function'
        ? (...args: readonly unknown[]) => this.#store(() => part(...args) as Promise<unknown>)
        : this.gate(part as object),
    ]);
    return Object.fromEntries(parts) as Port;
  }

  gateSender(sender: Sender): Sender {
    return { ...sender, send: (request) => this.ask(() => sender.send(request)) };
  }

  gateKind(kind: CarrierKind): CarrierKind {
    return { ...kind, open: (account) => this.#gateCarrier(kind.open(account)) };
  }

  /** Asks the world for something; `work` is not begun by a life that has ended meanwhile. */
  async ask<Result>(work: () => Promise<Result>): Promise<Result> {
    for (let lag = this.#roll(this.#means.lag_max + 1); lag > 0; lag -= 1) await turn();
    if (this.#dead) return NEVER;
    try {
      const result = await work();
      await this.#ice;
      return this.#dead ? await NEVER : result;
    } catch (error) {
      await this.#ice;
      if (this.#dead) return NEVER;
      throw error;
    }
  }

  #store<Result>(work: () => Promise<Result>): Promise<Result> {
    const refused = this.#roll(1_000) < this.#means.store_faults;
    return this.ask(async () => {
      if (refused) throw new StoreError('later', 'the database is away');
      this.#under_way += 1;
      try {
        return await work();
      } finally {
        this.#under_way -= 1;
      }
    });
  }

  #roll(below: number): number {
    return this.#means.roll(below);
  }

  #after(ms: number, wake: () => void): () => void {
    if (this.#dead) return () => undefined;
    const cancel = this.#means.clock.after(ms, () => {
      const ring = (): void => {
        if (this.#alarms.delete(forget)) wake();
      };
      if (this.#ice === null) ring();
      else void this.#ice.then(ring);
    });
    const forget = (): void => {
      this.#alarms.delete(forget);
      cancel();
    };
    this.#alarms.add(forget);
    return forget;
  }

  #gateCarrier(carrier: Carrier): Carrier {
    return {
      dial: (order) => this.ask(() => this.#dial(() => carrier.dial(order))),
      instruct: (order) => this.ask(() => this.#faulty(() => carrier.instruct(order))),
      hangUp: (...given) => this.ask(() => this.#faulty(() => carrier.hangUp(...given))),
      find: (...given) => this.ask(() => this.#faulty(() => carrier.find(...given))),
      isAuthentic: (notice) => carrier.isAuthentic(notice),
      interpret: (...given) => carrier.interpret(...given),
      ...(carrier.numbers === undefined ? {} : { numbers: this.#gateNumbers(carrier.numbers) }),
    };
  }

  #gateNumbers(numbers: NumberDesk): NumberDesk {
    return {
      search: (...given) => this.ask(() => this.#faulty(() => numbers.search(...given))),
      buy: (...given) => this.ask(() => this.#faulty(() => numbers.buy(...given))),
      configure: (...given) => this.ask(() => this.#faulty(() => numbers.configure(...given))),
      release: (...given) => this.ask(() => this.#faulty(() => numbers.release(...given))),
    };
  }

  async #dial(work: () => Promise<DialOutcome>): Promise<DialOutcome> {
    if (!this.#means.isCutOff()) return work();
    if (this.#roll(2) === 0) await work();
    return { outcome: 'unknown', detail: 'the line is down' };
  }

  /** A carrier that at times does not hear what it is asked, or is not heard when it answers. */
  async #faulty<Result>(work: () => Promise<Result>): Promise<Result> {
    const luck = this.#roll(100);
    const { carrier_faults } = this.#means;
    return luck < carrier_faults ? halfDone(work, luck % 2 === 0) : this.#cutOff(work);
  }

  #cutOff<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#means.isCutOff() ? halfDone(work, this.#roll(2) === 0) : work();
  }
}

/** The line is down: before the request has left, or before its answer is back. */
async function halfDone(work: () => Promise<unknown>, hasLeft: boolean): Promise<never> {
  if (hasLeft) await work();
  throw new CarrierError('sandbox', 'later', 'the line is down');
}
