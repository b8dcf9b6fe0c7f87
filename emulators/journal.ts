import type { Instant } from '../kernel/brand.ts';
import type { Clock } from '../kernel/clock.ts';

/** A request an emulator made of an application, and what came back. */
export interface Webhook {
  readonly n: number;
  readonly at: Instant;
  /** What it is about: `status.completed`, `answer`, `amd` … */
  readonly tag: string;
  readonly leg: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** HTTP status of the answer; null while there is none. */
  status: number | null;
  failure: string | null;
}

/** Something a carrier would show in its debugger: an application's mistake, in its own code. */
export interface Complaint {
  readonly at: Instant;
  readonly code: string;
  readonly leg: string;
  readonly text: string;
}

const KEPT_MAX = 20_000;

/** What an emulator did and found wrong, for whoever looks: tests and developers. */
export class Journal {
  readonly webhooks: Webhook[] = [];
  readonly complaints: Complaint[] = [];
  readonly #clock: Clock;
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  sent(what: Omit<Webhook, 'n' | 'at' | 'status' | 'failure'>): Webhook {
    this.#count += 1;
    const at = this.#clock.now();
    const webhook: Webhook = { n: this.#count, at, ...what, status: null, failure: null };
    keep(this.webhooks, webhook);
    return webhook;
  }

  complain(code: string, leg: string, text: string): void {
    keep(this.complaints, { at: this.#clock.now(), code, leg, text });
  }
}

function keep<Item>(items: Item[], item: Item): void {
  items.push(item);
  if (items.length > KEPT_MAX) items.shift();
}
