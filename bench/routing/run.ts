/**
 * How long a decision takes: `npm run bench:routing -- [rows a carrier] [carriers]`, 500,000 and 10
 * unless said otherwise. Beside it, in the same run and on the same rows, a Map per length of
 * prefix, and SQL. Then a table of policies in a simulated world.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Instant } from '../../kernel/brand.ts';
import { rollerOf } from '../../kernel/random.ts';
import { newBreaker, circuitAt } from '../../routing/breaker.ts';
import { countryDigits } from '../../routing/country_digits.ts';
import type { Deck } from '../../routing/deck.ts';
import { addRow, deckOf, newDraft } from '../../routing/deck_draft.ts';
import type { DeckAnswer } from '../../routing/deck_lookup.ts';
import { deckReader } from '../../routing/deck_lookup.ts';
import { effectivePrice } from '../../routing/effective_price.ts';
import { mixCosts } from '../../routing/mix_costs.ts';
import type { Ranked } from '../../routing/ranking.ts';
import { rankingOf } from '../../routing/ranking.ts';
import { successOf } from '../../routing/success.ts';
import { numbersIn, rowsOf } from './decks.ts';
import type { Size } from './rivals.ts';
import { inSql, mapsPerLength, poolFor } from './rivals.ts';
import { simulated, tableOf } from './simulate.ts';
import { CALL_MIX } from './world.ts';

const ASKED = 200_000;
const WARM = 20_000;
const NOW = 1_790_000_000_000 as Instant;

const [rows = '500000', carriers = '10'] = process.argv.slice(2);
const size: Size = { rows: Number(rows), carriers: Number(carriers) };
setFlagsFromString('--expose_gc');
const collect = runInNewContext('gc') as () => void;

function megabytes(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1e6;
}

/** Builds something, and says how long that took and what it keeps. */
function built<Thing>(build: () => Thing): { thing: Thing; seconds: number; mb: number } {
  const before = megabytes();
  const start = performance.now();
  const thing = build();
  const seconds = (performance.now() - start) / 1_000;
  return { thing, seconds, mb: megabytes() - before };
}

function buildDeck(pool: readonly string[]): Deck {
  const draft = newDraft();
  for (let carrier = 0; carrier < size.carriers; carrier += 1)
    for (const row of rowsOf(carrier, pool, size.rows)) addRow(draft, row);
  const start = performance.now();
  const deck = deckOf(draft);
  console.log(
    `(of which sorting and laying out ${((performance.now() - start) / 1e3).toFixed(1)} s)`,
  );
  return deck;
}

/** A deck is flat arrays, and little else. */
function bytesOf(deck: Deck): number {
  const arrays = Object.values(deck).filter((part) => ArrayBuffer.isView(part));
  return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** A whole decision: lookup, guard, expected cost, quality, order. */
function decider(read: (number: string) => DeckAnswer): (number: string) => number {
  const costOf = mixCosts(CALL_MIX);
  const circuit = circuitAt(newBreaker(NOW), NOW);
  const scale = { reference: 21_000, factor: 1, short_pool: 0.02 };
  return (number) => {
    const candidates = read(number).matches.map((match, place): Ranked => {
      const { p, n_recent } = successOf({ good: 38 - place, count: 40 }, [
        { good: 950, count: 1_000 },
        { good: 9_500, count: 10_000 },
      ]);
      const quality = { p, pdd_ms: 2_500, mos: 4.1, short: 0.03 };
      const price = effectivePrice(costOf(match), quality, scale);
      return { carrier: match.carrier, price, usual_price: price.total, n_recent, circuit };
    });
    return rankingOf({ candidates, seed: number, incumbent: null, may_explore: true }).order.length;
  };
}

interface Timed {
  readonly p50_us: number;
  readonly p99_us: number;
  readonly per_s: number;
  readonly sum: number;
}

/** Asks for every number twice: together, for the rate by CPU time, and each by itself. */
function timed(numbers: readonly string[], ask: (number: string) => number): Timed {
  for (const number of numbers.slice(0, WARM)) ask(number);
  const before = process.threadCpuUsage();
  let sum = 0;
  for (const number of numbers) sum += ask(number);
  const { user, system } = process.threadCpuUsage(before);
  const per_s = (numbers.length * 1e6) / (user + system);
  const each = Float64Array.from(numbers, (number) => {
    const begun = process.hrtime.bigint();
    ask(number);
    return Number(process.hrtime.bigint() - begun) / 1_000;
  }).sort();
  const at = (share: number): number => each[Math.floor(each.length * share)] ?? 0;
  return { p50_us: at(0.5), p99_us: at(0.99), per_s, sum };
}

function line(
  name: string,
  { p50_us, p99_us, per_s }: Timed,
  made = { seconds: 0, mb: 0 },
): string {
  const cells = [p50_us.toFixed(1), p99_us.toFixed(1), Math.round(per_s).toLocaleString('en')];
  return `| ${[name, ...cells, made.seconds.toFixed(1), made.mb.toFixed(0)].join(' | ')} |`;
}

const pool = poolFor(size);
const numbers = numbersIn(rollerOf(9), pool, ASKED);
console.log(`${size.carriers} carriers with ${size.rows.toLocaleString('en')} rows each`);
const made = built(() => buildDeck(pool));
const deck = { ...made, mb: bytesOf(made.thing) / 1e6 };
console.log(`${deck.thing.masks.length.toLocaleString('en')} nodes`);
const reader = deckReader(deck.thing);
const guarded = (number: string): DeckAnswer =>
  reader({ number, at: NOW, digits_min: countryDigits(number) });
const bare = (number: string): number =>
  reader({ number, at: NOW }).matches.reduce(
    (sum, match) => sum + match.prefix_length + match.rate_micros_per_minute,
    0,
  );
const ours = timed(numbers, bare);
const lines = [
  line('lookup, one trie', ours, deck),
  line('decision (lookup, guard, cost, quality, order)', timed(numbers, decider(guarded)), deck),
];
for (const [name, make, share] of [
  ['a Map per length and carrier', mapsPerLength, 1],
  ['SQL (SQLite in memory, one query)', inSql, 10],
] as const) {
  const rival = built(() => make(size, pool));
  const some = numbers.slice(0, numbers.length / share);
  const { ask, outside_mb } = rival.thing;
  const figures = timed(some, ask);
  const same = some.reduce((sum, number) => sum + bare(number), 0);
  if (figures.sum !== same) throw new Error(`${name} found ${figures.sum}, the trie ${same}`);
  lines.push(line(name, figures, { ...rival, mb: rival.mb + outside_mb }));
}
console.log('| | p50 µs | p99 µs | per core second | built in s | MB |\n|---|---|---|---|---|---|');
console.log(lines.join('\n'));
console.log(
  `\nA day of a call a second in five worlds:\n${tableOf(simulated([1, 2, 3, 4, 5], 86_400))}`,
);
