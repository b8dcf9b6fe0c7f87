import type { CustomerId, LegRef, ProviderId } from '../kernel/brand.ts';
import type { Chance, Clock } from '../kernel/clock.ts';
import type { SandboxFault } from '../calls/call.ts';
import type { Exchange } from '../engine/engine.ts';
import type { CarrierKind, IncomingLeg } from '../providers/carrier.ts';
import type { Links } from '../engine/links.ts';
import type { Files } from '../files/files.ts';
import type { Customer } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { Sender } from '../webhooks/delivery.ts';
import type { Keyring } from './keyring.ts';
import type { Limits } from './limits.ts';

/** What the API writes to. Lines are JSON; `fields` never hold secrets. */
export interface Log {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** Keeps texts at rest: what is sealed for one row opens in no other, and then throws. */
export interface Vault {
  seal(plain: string, row: string): string;
  open(sealed: string, row: string): string;
}

/** The settings the API needs; config.ts has them. */
export interface ApiConfig {
  /** Without a slash at the end. */
  readonly public_url: string;
  /** Requests per second and key; 0 = no limit. */
  readonly rate_limit_per_s: number;
  /** The operator's own admin key, which need not look like ours. */
  readonly bootstrap_key?: string | null;
  /** How long a route may ring where a call does not say. */
  readonly dial_timeout_ms: number;
  /** Whether anybody may read /metrics; otherwise this machine and administrators' keys. */
  readonly metrics_public: boolean;
}

/** Whether requests can be served, and what each thing looked at said ("ok" or why not). */
export interface Readiness {
  readonly ok: boolean;
  readonly checks: Readonly<Record<string, string>>;
}

/** Somebody who is to call a number of the sandbox. Times in ms; null: as the network likes. */
export interface SimulatedCall {
  readonly provider_id: ProviderId;
  readonly leg_ref: LegRef;
  readonly told: Omit<IncomingLeg, 'leg_ref'>;
  readonly ring_ms: number;
  readonly talk_ms: number | null;
  readonly dtmf: string;
  readonly voice: { readonly voice_hz?: number; readonly voice_ms?: number };
  readonly mos: number | null;
  readonly fault: SandboxFault | null;
}

/** What the network was told about a call; null while nobody has said so. */
export interface SimulatedVerdict {
  readonly taken: boolean;
  readonly sip_code: number | null;
  readonly q850: number | null;
}

/** Everything the API needs of the rest. */
export interface Deps {
  readonly exchange: Exchange;
  readonly store: Store;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly vault: Vault;
  /** Languages some voice speaks, by their primary subtags; null where that is not known. */
  readonly languages: ReadonlySet<string> | null;
  /** Where recordings lie, and what opens them to whoever has a link. */
  readonly files: Pick<Files, 'open'>;
  readonly links: Links;
  readonly config: ApiConfig;
  readonly log: Log;
  /** This process, as it claims idempotency keys. Changes at every start. */
  readonly node: string;
  readonly carriers: ReadonlyMap<string, CarrierKind>;
  /** Guards the URLs customers give. */
  readonly sender: Pick<Sender, 'refusal'>;
  /** Has somebody call a number of the sandbox; null where there is none in this process. */
  readonly ring: ((call: SimulatedCall) => Promise<SimulatedVerdict | null>) | null;
  /** Moves the test clock on and answers when everything due has fired; null where it is locked. */
  readonly advance: ((ms: number) => Promise<void>) | null;
  metrics(): Promise<string>;
  ready(): Promise<Readiness>;
  /** Told of every answer, for figures. */
  readonly answered?: (operation: string, status: number, ms: number) => void;
  /** Aborted when the process is to stop: streams end, keep-alive connections close. */
  readonly stopping?: AbortSignal;
}

/** Deps, and what the API keeps in memory beside them. */
export interface Desk extends Deps {
  readonly keyring: Keyring;
  /** By key. */
  readonly limits: Limits;
  /** By address, for those without a key. */
  readonly strangers: Limits;
  customer(id: CustomerId): Promise<Customer | null>;
  /** Forgets what is kept of customers, here; other nodes are told by exchange.changed. */
  customersChanged(id: CustomerId): void;
}
