import type { Emulator } from '../../emulators/workshop.ts';
import { Activity } from '../../emulators/web/activity.ts';
import { type Asked, listen, type Reply } from '../../emulators/web/server.ts';
import type { Carrier, Notice } from '../../providers/carrier.ts';
import type { DialFault } from './carrier_bench.ts';
import type { FaultOrder } from '../../emulators/web/faults.ts';
import { httpInFlight } from './http_in_flight.ts';
import { type ManualClock, manualClock } from './manual_clock.ts';

/** Where Tandem is for carriers; what is sent there is brought to a server of the bench. */
export const PUBLIC = 'https://tandem.example';
export const NOTICES = `${PUBLIC}/v1/carriers`;

/** Our side of a bench: a server that takes the carrier's notices as the API does. */
export interface Reception {
  readonly clock: ManualClock;
  readonly url: string;
  readonly notices: readonly Notice[];
  /** Notices that were not believed when they came. */
  readonly refused: readonly Notice[];
  /** Whose notices are taken, by the first part of the path. */
  connect(provider_id: string, carrier: Carrier): void;
  watch(emulator: Emulator): void;
  refuse(count: number): void;
  close(): Promise<void>;
}

/** `start`: the wall's time, for carriers whose tokens are made by it. */
export async function openReception(start?: number): Promise<Reception> {
  const slot: { emulator: Emulator | null; refusals: number } = { emulator: null, refusals: 0 };
  const carriers = new Map<string, Carrier>();
  const [notices, refused]: [Notice[], Notice[]] = [[], []];
  const isBusy = (): boolean => httpInFlight() - (slot.emulator?.stalled() ?? 0) > 0;
  const respond = async (asked: Asked): Promise<Reply> => {
    const [, provider_id = '', path = ''] =
      /^\/v1\/carriers\/([^/]+)(.*)$/.exec(asked.target) ?? [];
    const { method, headers, body } = asked;
    const notice = { method, path, headers, body };
    const carrier = carriers.get(provider_id);
    if (carrier?.isAuthentic(notice) !== true) {
      refused.push(notice);
      return { answer: { status: 401 }, sending: 'whole' };
    }
    notices.push(notice);
    slot.refusals -= 1;
    if (slot.refusals >= 0) return { answer: { status: 503 }, sending: 'whole' };
    const { status, type, body: text } = carrier.interpret(notice).reply;
    return { answer: { status, headers: { 'content-type': type }, body: text }, sending: 'whole' };
  };
  const server = await listen({ port: 0, activity: new Activity(), respond });
  return {
    clock: manualClock(start, isBusy),
    url: server.url,
    notices,
    refused,
    connect: (provider_id, carrier) => void carriers.set(provider_id, carrier),
    watch: (emulator) => void (slot.emulator = emulator),
    refuse: (count) => void (slot.refusals = count),
    close: () => server.close(),
  };
}

/** How an emulator is told to misbehave with the next dial of a number. */
export const FAULTS: Readonly<Record<DialFault, Omit<FaultOrder, 'about'>>> = {
  refused: { on: 'calls.create', do: 'refuse', status: 429 },
  answer_lost: { on: 'calls.create', do: 'reset_after' },
  request_lost: { on: 'calls.create', do: 'reset_before' },
  server_error: { on: 'calls.create', do: 'refuse', status: 500 },
};
