/** Callers who keep calling whatever happens to the servers, and remember what was promised. */
import { randomUUID } from 'node:crypto';
import { rollerOf } from '../../kernel/random.ts';
import type { Answer, ApiClient, Json, PlacedJson } from './api_client.ts';
import { callTo, pause } from './harness.ts';

/** One POST /v1/calls, sent until it was answered. */
export interface Promised {
  readonly kind: Kind;
  readonly destination: string;
  readonly call_id: string;
  /** How often it was sent. */
  readonly sent: number;
}

export interface Traffic {
  readonly promised: Promised[];
  /** Answers that were neither a promise nor a reason to try again. */
  readonly odd: string[];
  /** Places no new calls; resolves when every call begun has been promised. */
  stop(): Promise<void>;
}

type Roll = (below: number) => number;
interface Wish {
  readonly sandbox: Json;
  readonly actions?: readonly Json[];
}

const CHEAP = 'sandbox-cheap';
const FAIR = 'sandbox-fair';
const connect = (target: string): Json => ({
  type: 'connect',
  option: { destinations: [{ type: 'tel', target }] },
});

/** How long things take: tens to hundreds of milliseconds. */
function short(roll: Roll): { ring_ms: number; answer_ms: number; talk_ms: number } {
  const ring_ms = 10 + roll(60);
  return { ring_ms, answer_ms: ring_ms + roll(200), talk_ms: 50 + roll(500) };
}

/** What calls are like, each kind as often as the others. */
const WISHES = {
  answered: (roll) => ({ sandbox: short(roll) }),
  ended_by_flow: (roll) => ({
    sandbox: { ...short(roll), talk_ms: 60_000 },
    actions: [{ type: 'sleep', option: { duration: 50 + roll(400) } }, { type: 'hangup' }],
  }),
  ended_by_caller: (roll) => ({ sandbox: { ...short(roll), talk_ms: 60_000 } }),
  busy: (roll) => ({ sandbox: { ...short(roll), final_code: 486 } }),
  failed_over: (roll) => ({
    sandbox: { ...short(roll), by_provider: { [CHEAP]: { final_code: 503 } } },
  }),
  failed_over_twice: (roll) => ({
    sandbox: {
      ...short(roll),
      by_provider: { [CHEAP]: { fault: 'reject_500' }, [FAIR]: { final_code: 500 } },
    },
  }),
  accept_then_timeout: (roll) => ({ sandbox: { ...short(roll), fault: 'accept_then_timeout' } }),
  never_dialled: (roll) => ({
    sandbox: { ...short(roll), by_provider: { [CHEAP]: { fault: 'timeout' } } },
  }),
  final_notice_lost: (roll) => ({ sandbox: { ...short(roll), fault: 'lose_final_notice' } }),
  notices_doubled: (roll) => ({ sandbox: { ...short(roll), fault: 'duplicate_notices' } }),
  connected: (roll) => ({
    sandbox: { ...short(roll), talk_ms: 1_000 + roll(3_000) },
    actions: [connect(numberOf(roll)), { type: 'hangup' }],
  }),
} as const satisfies Record<string, (roll: Roll) => Wish>;

export type Kind = keyof typeof WISHES;
const KINDS = Object.keys(WISHES) as Kind[];

/** A number that answers after two seconds; hardly ever the same twice. */
function numberOf(roll: Roll): string {
  return `+4930${String(roll(100_000_000)).padStart(8, '0')}`;
}

const AGAIN_MS = 100;
const AGAIN_MS_MAX = 1_000;
const PATIENCE_MS = 120_000;
/** Callers who still wait for an answer: so many, and nobody new calls. */
const WAITING_MAX = 60;
const ASK_WITHIN_MS = 3_000;

export interface Callers {
  readonly client: ApiClient;
  readonly per_second: number;
  readonly seed: number;
}

export function startTraffic({ client, per_second, seed }: Callers): Traffic {
  const roll = rollerOf(seed);
  const promised: Promised[] = [];
  const odd: string[] = [];
  const open = new Set<Promise<void>>();
  const begin = (): void => {
    if (open.size >= WAITING_MAX) return;
    const kind = KINDS[roll(KINDS.length)] ?? 'answered';
    const destination = numberOf(roll);
    const wish = WISHES[kind](roll);
    const one = place(client, { kind, destination, body: callTo(destination, { ...wish }) })
      .then((told) => void promised.push(told))
      .catch((error: unknown) => void odd.push(String(error)))
      .finally(() => open.delete(one));
    open.add(one);
  };
  const timer = setInterval(begin, 1_000 / per_second);
  return {
    promised,
    odd,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(open);
    },
  };
}

async function place(
  client: ApiClient,
  { kind, destination, body }: { kind: Kind; destination: string; body: Json },
): Promise<Promised> {
  const headers = { 'idempotency-key': randomUUID() };
  const asked = { method: 'POST', body, headers, timeout_ms: ASK_WITHIN_MS };
  const { answer, sent } = await insist(client, '/v1/calls', asked);
  const { calls } = answer.json as PlacedJson;
  const call_id = calls[0]?.id;
  if (answer.status !== 201 || calls.length !== 1 || call_id === undefined)
    throw new Error(`POST /v1/calls: ${answer.status} ${answer.text}`);
  if (kind === 'ended_by_caller') await hangUp(client, call_id);
  return { kind, destination, call_id, sent };
}

async function hangUp(client: ApiClient, call_id: string): Promise<void> {
  await pause(50 + (Number.parseInt(call_id.slice(-2), 16) % 400));
  const { answer } = await insist(client, `/v1/calls/${call_id}/hangup`, { method: 'POST' });
  if (answer.status !== 200) throw new Error(`hangup: ${answer.status} ${answer.text}`);
}

/** Sends a request until somebody has answered it with more than "not now". */
export async function insist(
  client: ApiClient,
  path: string,
  asked: Parameters<ApiClient['ask']>[1],
): Promise<{ readonly answer: Answer; readonly sent: number }> {
  const until = performance.now() + PATIENCE_MS;
  for (let sent = 1; ; sent += 1) {
    const answer = await client.ask(path, asked).catch((error: unknown) => String(error));
    const final = typeof answer !== 'string' && answer.status < 500 && answer.status !== 409;
    if (final) return { answer, sent };
    if (performance.now() > until)
      throw new Error(
        `${path} after ${sent} tries: ${typeof answer === 'string' ? answer : answer.text}`,
      );
    await pause(Math.min(AGAIN_MS * sent, AGAIN_MS_MAX));
  }
}
