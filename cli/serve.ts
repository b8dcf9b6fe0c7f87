import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Deps } from '../api/desk.ts';
import { makeServer } from '../api/server.ts';
import type { Config } from '../config.ts';
import { ConfigError, unknownSettings } from '../config.ts';
import type { MovableClock } from '../engine/clock.ts';
import { systemChance, systemClock } from '../engine/clock.ts';
import { makeDeliverer } from '../engine/deliverer.ts';
import { RunningExchange } from '../engine/exchange.ts';
import type { Log } from '../engine/log.ts';
import { openLog } from '../engine/log.ts';
import { type Links, makeLinks } from '../engine/links.ts';
import { Metrics } from '../engine/metrics.ts';
import type { Vault } from '../engine/vault.ts';
import { makeVault } from '../engine/vault.ts';
import type { Chance } from '../kernel/clock.ts';
import { actions } from '../flows/actions/index.ts';
import type { Files } from '../files/files.ts';
import type { CarrierKind } from '../providers/carrier.ts';
import type { SandboxNetwork } from '../providers/sandbox/network.ts';
import { openNetwork } from '../providers/sandbox/network.ts';
import type { Complain, Queue } from '../queue/queue.ts';
import { openBullQueue } from '../queue/bull/queue.ts';
import { openLocalQueue } from '../queue/sql/queue.ts';
import { openStore } from '../store/knex/open.ts';
import type { Store } from '../store/store.ts';
import { StoreError } from '../store/store.ts';
import type { Sender } from '../webhooks/delivery.ts';
import { openSender } from '../webhooks/http/sender.ts';
import { type Audio, openAudio, spokenBy } from './audio.ts';
import { carrierKinds } from './carriers.ts';
import { readyDataDir } from './data_dir.ts';
import { openFiles } from './recording_files.ts';
import { masterKey } from './master_key.ts';
import { ringOn } from './ring.ts';
import { seed } from './seed.ts';

/** A server that runs: where it listens, the admin key if one was just made, and how to stop it. */
export interface Serving {
  readonly url: string;
  readonly new_admin_key: string | null;
  stop(): Promise<void>;
}

/** Starts the product: opens what it needs, takes up what was left undone, listens. */
export async function serve(config: Config): Promise<Serving> {
  const base = await openBase(config);
  const { store, vault, chance, clock } = base;
  const { bootstrap_key } = config;
  const new_admin_key = await seed({ store, vault, chance, now: clock.now(), bootstrap_key });
  const wired = wire(base);
  const { exchange, network } = wired;
  showGauges(base, exchange);
  await exchange.start();
  const stopping = new AbortController();
  const server = makeServer(depsOf(base, { ...wired, stopping }));
  server.listen(config.port, config.host);
  await listening(server, config);
  const { port } = server.address() as AddressInfo;
  const host = config.host === '0.0.0.0' || config.host === '::' ? 'localhost' : config.host;
  base.log.info({ node: exchange.node, host: config.host, port }, 'listening');
  return {
    url: `http://${host}:${port}`,
    new_admin_key,
    stop: async () => {
      stopping.abort();
      await closed(server, config.shutdown_ms);
      await network.close();
      await exchange.stop(config.shutdown_ms);
      await base.queue.close();
      await base.sender.close();
      await base.audio.close();
      await base.store.close();
      base.log.info({ node: exchange.node }, 'stopped');
    },
  };
}

async function listening(server: Server, { port }: Config): Promise<void> {
  try {
    await once(server, 'listening');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`PORT ${port} or HOST cannot be listened on: ${why}`);
  }
}

/** What everything else stands on. */
interface Base {
  readonly config: Config;
  readonly clock: MovableClock;
  readonly chance: Chance;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly vault: Vault;
  readonly store: Store;
  readonly queue: Queue;
  readonly sender: Sender;
  readonly audio: Audio;
  readonly files: Files;
  readonly links: Links;
}

