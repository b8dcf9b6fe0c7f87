/**
 * Load generator and webhook sink in one process, apart from what is measured. It keeps a fixed
 * number of calls in flight: each call begins when the final webhook of another has arrived.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from './http_reader.ts';
import { percentiles } from './load.ts';
import type { Figures, FromClient, LiveLoad, Load, ToClient } from './load.ts';
import { callIdOf, openPoster } from './poster.ts';
import { cpuOf, rssOf } from './process_figures.ts';
import { keyOf, openSink, verify } from './sink.ts';

const VERIFY_EVERY = 100;
const SETTLE_MS = 300;
/** How long calls under way may take to end after the last one began. */
const PATIENCE_MS = 30_000;

/** A webhook's body, as far as it is read. */
interface Hook {
  readonly timestamp: string | number;
  readonly data: { readonly id: string };
}

/** What is counted while the figures are taken; null while they are not. */
interface Window {
  calls: number;
  webhooks: number;
  readonly post_ms: number[];
  readonly webhook_ms: number[];
  readonly call_ms: number[];
}

interface Totals {
  calls: number;
  webhooks: number;
  verified: number;
  /** Posted and not yet ended. */
  live: number;
}

interface Run {
  readonly totals: Totals;
  window: Window | null;
  /** Lets the calls under way end, and begins no others. */
  stop(): void;
}

/** What the sink does with a webhook. Set when the work is known. */
let hooked: (message: Message) => void = () => undefined;

/** Keeps `in_flight` calls going until told to stop. */
async function begin(load: Load): Promise<Run> {
  const totals: Totals = { calls: 0, webhooks: 0, verified: 0, live: 0 };
  const running = new Map<string, number>();
  /** Calls whose final webhook overtook their 201: they use another socket. */
  const ended_early = new Set<string>();
  const key = keyOf(load.secret);
  let stopping = false;
  const run: Run = { totals, window: null, stop: () => (stopping = true) };
  const poster = await openPoster(load, (message, began) => {
    const id = callIdOf(message);
    run.window?.post_ms.push(performance.now() - began);
    if (ended_early.delete(id)) ended(began);
    else running.set(id, began);
  });

  function start(): void {
    totals.live++;
    poster.post();
  }

  function ended(began: number): void {
    totals.calls++;
    totals.live--;
    if (run.window !== null) run.window.calls++;
    run.window?.call_ms.push(performance.now() - began);
    if (!stopping) start();
  }

  function final({ timestamp, data }: Hook): void {
    run.window?.webhook_ms.push(Date.now() - Number(new Date(timestamp)));
    const began = running.get(data.id);
    if (began === undefined) return void ended_early.add(data.id);
    running.delete(data.id);
    ended(began);
  }

  hooked = (message) => {
    if (run.window !== null) run.window.webhooks++;
    if (totals.webhooks++ % VERIFY_EVERY === 0) {
      verify(message, key);
      totals.verified++;
    }
    if (message.body.includes(load.final_mark)) final(JSON.parse(message.body) as Hook);
  };
  for (let count = 0; count < load.in_flight; count++) start();
  return run;
}

async function measure(load: Load): Promise<Figures> {
  const run = await begin(load);
  await sleep(load.warm_ms);
  const before = { at: performance.now(), cpu: cpuOf(load.pid), own: process.cpuUsage() };
  const window: Window = { calls: 0, webhooks: 0, post_ms: [], webhook_ms: [], call_ms: [] };
  run.window = window;
  await sleep(load.measure_ms);
  run.window = null;
  run.stop();
  const seconds = (performance.now() - before.at) / 1000;
  const own = process.cpuUsage(before.own);
  const server_cpu = cpuOf(load.pid) - before.cpu;
  const rss_mb = rssOf(load.pid);
  for (let left = PATIENCE_MS; left > 0 && run.totals.live > 0; left -= SETTLE_MS)
    await sleep(SETTLE_MS);
  await sleep(SETTLE_MS);
  return {
    calls: window.calls,
    calls_per_s: window.calls / seconds,
    webhooks_per_s: window.webhooks / seconds,
    post_ms: percentiles(window.post_ms),
    webhook_ms: percentiles(window.webhook_ms),
    call_ms: percentiles(window.call_ms),
    server_cpu_us: server_cpu / window.calls,
    client_cpu_us: (own.user + own.system) / window.calls,
    rss_mb,
    calls_in_all: run.totals.calls,
    webhooks_in_all: run.totals.webhooks,
    calls_unfinished: run.totals.live,
    signatures_verified: run.totals.verified,
  };
}

/** Opens calls that stay, and resolves when each is known to stand. Answers the ms it took. */
async function open(load: LiveLoad): Promise<number> {
  const began = performance.now();
  const all = Promise.withResolvers<number>();
  const count = { posted: 0, answered: 0, standing: 0 };
  const poster = await openPoster(load, (message) => {
    callIdOf(message);
    count.answered++;
    more();
  });
  // A webhook may overtake the answer to its POST; a socket is free only when both have come.
  const more = () => {
    const settled = Math.min(count.answered, count.standing);
    for (; count.posted < Math.min(load.calls, settled + load.in_flight); count.posted++)
      poster.post();
  };
  hooked = ({ body }) => {
    if (!body.includes(load.live_mark)) return;
    count.standing++;
    if (count.standing === load.calls) all.resolve(performance.now() - began);
    more();
  };
  more();
  return all.promise.finally(() => poster.close());
}

function tell(message: FromClient): void {
  process.send?.(message);
}

process.on('message', (message: ToClient) => {
  if (message.do === 'measure')
    void measure(message.load).then((figures) => tell({ told: 'measured', figures }));
  else void open(message.load).then((ms) => tell({ told: 'opened', ms }));
});
process.on('disconnect', () => process.exit());
tell({ told: 'listening', port: await openSink((message) => hooked(message)) });
