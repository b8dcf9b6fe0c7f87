import type { KeyObject } from 'node:crypto';
import type { LegRef } from '../../kernel/brand.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Cause, Ending } from '../../calls/cause.ts';
import type { SandboxLeg } from '../../store/sandbox_log.ts';
import {
  type Carrier,
  CarrierError,
  type CarrierKind,
  type DialOrder,
  type DialOutcome,
  type InstructOrder,
  type LegAddress,
  type LegState,
  type Notice,
  type NumberDesk,
  type ProviderAccount,
  type Reading,
  type RecordingOrder,
  type TurnedAway,
} from '../carrier.ts';
import { CAPABILITIES, CONFIG_SCHEMA, CREDENTIALS_SCHEMA } from './config.ts';
import { type DialResult, isPlaced } from './legs.ts';
import type { SandboxNetwork } from './network.ts';
import { refusedAtCreation } from './numbers.ts';
import { isSigned, keyOf, readNotice } from './wire.ts';

const NAME = 'sandbox';
/** How late a slow answer comes, and when the dialler stops waiting for a lost one. */
const SLOW_MS = 3_000;
const UNHEARD_MS = 2_000;
const RETRY_AFTER_MS = 1_000;

const TOO_MANY: Ending = {
  cause: 'failed',
  sip_code: null,
  q850: null,
  detail: '429 Too Many Requests',
  blames_carrier: true,
};

/** One account of the make-believe network, behind the same port as real carriers. */
class SandboxCarrier implements Carrier {
  readonly #network: SandboxNetwork;
  readonly #clock: Clock;
  readonly #account: ProviderAccount;
  readonly #key: KeyObject;
  readonly numbers: NumberDesk;

  constructor(network: SandboxNetwork, clock: Clock, account: ProviderAccount) {
    this.#network = network;
    this.#clock = clock;
    this.#account = account;
    this.#key = keyOf(account.credentials['secret'] ?? '');
    const desk = network.numbersOf(account);
    this.numbers = {
      search: (...given) => reached(desk.search(...given)),
      buy: (number) => reached(desk.buy(number)),
      configure: (number) => reached(desk.configure(number)),
      release: (number) => reached(desk.release(number)),
    };
    network.connect(account);
  }

  async dial(order: DialOrder): Promise<DialOutcome> {
    try {
      return await this.#outcomeOf(await this.#network.dial(this.#account, order));
    } catch (error) {
      return { outcome: 'unknown', detail: `the network did not answer: ${textOf(error)}` };
    }
  }

  async #outcomeOf(row: SandboxLeg): Promise<DialOutcome> {
    const accepted: DialOutcome = { outcome: 'accepted', leg_ref: row.leg_ref as LegRef };
    if (row.dial_count > 1 && isPlaced(row)) return accepted;
    switch (row.outcome as DialResult) {
      case 'accepted':
        return accepted;
      case 'accepted_late':
        await this.#pause(SLOW_MS);
        return accepted;
      case 'accepted_unheard':
      case 'unheard':
        await this.#pause(UNHEARD_MS);
        return { outcome: 'unknown', detail: 'no answer to the dial' };
      case 'refused_429':
        return { outcome: 'rejected', ending: TOO_MANY, retry_after_ms: RETRY_AFTER_MS };
      case 'refused_500':
        return { outcome: 'unknown', detail: '500 Internal Server Error' };
    }
  }

  instruct(order: InstructOrder): Promise<void> {
    return reached(this.#network.instruct(this.#account, order));
  }

  hangUp(leg: LegAddress, cause?: Cause): Promise<void> {
    return reached(this.#network.hangUp(this.#account, leg, cause));
  }

  find({ attempt_id }: LegAddress): Promise<LegState> {
    return reached(this.#network.find(this.#account, attempt_id));
  }

  recorded(order: RecordingOrder): Promise<AsyncIterable<Uint8Array> | null> {
    return reached(this.#network.recorded(this.#account, order));
  }

  isAuthentic(notice: Notice): boolean {
    return isSigned(notice, this.#key, this.#clock.wall());
  }

  interpret(notice: Notice, turned_away?: TurnedAway): Reading {
    return readNotice(notice, turned_away);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#clock.after(ms, resolve));
  }
}

/** What the network throws, as carriers' errors: its log being away is like a line being down. */
async function reached<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof CarrierError) throw error;
    throw new CarrierError(NAME, 'later', textOf(error));
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The sandbox as a kind of carrier. Opening an account connects it to the network. */
export function sandboxKind(network: SandboxNetwork, clock: Clock): CarrierKind {
  return {
    kind: NAME,
    capabilities: CAPABILITIES,
    config_schema: CONFIG_SCHEMA,
    credentials_schema: CREDENTIALS_SCHEMA,
    refusedAtCreation,
    open: (account) => new SandboxCarrier(network, clock, account),
  };
}
