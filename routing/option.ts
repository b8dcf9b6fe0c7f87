import type { Address } from '../kernel/address.ts';
import type { CustomerId, ProviderId, RouteId } from '../kernel/brand.ts';
import type { Price } from '../calls/call.ts';
import type { ExclusionReason } from './reasons.ts';

/** What routing reads of a route. `target` is a prefix of numbers such as "+49", or "all". */
export interface RouteIn {
  readonly id: RouteId;
  /** The customer it serves; the platform's own id for a default route. */
  readonly customer_id: CustomerId;
  readonly provider_id: ProviderId;
  /** Smaller is tried first. */
  readonly priority: number;
  readonly target: string;
  readonly price: Price;
}

/** What routing reads of a provider. `type` is the adapter kind: sandbox, twilio, vonage, sip. */
export interface ProviderIn {
  readonly id: ProviderId;
  readonly type: string;
  readonly name: string;
  readonly enabled: boolean;
}

/** Everything a decision depends on. The same query always gives the same choice. */
export interface Query {
  readonly routes: readonly RouteIn[];
  readonly providers: ReadonlyMap<ProviderId, ProviderIn>;
  /** What each kind of carrier can do; a kind that is not listed is not installed. */
  readonly capabilities: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly customer_id: CustomerId;
  readonly platform_id: CustomerId;
  readonly destination: Address;
  /** The currency of the account that pays. */
  readonly currency: string;
  /** Names of the capabilities that the flow needs. */
  readonly needs: readonly string[];
  /** Whether routes whose prefix does not fit are listed among the excluded: for a preview. */
  readonly list_unmatched: boolean;
}

/** A route under consideration. */
export interface Option {
  readonly route: RouteIn;
  readonly provider: ProviderIn | null;
  /** The customer's own route rather than a default one. */
  readonly own: boolean;
  /** How many characters of the number the target fixes; 0 for "all". */
  readonly prefix_length: number;
}

/** Why an option is out; null while it stays in. */
export interface Verdict {
  readonly reason: ExclusionReason;
  /** What exactly, where the reason alone does not say. */
  readonly detail: string | null;
}

/** An option that is out. */
export interface Dropped {
  readonly option: Option;
  readonly verdict: Verdict;
}

/** What a step leaves of a list. Together both lists hold every option that went in. */
export interface Sifted {
  readonly kept: readonly Option[];
  readonly dropped: readonly Dropped[];
}

/** One criterion of routing. */
export type Sieve = (options: readonly Option[], query: Query) => Sifted;

/** Puts eligible options into the order in which they are tried. */
export type Ranking = (options: readonly Option[], query: Query) => readonly Option[];

/** A sieve that looks at each option alone. */
export function each(judge: (option: Option, query: Query) => Verdict | null): Sieve {
  return (options, query) => {
    const kept: Option[] = [];
    const dropped: Dropped[] = [];
    for (const option of options) {
      const verdict = judge(option, query);
      if (verdict === null) kept.push(option);
      else dropped.push({ option, verdict });
    }
    return { kept, dropped };
  };
}

/** By code unit, so that the order does not depend on a machine's language settings. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
