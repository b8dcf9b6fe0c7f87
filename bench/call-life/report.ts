import type { Figures, Percentiles } from './load.ts';

/** One run: what was under load, on what storage, and what was measured. */
export interface Row {
  readonly target: string;
  readonly storage: string;
  readonly figures: Figures;
}

const HEAD = [
  'target',
  'storage',
  'calls/s',
  'webhooks/s',
  'CPU µs/call',
  'client µs',
  'POST p50/p99 ms',
  'webhook p50/p99 ms',
  'call p50/p99 ms',
  'RSS MB',
];

/** The runs as a Markdown table, one line each. */
export function tableOf(rows: readonly Row[]): string {
  const lines = [HEAD, HEAD.map(() => '---'), ...rows.map(cellsOf)];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function cellsOf({ target, storage, figures }: Row): string[] {
  return [
    target,
    storage,
    figures.calls_per_s.toFixed(0),
    figures.webhooks_per_s.toFixed(0),
    figures.server_cpu_us.toFixed(0),
    figures.client_cpu_us.toFixed(0),
    pair(figures.post_ms),
    pair(figures.webhook_ms),
    pair(figures.call_ms),
    String(figures.rss_mb),
  ];
}

function pair({ p50, p99 }: Percentiles): string {
  return `${p50.toFixed(1)} / ${p99.toFixed(1)}`;
}

/**
 * How the product compares with the limit: the means of their alternating runs, by calls a second
 * and, steadier where the machine is shared, by the processor time a call takes.
 */
export function ratioLine(rows: readonly Row[]): string {
  const mean = (target: string, pick: (figures: Figures) => number) => {
    const own = rows.filter((row) => row.target === target).map(({ figures }) => pick(figures));
    return own.reduce((sum, figure) => sum + figure, 0) / own.length;
  };
  const rate = (target: string) => mean(target, ({ calls_per_s }) => calls_per_s);
  const cpu = (target: string) => mean(target, ({ server_cpu_us }) => server_cpu_us);
  const [product, limit] = [rate('product'), rate('limit')];
  if (Number.isNaN(product) || Number.isNaN(limit)) return '';
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  return (
    `The product does ${product.toFixed(0)} of ${limit.toFixed(0)} calls/s: ` +
    `${percent(product / limit)}; by CPU time ${percent(cpu('limit') / cpu('product'))}.`
  );
}
