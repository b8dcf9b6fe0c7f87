import type { CustomerId, GroupId, Instant } from '../kernel/brand.ts';

/** What every group of calls has, whatever it holds them together for. */
export interface GroupFacts {
  readonly id: GroupId;
  readonly customer_id: CustomerId;
  /** The group or thing it belongs to, and the call it was made for: what lists are narrowed by. */
  readonly parent_id: string | null;
  readonly reference_id: string | null;
  /** The moments at which it wants to be woken, by name. A timer that is not set is left out. */
  readonly timers: Readonly<Record<string, Instant>>;
  /** Notices told so far: their `sequence` runs 1, 2, 3 … */
  readonly told_count: number;
  readonly tm_create: Instant;
  readonly tm_update: Instant;
  /** Since when customers do not see it any more; it may still be ending. */
  readonly tm_delete: Instant | null;
}

/** The earliest moment at which a group wants to be woken; null when it waits for others only. */
export function wakeAt({ timers }: GroupFacts): Instant | null {
  const set = Object.values(timers);
  return set.length === 0 ? null : (Math.min(...set) as Instant);
}

export function withTimer<G extends GroupFacts>(group: G, timer: string, at: Instant | null): G {
  const rest = Object.fromEntries(Object.entries(group.timers).filter(([name]) => name !== timer));
  return { ...group, timers: at === null ? rest : { ...rest, [timer]: at } };
}
