import type { Policy } from './policies.ts';
import { POLICIES } from './policies.ts';
import type { World } from './world.ts';
import { worldOf } from './world.ts';

/** How a policy did. Money in micros a delivered call. */
export interface Score {
  readonly policy: string;
  readonly first_try: number;
  readonly delivered: number;
  readonly charge: number;
  readonly setup_s: number;
  /** Charge, failed tries and delay in one: what all of them are measured by. */
  readonly effective: number;
  readonly changes_a_day: number;
}

const TRIES_MAX = 3;
/** As in routing/effective_price.ts, written down once more: the judge is not the judged. */
const FAILED_TRY = 1;
const DELAY_PER_S = 0.05;
const DELAY_FREE_S = 2;
const DAY_S = 86_400;

interface Sums {
  first: number;
  delivered: number;
  charge: number;
  setup_s: number;
  losses: number;
  changes: number;
  leader: number;
}

/** Routes a call a second through the same worlds by each policy. */
export function simulated(seeds: readonly number[], seconds: number): Score[] {
  return POLICIES.map((make) => {
    const sums: Sums = {
      first: 0,
      delivered: 0,
      charge: 0,
      setup_s: 0,
      losses: 0,
      changes: 0,
      leader: -1,
    };
    let name = '';
    for (const seed of seeds) {
      const world = worldOf(seed, seconds);
      const policy = make(world);
      ({ name } = policy);
      for (let second = 0; second < seconds; second += 1) routed(world, policy, { sums, second });
    }
    return scoreOf(name, sums, seeds.length * seconds);
  });
}

/**
 * One call. What it costs is reckoned by what was true of the carriers, so that luck blurs the
 * figures less; what the policy hears is what happened.
 */
function routed(
  world: World,
  policy: Policy,
  { sums, second }: { sums: Sums; second: number },
): void {
  const order = policy.order(second).slice(0, TRIES_MAX);
  if (order[0] !== sums.leader) sums.changes += 1;
  sums.leader = order[0] ?? -1;
  let reached = 1;
  let waiting = true;
  order.forEach((carrier, place) => {
    const { p, pdd_ms } = world.truthOf(carrier, second);
    const late_s = Math.max(0, pdd_ms / 1_000 - DELAY_FREE_S);
    if (place === 0) sums.first += p;
    sums.delivered += reached * p;
    sums.charge += reached * p * (world.carriers[carrier]?.charge ?? 0);
    sums.setup_s += (reached * pdd_ms) / 1_000;
    sums.losses += reached * world.reference * (FAILED_TRY * (1 - p) + DELAY_PER_S * late_s);
    reached *= 1 - p;
    if (!waiting) return;
    const delivered = world.delivers(carrier, second);
    policy.hear(second, { carrier, delivered, pdd_ms });
    waiting = !delivered;
  });
}

function scoreOf(policy: string, sums: Sums, calls: number): Score {
  return {
    policy,
    first_try: sums.first / calls,
    delivered: sums.delivered / calls,
    charge: sums.charge / sums.delivered,
    setup_s: sums.setup_s / sums.delivered,
    effective: (sums.charge + sums.losses) / sums.delivered,
    changes_a_day: (sums.changes * DAY_S) / calls,
  };
}

/** The scores as a Markdown table. */
export function tableOf(scores: readonly Score[]): string {
  const best = Math.min(...scores.map(({ effective }) => effective));
  const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
  const rows = scores.map((score) => [
    score.policy,
    percent(score.first_try),
    percent(score.delivered),
    (score.charge / 1e6).toFixed(5),
    `${score.setup_s.toFixed(2)} s`,
    (score.effective / 1e6).toFixed(5),
    `+${percent(score.effective / best - 1)}`,
    score.changes_a_day.toFixed(0),
  ]);
  const head = 'policy|first try|delivered|bought at|setup|effective|above best|changes/day'.split(
    '|',
  );
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