async function openBase(config: Config): Promise<Base> {
  readyDataDir(config.data_dir);
  const log = openLog(config.log_level);
  const clock = systemClock();
  const { database_url, data_dir, redis_url } = config;
  for (const name of unknownSettings(process.env)) log.warn({ name }, 'there is no such setting');
  const master_key = masterKey(config);
  const complain: Complain = (error, about) => log.error({ error }, about);
  return {
    config,
    clock,
    chance: systemChance(clock),
    log,
    metrics: new Metrics(),
    vault: makeVault(master_key),
    links: makeLinks(master_key),
    store: await named(database_url, openStore({ database_url, data_dir, clock })),
    queue:
      redis_url === null
        ? openLocalQueue(clock, complain)
        : openBullQueue(redis_url, clock, complain),
    sender: openSender({ timeout_ms: config.webhook_timeout_ms, allow: config.webhook_allow }),
    audio: await openAudio(config, log),
    files: openFiles(config, log),
  };
}

/** A database that cannot be had is told with the setting that names it. */
async function named(database_url: string | null, store: Promise<Store>): Promise<Store> {
  try {
    return await store;
  } catch (error) {
    if (database_url === null || !(error instanceof StoreError)) throw error;
    throw new ConfigError(`DATABASE_URL cannot be used: ${error.message}`);
  }
}

interface Wired {
  readonly exchange: RunningExchange;
  readonly network: SandboxNetwork;
  readonly kinds: ReadonlyMap<string, CarrierKind>;
}

function wire(base: Base): Wired {
  const { config, clock, log, store } = base;
  const network = openNetwork({
    log: store.sandbox,
    clock,
    deliver: async (provider_id, notice) =>
      (await exchange.notice(provider_id, notice)) ?? { status: 403, body: '' },
    report: (error) => log.error({ error }, 'the sandbox network had to put something off'),
    studio: base.audio.studio,
  });
  const kinds = carrierKinds({ ...base, network });
  const exchange = new RunningExchange({
    ...base,
    kinds,
    language: actions,
    settings: config,
    alone: config.database_url === null,
    deliverer: (registry, node, stream) => makeDeliverer({ ...base, registry, node, stream }),
  });
  return { exchange, network, kinds };
}

function depsOf(
  base: Base,
  { exchange, network, kinds, stopping }: Wired & { readonly stopping: AbortController },
): Deps {
  const { config, clock, metrics, store, queue } = base;
  const isBusy = (): boolean => exchange.gauges().busy > 0 || network.isBusy;
  return {
    ...base,
    languages: spokenBy(base.audio.speech),
    exchange,
    node: exchange.node,
    carriers: kinds,
    ring: (call) => ringOn(network, call),
    advance: config.test_clock ? (ms) => clock.advance(ms, isBusy) : null,
    metrics: () => metrics.text(),
    answered: (...told) => metrics.answered(...told),
    stopping: stopping.signal,
    ready: async () => {
      const database = await wordFor(() => store.ping());
      const checks = {
        database,
        queue: queue.isReady() ? 'ok' : 'not connected',
        node: exchange.gauges().trusted ? 'ok' : 'its heartbeat is late',
      };
      return { ok: Object.values(checks).every((word) => word === 'ok'), checks };
    },
  };
}

/** Numbers that are looked at when Prometheus asks. */
function showGauges({ metrics, store }: Base, exchange: RunningExchange): void {
  metrics.gauge('tandem_calls_live', 'Calls that are not over.', () => store.calls.countLive());
  metrics.gauge('tandem_effects_pending', 'Effects being performed.', () => {
    return exchange.gauges().effects;
  });
  metrics.gauge('tandem_webhooks_in_flight', 'Webhook requests under way.', () => {
    return exchange.gauges().deliveries.in_flight;
  });
  metrics.gauge('tandem_webhooks_kept', 'Deliveries waiting in memory.', () => {
    return exchange.gauges().deliveries.kept;
  });
}

async function wordFor(check: () => Promise<void>): Promise<string> {
  try {
    await check();
    return 'ok';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Takes no new requests; what is under way may end, and is cut off when the time is up. */
async function closed(server: Server, within_ms: number): Promise<void> {
  const gone = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), within_ms);
  await gone;
  clearTimeout(cut);
}
