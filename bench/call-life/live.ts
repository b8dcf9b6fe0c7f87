import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FromClient, ToClient } from './load.ts';
import { cpuOf, rssOf } from './process_figures.ts';
import { nextMessage } from './target.ts';
import type { Target } from './target.ts';

/** First the figure that fits on any page, then the one that was asked for. */
const FIRST_STEP = 10_000;
/** Long enough that garbage is collected and the carrier has been asked about some legs. */
const REST_MS = 20_000;
const MS_PER_S = 1000;
/** Calls posted that do not stand yet. */
const IN_FLIGHT = 256;

/** What standing calls cost. */
export interface Standing {
  readonly calls: number;
  readonly opened_per_s: number;
  readonly rss_mb: number;
  /** CPU used while nothing but standing happens, as a share of one core. */
  readonly cpu_share: number;
}

/** Opens calls that stay answered, in two steps, and measures the product while they stand. */
export async function measureStanding(
  target: Target,
  client: ChildProcess,
  calls: number,
): Promise<Standing[]> {
  const steps = calls > FIRST_STEP ? [FIRST_STEP, calls] : [calls];
  const found: Standing[] = [];
  for (const goal of steps) {
    const more = goal - (found.at(-1)?.calls ?? 0);
    const { final_mark: _mark, ...load } = target.load;
    const order = {
      ...load,
      in_flight: IN_FLIGHT,
      live_mark: '"status":"progressing"',
      calls: more,
    };
    client.send({ do: 'open', load: order } satisfies ToClient);
    const told = await nextMessage<FromClient>(client);
    if (told.told !== 'opened') throw new Error(`the client said ${told.told}`);
    const cpu = cpuOf(load.pid);
    await sleep(REST_MS);
    found.push({
      calls: goal,
      opened_per_s: (more * MS_PER_S) / told.ms,
      rss_mb: rssOf(load.pid),
      cpu_share: (cpuOf(load.pid) - cpu) / MS_PER_S / REST_MS,
    });
  }
  return found;
}

/** One line a step, as Markdown. */
export function standingTable(storage: string, found: readonly Standing[]): string {
  const head = ['storage', 'live calls', 'opened/s', 'RSS MB', 'CPU of one core'];
  const rows = found.map(({ calls, opened_per_s, rss_mb, cpu_share }) => [
    storage,
    String(calls),
    opened_per_s.toFixed(0),
    String(rss_mb),
    `${(cpu_share * 100).toFixed(0)} %`,
  ]);
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
