import type { AttemptId, ProviderId } from '../../kernel/brand.ts';
import type { SandboxFault, SandboxScript } from '../../calls/call.ts';
import type { DialOrder, Notice, ProviderAccount } from '../../providers/carrier.ts';
import type { SandboxConfig } from '../../providers/sandbox/config.ts';
import { isPlaced } from '../../providers/sandbox/legs.ts';
import { openNetwork, type SandboxNetwork } from '../../providers/sandbox/network.ts';
import { sandboxKind } from '../../providers/sandbox/sandbox.ts';
import type { Bench, DialFault } from './carrier_bench.ts';
import { manualClock } from './manual_clock.ts';
import { memorySandboxLog } from './memory_sandbox_log.ts';

const FAULT_OF: Record<DialFault, SandboxFault> = {
  refused: 'reject_429',
  answer_lost: 'accept_then_timeout',
  request_lost: 'timeout',
  server_error: 'reject_500',
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

export function sandboxBench(config: SandboxConfig = {}): SandboxBench {
  const clock = manualClock();
  const log = memorySandboxLog();
  const notices: Notice[] = [];
  const refused: Notice[] = [];
  const reported: unknown[] = [];
  const accounts = [accountOf('mine', config), accountOf('stranger')] as const;
  let refusals = 0;
  let life = 0;

  function begin() {
    life += 1;
    const mine = life;
    const deliver = async (provider_id: string, notice: Notice) => {
      if (mine !== life) throw new Error('delivered by a dead network');
      const { carrier } = now;
      if (provider_id !== accounts[0].provider_id) return { status: 200, body: '' };
      if (!carrier.isAuthentic(notice)) return { status: 401, body: `${refused.push(notice)}` };
      notices.push(notice);
      refusals -= 1;
      return { status: refusals >= 0 ? 503 : 200, body: '' };
    };
    const network = openNetwork({ log: mortal(), clock, deliver, report: (e) => reported.push(e) });
    const kind = sandboxKind(network, clock);
    return { network, kind, carrier: kind.open(accounts[0]), stranger: kind.open(accounts[1]) };
  }

  /** The log as one life of the network sees it: a dead one writes no more. */
  function mortal() {
    const mine = life;
    const alive = () => mine === life;
    return {
      ...log,
      save: async (legs: Parameters<typeof log.save>[0]) => (alive() ? log.save(legs) : undefined),
      overdue: async (...query: Parameters<typeof log.overdue>) =>
        alive() ? log.overdue(...query) : [],
    };
  }

  let now = begin();
  return {
    clock,
    log,
    notices,
    refused,
    reported,
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
    restart() {
      now = begin();
    },
    numbers: {
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
    },
    misbehaving: (order, fault) => scripted(order, { fault: FAULT_OF[fault] }),
    pressing: (order, dtmf) => scripted(order, { dtmf }),
    refuseNotices(count) {
      refusals = count;
    },
    legsPlaced(attempt_id: AttemptId) {
      const row = log.rows.get(attempt_id);
      return row !== undefined && isPlaced(row) ? 1 : 0;
    },
    membersOf: (room_id) => now.network.membersOf(room_id),
    close: () => now.network.close(),
  };
}
