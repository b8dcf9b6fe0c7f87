import { attemptOfLeg } from '../../calls/attempts.ts';
import type { AttemptId, ProviderId } from '../../kernel/brand.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { SandboxLeg, SandboxLog } from '../../store/sandbox_log.ts';
import type { DialOrder, ProviderAccount } from '../carrier.ts';
import { type Verdict, verdictOf } from './door.ts';
import type { NetworkLeg } from './leg.ts';
import { mayStay } from './peers.ts';
import { admit, turnDown, type Visit, visitRow } from './visits.ts';

/** How long somebody who has a number called waits for our word. */
const UNDECIDED_MS = 10_000;

export interface LobbyMeans {
  readonly log: Pick<SandboxLog, 'dial' | 'served'>;
  readonly clock: Clock;
  /** The account, if it is connected. */
  account(provider_id: ProviderId): ProviderAccount | null;
  /** Puts a leg that is up onto the network. */
  take(row: SandboxLeg): void;
}

/** Where calls wait that come in to us, until we have said whether we take them. */
export class Lobby {
  readonly #means: LobbyMeans;
  readonly #deciding = new Map<AttemptId, Set<(verdict: Verdict) => void>>();

  constructor(means: LobbyMeans) {
    this.#means = means;
  }

  /** The account whose number a dial reaches; null where it reaches somebody else. */
  async hostOf(order: DialOrder, row: SandboxLeg): Promise<ProviderAccount | null> {
    if (!mayStay(order, row)) return null;
    const { target } = order.destination;
    const at = (await this.#means.log.served([target])).get(target);
    return at === undefined ? null : this.#means.account(at);
  }

  /** Brings a call to an account's number, once per name of its leg. Throws StoreError. */
  async bring(host: ProviderAccount, visit: Visit): Promise<void> {
    const { log, clock, take } = this.#means;
    const row = await log.dial(visitRow(host, visit, clock.now()));
    if (row.tm_end === null) take(row);
  }

  /** The same; answers what we said to it, null while we have said nothing. */
  async ring(provider_id: ProviderId, visit: Visit): Promise<Verdict | null> {
    const host = this.#means.account(provider_id);
    if (host === null) return { taken: false, sip_code: 404, q850: 1 };
    const id = attemptOfLeg(provider_id, visit.leg_ref);
    const { promise, resolve } = Promise.withResolvers<Verdict | null>();
    const waiting = this.#deciding.get(id) ?? new Set();
    this.#deciding.set(id, waiting.add(resolve));
    const cancel = this.#means.clock.after(UNDECIDED_MS, () => resolve(null));
    try {
      await this.bring(host, visit);
      return await promise;
    } finally {
      cancel();
      waiting.delete(resolve);
      if (waiting.size === 0) this.#deciding.delete(id);
    }
  }

  /** We have answered. Does to the leg what we said, and says it to whoever waits. */
  decided(leg: NetworkLeg, answer: { status: number; body: string }): Verdict {
    const verdict = verdictOf(answer);
    const now = this.#means.clock.now();
    if (leg.row.tm_end === null)
      if (verdict.taken) admit(leg, now);
      else turnDown(leg, verdict, now);
    for (const tell of this.#deciding.get(leg.row.attempt_id) ?? []) tell(verdict);
    return verdict;
  }
}
