import type { Clock } from '../kernel/clock.ts';
import type { NodeStore } from '../store/store.ts';
import type { Later } from './clock.ts';
import type { Log } from './log.ts';

/** A node that has not shown itself for so long is dead: what it left is taken over. */
export const DEAD_MS = 12_000;
const BEAT_MS = 3_000;

export interface Membership {
  readonly node: string;
  /**
   * Whether the others can still believe this node alive. One that was frozen too long must not
   * act on what it knew: another may have acted in its place.
   */
  isTrusted(): boolean;
  start(): Promise<void>;
  stop(): Promise<void>;
}

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
export function makeMembership(parts: MembershipParts): Membership {
  const { node, nodes, clock, log } = parts;
  let beat_at = 0;
  let stopped = false;

  const beat = async (): Promise<void> => {
    const now = clock.wall();
    if (beat_at !== 0 && now - beat_at > DEAD_MS) {
      log.warn({ node, away_ms: now - beat_at }, 'this node was away; others may have taken over');
      parts.returned();
    }
    await nodes.beat(node, now);
    beat_at = now;
    const before = parts.alone ? now + 1 : now - DEAD_MS;
    const dead = await nodes.adopt(node, before as typeof now);
    if (dead.length === 0) return;
    log.info({ node, dead }, 'took over the work of nodes that died');
    await parts.adopted(dead);
  };
  const again = (): void => {
    if (stopped) return;
    parts.later(BEAT_MS, () => {
      beat()
        .catch((error: unknown) => log.error({ node, error }, 'no heartbeat: the store is away'))
        .finally(again);
    });
  };

  return {
    node,
    isTrusted: () => clock.wall() - beat_at < DEAD_MS,
    start: async () => {
      await beat();
      again();
    },
    stop: async () => {
      stopped = true;
      await nodes.leave(node);
    },
  };
}
