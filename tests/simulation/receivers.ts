import type { Clock } from '../../kernel/clock.ts';
import type { Outgoing, Sender, SendResult } from '../../webhooks/delivery.ts';

type Roll = (below: number) => number;
export type Temper = 'healthy' | 'flaky' | 'mortal';

/** A request that reached a customer's server. */
export interface Arrival {
  readonly url: string;
  readonly at: number;
  readonly body: string;
  /** Whether the server took it; what it refused it has forgotten. */
  readonly accepted: boolean;
}

/** Customers' servers: they take, refuse, stall and vanish, as the roller has it. */
export interface Receivers {
  readonly sender: Sender;
  readonly arrivals: readonly Arrival[];
}

/** How a server treats one request. */
interface Mood {
  readonly status: number | null;
  readonly accepted: boolean;
  readonly ms: number;
  readonly retry_after_ms?: number;
}

const TIMEOUT_MS = 10_000;

export function receiverUrl(name: string, temper: Temper): string {
  return `https://${temper}.example/${name}`;
}

/** Servers for flows: what they answer to webhook_send and fetch. */
export const FLOW_URL = 'https://flows.example/next';

export function openReceivers(clock: Clock, roll: Roll): Receivers {
  const arrivals: Arrival[] = [];
  const send = (request: Outgoing): Promise<SendResult> => {
    const mood = moodFor(request.url, roll);
    const { accepted, status, ms } = mood;
    const arrives = status !== null || accepted;
    const { url, body } = request;
    if (arrives) arrivals.push({ url, at: clock.now(), body: body ?? '', accepted });
    return new Promise((resolve) => {
      clock.after(ms, () => resolve(resultOf(mood, request)));
    });
  };
  return { arrivals, sender: { send, refusal: () => null, close: async () => undefined } };
}

function resultOf({ status, ms, retry_after_ms }: Mood, { url }: Outgoing): SendResult {
  if (status === null) return { result: 'failed', error: 'no answer', duration_ms: ms };
  const body =
    url === FLOW_URL ? JSON.stringify([{ type: 'sleep', option: { duration: 900 } }]) : '';
  const wait = retry_after_ms ?? null;
  return { result: 'answered', status_code: status, body, retry_after_ms: wait, duration_ms: ms };
}

function moodFor(url: string, roll: Roll): Mood {
  if (url.startsWith('https://healthy.')) return { status: 200, accepted: true, ms: roll(60) };
  if (url.startsWith('https://mortal.') && roll(40) === 0)
    return { status: 410, accepted: false, ms: 20 };
  const luck = roll(100);
  if (luck < 60) return { status: 200, accepted: true, ms: roll(200) };
  if (luck < 70) return { status: 204, accepted: true, ms: 500 + roll(7_000) };
  if (luck < 80) return { status: 500, accepted: false, ms: roll(300) };
  if (luck < 86)
    return { status: 429, accepted: false, ms: 10, retry_after_ms: 1_000 * (1 + roll(5)) };
  if (luck < 92) return { status: null, accepted: false, ms: roll(2) * TIMEOUT_MS };
  return { status: null, accepted: true, ms: TIMEOUT_MS };
}
