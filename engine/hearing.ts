import type { CallId, EventId, ProviderId } from '../kernel/brand.ts';
import type { Carrier, IncomingLeg, Notice, Reading, Reply, Told } from '../providers/carrier.ts';
import type { AttemptBook } from './attempt_book.ts';
import type { CarrierDesk } from './carrier_desk.ts';
import type { Later } from './clock.ts';
import type { Log } from './log.ts';
import type { Loop } from './loop.ts';
import type { Reception } from './reception.ts';

export interface HearingParts {
  readonly desk: CarrierDesk;
  readonly loop: Loop;
  readonly attempts: Pick<AttemptBook, 'callOf'>;
  readonly reception: Reception;
  readonly log: Log;
  readonly later: Later;
}

/** Hears what carriers tell. */
export interface Hearing {
  /** Null when there is no such provider or the notice is not authentic. */
  notice(provider_id: ProviderId, notice: Notice): Promise<Reply | null>;
}

/**
 * How long a carrier that brings a call waits for our word: the most impatient we know of gives
 * five seconds. Whoever hears nothing in time asks again, or tells its caller that we are away.
 */
const PATIENCE_MS = 4_000;
const LATE: Reply = { status: 503, type: 'text/plain', body: 'busy' };

export function makeHearing(parts: HearingParts): Hearing {
  return {
    notice: async (provider_id, notice) => {
      const carrier = await parts.desk.open(provider_id);
      if (carrier === null || !carrier.isAuthentic(notice)) {
        const fields = { provider_id, path: notice.path };
        parts.log.warn(fields, 'a notice that is not authentic was refused');
        return null;
      }
      const reading = carrier.interpret(notice);
      const door = await answerFor(parts, { provider_id, carrier, notice, reading });
      for (const told of reading.told)
        await pass(parts, told, await parts.attempts.callOf(told.attempt_id));
      return door;
    },
  };
}

interface Heard {
  readonly provider_id: ProviderId;
  readonly carrier: Carrier;
  readonly notice: Notice;
  readonly reading: Reading;
}

/** What the carrier is answered: for a call it brings, by what the reception decides. */
async function answerFor(parts: HearingParts, heard: Heard): Promise<Reply> {
  const { provider_id, carrier, notice, reading } = heard;
  const { incoming, reply } = reading;
  if (incoming === undefined) return reply;
  const decided = await inTime(parts, provider_id, incoming);
  if (decided === 'late') return LATE;
  return decided === null ? reply : carrier.interpret(notice, decided).reply;
}

type Decision = Awaited<ReturnType<Reception['receive']>>;

/** The decision, if it comes soon enough. One that comes late stands all the same. */
async function inTime(
  { reception, log, later }: HearingParts,
  provider_id: ProviderId,
  leg: IncomingLeg,
): Promise<Decision | 'late'> {
  const deciding = reception.receive(provider_id, leg);
  const { promise, resolve } = Promise.withResolvers<'late'>();
  const cancel = later(PATIENCE_MS, () => resolve('late'));
  const decided = await Promise.race([deciding, promise]).finally(cancel);
  if (decided !== 'late') return decided;
  const fields = { provider_id, leg_ref: leg.leg_ref };
  log.warn(fields, 'an incoming call could not be decided on in time');
  deciding.catch((error: unknown) => log.error({ ...fields, error }, 'nor could it be later'));
  return 'late';
}

async function pass(
  { loop, log }: HearingParts,
  { key, attempt_id, fact }: Told,
  call_id: CallId | null,
): Promise<void> {
  if (call_id === null) log.warn({ attempt_id }, 'a notice about no call of ours');
  else await loop.handle({ call_id, id: `n:${attempt_id}:${key}` as EventId, fact });
}
