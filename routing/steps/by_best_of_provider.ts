import { compareText } from '../option.ts';
import type { Dropped, Option, Sifted } from '../option.ts';

/**
 * Keeps one route per provider: the customer's own before a default one, then the longest prefix.
 * The longest prefix counts within a provider only; across providers it would let a dear carrier
 * that lists finer codes win over a cheap one that lists the country.
 */
export function byBestOfProvider(options: readonly Option[]): Sifted {
  const best = new Map<string, Option>();
  for (const option of options) {
    const rival = best.get(option.route.provider_id);
    if (rival === undefined || compare(option, rival) < 0)
      best.set(option.route.provider_id, option);
  }
  const dropped: Dropped[] = [];
  for (const option of options) {
    const winner = best.get(option.route.provider_id);
    if (winner === undefined || winner === option) continue;
    const detail = `route ${winner.route.id}`;
    dropped.push({ option, verdict: { reason: 'provider_listed_already', detail } });
  }
  return { kept: [...best.values()], dropped };
}

function compare(a: Option, b: Option): number {
  return (
    Number(b.own) - Number(a.own) ||
    b.prefix_length - a.prefix_length ||
    a.route.priority - b.route.priority ||
    compareText(a.route.id, b.route.id)
  );
}
