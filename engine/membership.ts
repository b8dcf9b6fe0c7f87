import type { Instant } from '../kernel/brand.ts';
import type { Clock } from '../kernel/clock.ts';
import type { NodeStore } from '../store/nodes.ts';
import type { Later } from './clock.ts';
import type { Log } from './log.ts';

/** A node that has not shown itself for so long is dead: what it left is taken over. */
export const DEAD_MS = 12_000;
const BEAT_MS = 3_000;

export interface MembershipParts {
  readonly node: string;
  readonly nodes: NodeStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly later: Later;
  /** Whether this process is the only one there can be (embedded default). */
  readonly alone: boolean;
  /** Dead nodes' work is ours now. */
  adopted(nodes: readonly string[]): Promise<void>;
  /** We were away so long that others may have taken over. */
  returned(): void;
}

/** Heartbeats on the wall's clock: a test clock that leaps must not kill nodes. */
export class Membership {
  readonly #parts: MembershipParts;
  #beat_at = 0;
  #adopts_from = 0;
  /** Whether there may be work that is ours and has not been taken up yet. */
  #owing = false;
  #stopped = false;

  constructor(parts: MembershipParts) {
    this.#parts = parts;
  }

  /**
   * Whether the others can still believe this node alive. One that was frozen too long must not
   * act on what it knew: another may have acted in its place.
   */
  isTrusted(): boolean {
    return this.#parts.clock.wall() - this.#beat_at < DEAD_MS;
  }

  async start(): Promise<void> {
    await this.#beat();
    this.#again();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#parts.nodes.leave(this.#parts.node);
  }

  async #beat(): Promise<void> {
    const { node, nodes, clock, log, alone } = this.#parts;
    const now = clock.wall();
    await nodes.beat(node, now);
    const away_ms = this.#beat_at === 0 ? 0 : clock.wall() - this.#beat_at;
    this.#beat_at = now;
    // Trusted again only now: what was left alone until this moment must be found by recovery.
    if (away_ms >= DEAD_MS) {
      log.warn({ node, away_ms }, 'this node was away; others may have taken over');
      this.#parts.returned();
      this.#adopts_from = now + DEAD_MS;
      this.#owing = true;
    }
    // What kept us away may have kept the others: they get time to show themselves.
    if (now < this.#adopts_from) return;
    const dead = await nodes.adopt(node, (alone ? now + 1 : now - DEAD_MS) as Instant);
    if (dead.length > 0) log.info({ node, dead }, 'took over the work of nodes that died');
    // What is ours is ours for good: until all has been taken up, every beat tries again.
    this.#owing ||= dead.length > 0;
    if (!this.#owing) return;
    await this.#parts.adopted(dead);
    this.#owing = false;
  }

  #again(): void {
    const { node, log, later } = this.#parts;
    const failed = (error: unknown): void =>
      log.error({ node, error }, 'no heartbeat: the store is away');
    if (this.#stopped) return;
    later(BEAT_MS, () => {
      if (this.#stopped) return;
      this.#beat()
        .catch(failed)
        .finally(() => this.#again());
    });
  }
}
