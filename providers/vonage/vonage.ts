import type { LegRef } from '../../kernel/brand.ts';
import type { Clock } from '../../kernel/clock.ts';
import { isE164 } from '../../kernel/address.ts';
import { ending } from '../../calls/cause.ts';
import type {
  Carrier,
  CarrierKind,
  DialOrder,
  DialOutcome,
  InstructOrder,
  LegAddress,
  LegState,
  Notice,
  ProviderAccount,
  Reading,
  Sought,
  TurnedAway,
} from '../carrier.ts';
import { Legs } from '../legs.ts';
import { Pace } from '../pace.ts';
import { CAPABILITIES, CONFIG_SCHEMA, CREDENTIALS_SCHEMA, type VonageConfig } from './config.ts';
import { dialParams, endpointOf, numberOf } from './dialling.ts';
import { Media } from './media.ts';
import { readNotice } from './notices.ts';
import { outcomeOf } from './outcomes.ts';
import { type Asked, NAME, Seam, VonageFailure } from './seam.ts';
import { stateOf } from './states.ts';
import { isSigned } from './tokens.ts';

/** A dial that would wait longer for its turn is better tried elsewhere. */
const WAIT_MS_MAX = 3_000;
const CALLS_PER_S = 3;

/** What the adapter works with. `asked` is told of every request, for counting. */
export interface VonageMeans {
  readonly clock: Clock;
  /** How long a request may take before its outcome is unknown. */
  readonly timeout_ms: number;
  readonly asked?: (asked: Asked) => void;
}

/** One application of an account at Vonage. */
class VonageCarrier implements Carrier {
  readonly #account: ProviderAccount;
  readonly #clock: Clock;
  readonly #seam: Seam;
  readonly #pace: Pace;
  readonly #legs: Legs;
  readonly #media: Media;

  constructor(account: ProviderAccount, means: VonageMeans) {
    const { clock, timeout_ms, asked = () => undefined } = means;
    const { notice_url } = account;
    const { calls_per_s: per_s = CALLS_PER_S, styles = {} } = account.config as VonageConfig;
    this.#account = account;
    this.#clock = clock;
    this.#seam = new Seam({ account, clock, timeout_ms, asked });
    this.#pace = new Pace(clock, { per_s, wait_ms_max: WAIT_MS_MAX });
    this.#legs = new Legs((sought) => listed(this.#seam, sought), clock);
    this.#media = new Media(this.#seam, this.#legs, { clock, notice_url, styles });
  }

  dial(order: DialOrder): Promise<DialOutcome> {
    return this.#legs.dial(order, () => this.#place(order));
  }

  async #place(order: DialOrder): Promise<DialOutcome> {
    const wrong = misfit(order);
    if (wrong !== null) return rejected(`request: ${wrong}`, null);
    const turn = await this.#pace.turn();
    if (!turn.granted) return rejected('throttled: calls per second', turn.retry_after_ms);
    const params = dialParams(order, this.#account.notice_url);
    try {
      const { uuid } = await this.#seam.ask('calls.create', (voice) =>
        voice.createOutboundCall(params),
      );
      return { outcome: 'accepted', leg_ref: uuid as LegRef };
    } catch (error) {
      return this.#failed(error);
    }
  }

  #failed(error: unknown): DialOutcome {
    if (!(error instanceof VonageFailure)) return { outcome: 'unknown', detail: String(error) };
    const { failure } = error;
    if (failure.kind === 'refused' && failure.status === 429) this.#pace.slowDown();
    return outcomeOf(failure);
  }

  async find(leg: LegAddress, sought?: Sought): Promise<LegState> {
    const leg_ref = await this.#legs.refOf(leg, sought);
    if (leg_ref === null) return { state: 'absent' };
    const call = await this.#seam.orGone('calls.fetch', (voice) => voice.getCall(leg_ref));
    return call === null ? { state: 'absent' } : stateOf(call);
  }

  async hangUp(leg: LegAddress): Promise<void> {
    const leg_ref = await this.#legs.refOf(leg);
    if (leg_ref === null) return;
    this.#media.end(leg.attempt_id);
    await this.#seam.orGone('calls.hangup', (voice) => voice.hangupCall(leg_ref));
  }

  instruct(order: InstructOrder): Promise<void> {
    return this.#media.instruct(order);
  }

  isAuthentic(notice: Notice): boolean {
    // A sound, the same for everybody, fetched without a token.
    if (notice.method === 'GET' && notice.path === '/beep') return true;
    const { api_key = '', application_id = '', signature_secret = '' } = this.#account.credentials;
    const now_ms = this.#clock.wall();
    return isSigned(notice, { api_key, application_id, signature_secret, now_ms });
  }

  interpret(notice: Notice, turned_away?: TurnedAway): Reading {
    const { notice_url } = this.#account;
    const next = (...done: Parameters<Media['next']>): string | null => this.#media.next(...done);
    return readNotice({ notice_url, next }, notice, turned_away ?? null);
  }
}

/** A new call may be stamped a little before we asked for it. */
const SKEW_MS = 10_000;
const LISTED_MAX = 100;

/** Vonage filters by time only; whom a call is between we see for ourselves. */
async function listed(seam: Seam, sought: Sought): Promise<readonly LegRef[]> {
  const { source, destination, tm_create } = sought;
  const dateStart = new Date(tm_create - SKEW_MS).toISOString();
  const filter = { dateStart, pageSize: LISTED_MAX, order: 'asc' };
  const page = await seam.reach('calls.list', (voice) => voice.getCallsPage(filter as never));
  const { number, uri } = endpointOf(destination) as { number?: string; uri?: string };
  const calls = (page._embedded?.calls ?? []) as unknown as readonly Listed[];
  return calls
    .filter(
      ({ to, direction }) =>
        direction === 'outbound' && (to?.number ?? to?.uri) === (number ?? uri),
    )
    .filter(({ from }) => from?.number === numberOf(source.target))
    .map(({ uuid }) => uuid as LegRef);
}

interface Listed {
  readonly uuid: string;
  readonly direction: string;
  readonly to?: { readonly number?: string; readonly uri?: string };
  readonly from?: { readonly number?: string };
}

function rejected(detail: string, retry_after_ms: number | null): DialOutcome {
  const how = { ...ending('failed', detail), blames_carrier: false };
  return { outcome: 'rejected', ending: how, retry_after_ms };
}

/** What is wrong with an order that Vonage would refuse anyway; null when nothing is. */
function misfit({ source, destination }: DialOrder): string | null {
  if (!isE164(source.target)) return 'the source is no number to call from';
  const { type, target } = destination;
  if (type === 'tel') return isE164(target) ? null : 'the destination is no number';
  return type === 'sip' ? null : `a ${type} cannot be dialled`;
}

/** Vonage as a kind of carrier. */
export function vonageKind(means: VonageMeans): CarrierKind {
  return {
    kind: NAME,
    capabilities: CAPABILITIES,
    config_schema: CONFIG_SCHEMA,
    credentials_schema: CREDENTIALS_SCHEMA,
    open: (account) => new VonageCarrier(account, means),
  };
}
