import type { Clock } from '../../kernel/clock.ts';
import { isE164 } from '../../kernel/address.ts';
import type { Cause } from '../../calls/cause.ts';
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
  NumberDesk,
  ProviderAccount,
  Reading,
  Sought,
  TurnedAway,
} from '../carrier.ts';
import { Legs } from '../legs.ts';
import { Pace } from '../pace.ts';
import { NAME, TwilioApi } from './api.ts';
import { CAPABILITIES, CONFIG_SCHEMA, CREDENTIALS_SCHEMA, type TwilioConfig } from './config.ts';
import type { LegRef } from '../../kernel/brand.ts';
import { dialParams, STATUS_RETRIES, targetOf } from './dialling.ts';
import { Media } from './media.ts';
import { readNotice } from './notices.ts';
import { numberDesk } from './numbers.ts';
import { outcomeOf } from './outcomes.ts';
import { type Asked, Seam, TwilioFailure } from './seam.ts';
import { isSigned } from './signature.ts';
import { candidatesIn, stateOf } from './states.ts';

/** A dial that would wait longer for its turn is better tried elsewhere. */
const WAIT_MS_MAX = 3_000;
const CALLS_PER_S = 1;

/** What the adapter works with. `asked` is told of every request, for counting. */
export interface TwilioMeans {
  readonly clock: Clock;
  /** How long a request may take before its outcome is unknown. */
  readonly timeout_ms: number;
  readonly asked?: (asked: Asked) => void;
}

/** One account at Twilio. */
class TwilioCarrier implements Carrier {
  readonly numbers: NumberDesk;
  readonly #account: ProviderAccount;
  readonly #clock: Clock;
  readonly #api: TwilioApi;
  readonly #pace: Pace;
  readonly #legs: Legs;
  readonly #media: Media;

  constructor(account: ProviderAccount, means: TwilioMeans) {
    const { clock, timeout_ms, asked = () => undefined } = means;
    const { notice_url } = account;
    this.#account = account;
    this.#clock = clock;
    this.#api = new TwilioApi(new Seam({ account, clock, timeout_ms, asked }));
    const { calls_per_s: per_s = CALLS_PER_S } = account.config as TwilioConfig;
    this.#pace = new Pace(clock, { per_s, wait_ms_max: WAIT_MS_MAX });
    this.#legs = new Legs((sought) => listed(this.#api, sought), clock);
    this.#media = new Media(this.#api, this.#legs, { clock, notice_url });
    this.numbers = numberDesk(this.#api, notice_url);
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
      const call = await this.#api.ask('calls.create', ({ calls }) => calls.create(params));
      return { outcome: 'accepted', leg_ref: call.sid as LegRef };
    } catch (error) {
      return this.#failed(error);
    }
  }

  #failed(error: unknown): DialOutcome {
    if (!(error instanceof TwilioFailure)) return { outcome: 'unknown', detail: String(error) };
    const { failure } = error;
    if (failure.kind === 'refused' && failure.status === 429) this.#pace.slowDown();
    return outcomeOf(failure);
  }

  async find(leg: LegAddress, sought?: Sought): Promise<LegState> {
    const leg_ref = await this.#legs.refOf(leg, sought);
    if (leg_ref === null) return { state: 'absent' };
    const call = await this.#api.orGone('calls.fetch', ({ calls }) => calls(leg_ref).fetch());
    return call === null ? { state: 'absent' } : stateOf(call);
  }

  async hangUp(leg: LegAddress, cause?: Cause): Promise<void> {
    const leg_ref = await this.#legs.refOf(leg);
    if (leg_ref === null) return;
    this.#media.end(leg.attempt_id);
    const is_word = cause !== undefined && TURNED_DOWN.includes(cause);
    if (is_word && (await this.#media.reject(leg_ref, cause))) return;
    const update = { status: 'completed' } as const;
    await this.#api.orGone('calls.update', ({ calls }) => calls(leg_ref).update(update));
  }

  instruct(order: InstructOrder): Promise<void> {
    return this.#media.instruct(order);
  }

  isAuthentic(notice: Notice): boolean {
    // A sound, the same for everybody; whether Twilio signs when it fetches sounds it does not say.
    if (notice.method === 'GET' && notice.path === '/beep') return true;
    return isSigned(notice, {
      auth_token: this.#account.credentials['auth_token'] ?? '',
      url: this.#account.notice_url + notice.path,
      endings: [STATUS_RETRIES],
      now_ms: this.#clock.wall(),
    });
  }

  interpret(notice: Notice, turned_away?: TurnedAway): Reading {
    const { provider_id, notice_url, credentials } = this.#account;
    const account_sid = credentials['account_sid'] ?? '';
    const next = (...done: Parameters<Media['next']>): string | null => this.#media.next(...done);
    return readNotice({ provider_id, notice_url, account_sid, next }, notice, turned_away ?? null);
  }
}

/** A new call may be stamped a little before we asked for it. */
const SKEW_MS = 10_000;
const LISTED_MAX = 50;

async function listed(api: TwilioApi, sought: Sought): Promise<readonly LegRef[]> {
  const { source, destination, tm_create } = sought;
  const filter = { from: source.target, to: targetOf(destination), pageSize: LISTED_MAX };
  const page = await api.reach('calls.list', ({ calls }) => calls.page(filter));
  return candidatesIn(page.instances, tm_create - SKEW_MS);
}

/** Causes that a caller who was not answered is told in words of their own. */
const TURNED_DOWN: readonly Cause[] = ['busy', 'rejected', 'noanswer', 'failed'];

function rejected(detail: string, retry_after_ms: number | null): DialOutcome {
  const how = { ...ending('failed', detail), blames_carrier: false };
  return { outcome: 'rejected', ending: how, retry_after_ms };
}

/** What is wrong with an order that Twilio would refuse anyway; null when nothing is. */
function misfit({ source, destination }: DialOrder): string | null {
  if (!isE164(source.target)) return 'the source is no number to call from';
  const { type, target } = destination;
  if (type === 'tel') return isE164(target) ? null : 'the destination is no number';
  return type === 'sip' ? null : `a ${type} cannot be dialled`;
}

/** Twilio as a kind of carrier. */
export function twilioKind(means: TwilioMeans): CarrierKind {
  return {
    kind: NAME,
    capabilities: CAPABILITIES,
    config_schema: CONFIG_SCHEMA,
    credentials_schema: CREDENTIALS_SCHEMA,
    open: (account) => new TwilioCarrier(account, means),
  };
}
