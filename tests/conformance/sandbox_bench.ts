import type { AttemptId, LegRef, ProviderId } from '../../kernel/brand.ts';
import { attemptOfLeg } from '../../calls/attempts.ts';
import type { SandboxFault, SandboxScript } from '../../calls/call.ts';
import type { DialOrder, Notice, ProviderAccount, TurnedAway } from '../../providers/carrier.ts';
import type { SandboxConfig } from '../../providers/sandbox/config.ts';
import { isPlaced } from '../../providers/sandbox/legs.ts';
import type { SandboxLog } from '../../store/sandbox_log.ts';
import { openNetwork, type SandboxNetwork } from '../../providers/sandbox/network.ts';
import { DEAF, type Studio } from '../../providers/sandbox/studio.ts';
import { sandboxKind } from '../../providers/sandbox/sandbox.ts';
import { HUMAN } from '../../providers/sandbox/voice.ts';
import type { Bench, DialFault, Outside } from './carrier_bench.ts';
import { type ManualClock, manualClock } from './manual_clock.ts';
import { memorySandboxLog } from './memory_sandbox_log.ts';

const FAULT_OF: Record<DialFault, SandboxFault> = {
  refused: 'reject_429',
  answer_lost: 'accept_then_timeout',
  request_lost: 'timeout',
  server_error: 'reject_500',
};

const MINE = 'provider-mine' as ProviderId;
const NUMBERS: Bench['numbers'] = {
  answers: '+15005550006',
  rings_for_ever: '+15005550183',
  hangs_up: '+12125550153',
  dead_ends: [
    { to: '+15005550486', cause: 'busy' },
    { to: '+15005550480', cause: 'noanswer' },
    { to: '+15005550603', cause: 'rejected' },
    { to: '+15005550503', cause: 'failed' },
    { to: '+15005550404', cause: 'failed' },
    { to: '+15005550487', cause: 'failed' },
  ],
  parties: [
    { to: '+15005550006', party: 'human' },
    { to: '+12125550150', party: 'machine' },
    { to: '+12125550151', party: 'fax' },
    { to: '+12125550152', party: 'silence' },
  ],
};

/** A bench whose far end can also be killed and started again over the same log. */
export interface SandboxBench extends Bench {
  readonly log: ReturnType<typeof memorySandboxLog>;
  readonly reported: unknown[];
  /** Notices that were not believed when they came. */
  readonly refused: readonly Notice[];
  network(): SandboxNetwork;
  /** Kills the network without a word and starts another over its log. */
  restart(): void;
}

/** An account of the sandbox with a secret of its own. */
export function accountOf(name: string, config: SandboxConfig = {}): ProviderAccount {
  return {
    provider_id: `provider-${name}` as ProviderId,
    name,
    config: { ...config },
    credentials: { secret: `the secret of ${name}` },
    notice_url: `http://127.0.0.1/v1/carriers/provider-${name}`,
  };
}

/** An order whose call carries a script. */
export function scripted(order: DialOrder, sandbox: SandboxScript): DialOrder {
  return { ...order, sandbox: { ...order.sandbox, ...sandbox } };
}

/** What outlives a kill: the clock, the log, what we heard, and how we answered it. */
interface World {
  readonly config: SandboxConfig;
  readonly studio: Studio;
  readonly clock: ManualClock;
  readonly log: ReturnType<typeof memorySandboxLog>;
  readonly notices: Notice[];
  readonly refused: Notice[];
  readonly reported: unknown[];
  refusals: number;
  turned_away: TurnedAway | null;
  /** Counts the networks begun; all but the last are dead. */
  life: number;
}

type Life = Pick<Bench, 'kind' | 'carrier' | 'stranger'> & { readonly network: SandboxNetwork };

function beginLife(world: World): Life {
  world.life += 1;
  const { life, clock } = world;
  const isDead = () => life !== world.life;
  const mine = accountOf('mine', world.config);
  const deliver = async (provider_id: string, notice: Notice) => {
    if (isDead()) throw new Error('delivered by a dead network');
    if (provider_id !== mine.provider_id) return { status: 200, body: '' };
    if (!carrier.isAuthentic(notice)) return { status: 401, body: `${world.refused.push(notice)}` };
    world.notices.push(notice);
    world.refusals -= 1;
    if (world.refusals >= 0) return { status: 503, body: '' };
    return carrier.interpret(notice, world.turned_away ?? undefined).reply;
  };
  const report = (error: unknown) => world.reported.push(error);
  const log = mortalLog(world.log, isDead);
  const network = openNetwork({ log, clock, deliver, report, studio: world.studio });
  const kind = sandboxKind(network, clock);
  const carrier = kind.open(mine);
  return { network, kind, carrier, stranger: kind.open(accountOf('stranger')) };
}

/** People who call a number of the account, as /v1/test/calls/incoming has them call. */
function outsideOf(world: World, network: () => SandboxNetwork): Outside {
  const leg_ref = (name: string): LegRef => `outside-${name}` as LegRef;
  return {
    provider_id: MINE,
    call: async (name, visit = {}) => {
      const { from = '+4930123456', to = '+12125550101', digits = '' } = visit;
      const told = { from, from_name: '', to, verstat: 'none', attestation: null } as const;
      const ringing = network().ring(MINE, {
        leg_ref: leg_ref(name),
        visitor: {
          told: { ...told, diversions: [] },
          talk_ms: visit.talk_ms ?? null,
          dtmf: digits,
        },
        patience_ms: visit.patience_ms ?? 86_400_000,
        voice: HUMAN,
        fault: null,
        mos: null,
        peer: null,
      });
      await world.clock.advance(0);
      await ringing;
      await world.clock.advance(0);
    },
    answer: (turned_away) => void (world.turned_away = turned_away),
    heardBy: (name) => world.log.rows.get(attemptOfLeg(MINE, leg_ref(name)))?.final_code ?? null,
  };
}

/** The log as one life of the network sees it: a dead one reads and writes no more. */
function mortalLog(log: SandboxLog, isDead: () => boolean): SandboxLog {
  return {
    ...log,
    save: async (legs) => (isDead() ? undefined : log.save(legs)),
    overdue: async (at, limit) => (isDead() ? [] : log.overdue(at, limit)),
  };
}

/** The sandbox on a bench, with a clock that stands still. */
export function sandboxBench(config: SandboxConfig = {}, studio: Studio = DEAF): SandboxBench {
  const world: World = {
    config,
    studio,
    clock: manualClock(),
    log: memorySandboxLog(),
    notices: [],
    refused: [],
    reported: [],
    refusals: 0,
    turned_away: null,
    life: 0,
  };
  let now = beginLife(world);
  return {
    ...world,
    get kind() {
      return now.kind;
    },
    get carrier() {
      return now.carrier;
    },
    get stranger() {
      return now.stranger;
    },
    network: () => now.network,
    restart: () => void (now = beginLife(world)),
    numbers: NUMBERS,
    misbehaving: (order, fault) => scripted(order, { fault: FAULT_OF[fault] }),
    pressing: (order, dtmf) => scripted(order, { dtmf }),
    refuseNotices: (count) => void (world.refusals = count),
    legsPlaced(attempt_id: AttemptId) {
      const row = world.log.rows.get(attempt_id);
      return row !== undefined && isPlaced(row) ? 1 : 0;
    },
    membersOf: (room_id) => now.network.membersOf(room_id),
    lineOf: ({ attempt_id }) => now.network.soundOf(attempt_id)?.line ?? null,
    outside: outsideOf(world, () => now.network),
    market: { country: 'US', not_for_sale: '+15005550006' },
    close: () => now.network.close(),
  };
}
