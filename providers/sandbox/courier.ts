import type { KeyObject } from 'node:crypto';
import type { Instant, ProviderId } from '../../kernel/brand.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { SandboxFault } from '../../calls/call.ts';
import type { Notice } from '../carrier.ts';
import { bodyOf, type News, SIGNATURE_HEADER, signed } from './wire.ts';

/** Takes a notice to us. Answers what we answered; rejects when nobody did. */
export type Deliver = (provider_id: ProviderId, notice: Notice) => Promise<Answer>;

/** Whom the notices of a leg are from, and how they get lost. */
export interface Sender {
  readonly attempt_id: string;
  readonly leg_ref: string;
  readonly provider_id: ProviderId;
  readonly key: KeyObject;
  readonly fault: SandboxFault | null;
}

/** What was answered to a piece of news; 599 where nobody did. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A piece of news on its way. `heard` is called when it was told, or given up; maybe again. */
export interface Parcel {
  readonly news: News;
  readonly at: Instant;
  readonly heard: (answer: Answer) => void;
}

interface Line {
  readonly sender: Sender;
  readonly queue: Parcel[];
  readonly waiting: (() => void)[];
  held: Parcel | null;
}

/** What a courier works with. `report` is told of deliveries that threw. */
export interface Means {
  readonly clock: Clock;
  readonly deliver: Deliver;
  readonly report: (error: unknown) => void;
}

const RETRY_MS = 1_000;
const DELAY_MS = 5_000;
const HOLD_MS = 3_000;
/** How long a carrier waits for our answer: Twilio's 15 s. */
const PATIENCE_MS = 15_000;
const DUPLICATES = 3;
const NO_ANSWER: Answer = { status: 599, body: '' };

/** Brings news to us as carriers do: in order, once more after a failure, and then never again. */
export class Courier {
  readonly #means: Means;
  readonly #lines = new Map<string, Line>();
  readonly #pending = new Set<{ readonly since: Instant; readonly giveUp: () => void }>();

  constructor(means: Means) {
    this.#means = means;
  }

  /** Begins to tell. What the sender's fault says may delay, repeat, swap or lose it. */
  tell(sender: Sender, parcel: Parcel): void {
    switch (sender.fault) {
      case 'lose_notices':
        return parcel.heard(NO_ANSWER);
      case 'lose_final_notice':
        return parcel.news.event === 'ended'
          ? parcel.heard(NO_ANSWER)
          : this.#enqueue(sender, [parcel]);
      case 'delay_notices':
        return void this.#means.clock.after(DELAY_MS, () => this.#enqueue(sender, [parcel]));
      case 'duplicate_notices':
        return this.#enqueue(sender, Array<Parcel>(DUPLICATES).fill(parcel));
      case 'reorder_notices':
        return this.#swap(sender, parcel);
      default:
        return this.#enqueue(sender, [parcel]);
    }
  }

  /** Resolves when nothing of this leg is being told, at the latest after `ms_max`. */
  async quiet(leg_ref: string, ms_max: number): Promise<void> {
    const line = this.#lines.get(leg_ref);
    if (line === undefined || line.queue.length === 0) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#means.clock.after(ms_max, resolve);
      line.waiting.push(() => {
        cancel();
        resolve();
      });
    });
  }

  /** Gives up on answers that have taken longer than a carrier waits. */
  expire(): void {
    const oldest = this.#means.clock.now() - PATIENCE_MS;
    for (const { since, giveUp } of this.#pending) if (since < oldest) giveUp();
  }

  #enqueue(sender: Sender, parcels: readonly Parcel[]): void {
    const line = this.#lineOf(sender);
    line.queue.push(...parcels);
    if (line.queue.length === parcels.length) void this.#drain(line);
  }

  /** Sends every second piece of news before the one it follows. */
  #swap(sender: Sender, parcel: Parcel): void {
    const line = this.#lineOf(sender);
    const before = line.held;
    line.held = before === null && parcel.news.event !== 'ended' ? parcel : null;
    if (line.held === null)
      return this.#enqueue(sender, before === null ? [parcel] : [parcel, before]);
    this.#means.clock.after(HOLD_MS, () => {
      if (line.held !== parcel) return;
      line.held = null;
      this.#enqueue(sender, [parcel]);
    });
  }

  async #drain(line: Line): Promise<void> {
    for (let next = line.queue[0]; next !== undefined; next = line.queue[0]) {
      await this.#send(line.sender, next);
      line.queue.shift();
    }
    if (line.held === null) this.#lines.delete(line.sender.leg_ref);
    for (const wake of line.waiting.splice(0)) wake();
  }

  async #send(sender: Sender, { news, at, heard }: Parcel): Promise<void> {
    const { clock } = this.#means;
    const body = bodyOf(sender, news, at);
    const post = () => this.#post(sender, signed(body, sender.key, clock.wall()));
    if (sender.fault === 'forge_notices')
      await this.#post(sender, forgery(sender, news, clock.wall()));
    const answer = await post();
    if (answer.status < 500) heard(answer);
    else clock.after(RETRY_MS, () => void post().then(heard));
  }

  #post(sender: Sender, notice: Notice): Promise<Answer> {
    const { clock, deliver, report } = this.#means;
    return new Promise((resolve) => {
      const wait = { since: clock.now(), giveUp: () => settle(NO_ANSWER) };
      const settle = (answer: Answer) => {
        this.#pending.delete(wait);
        resolve(answer);
      };
      this.#pending.add(wait);
      deliver(sender.provider_id, notice).then(settle, (error: unknown) => {
        report(error);
        settle(NO_ANSWER);
      });
    });
  }

  #lineOf(sender: Sender): Line {
    const known = this.#lines.get(sender.leg_ref);
    if (known !== undefined) return known;
    const line: Line = { sender, queue: [], waiting: [], held: null };
    this.#lines.set(sender.leg_ref, line);
    return line;
  }
}

/** What someone who does not know the secret would say: well formed, impossible, badly signed. */
function forgery(sender: Sender, news: News, wall: Instant): Notice {
  const lie: News =
    news.event === 'ended'
      ? { event: 'answered', key: 'forged-answer', party: 'human' }
      : {
          event: 'ended',
          key: 'forged-end',
          end: {
            sip_code: 603,
            q850: null,
            by: 'far_end',
            rang: true,
            answered: false,
            incoming: false,
          },
          talk_ms: 86_400_000,
          mos: null,
        };
  const honest = signed(bodyOf(sender, lie, wall), sender.key, wall);
  const signature = (honest.headers[SIGNATURE_HEADER] ?? '').split('').reverse().join('');
  return { ...honest, headers: { ...honest.headers, [SIGNATURE_HEADER]: signature } };
}
