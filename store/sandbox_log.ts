import type { AttemptId, CallId, CustomerId, Instant, ProviderId } from '../kernel/brand.ts';
import type { Page, PageQuery } from './page.ts';

/** The sandbox network's own memory: what it was asked to dial and what became of it. */
export interface SandboxLeg {
  readonly leg_ref: string;
  readonly attempt_id: AttemptId;
  readonly provider_id: ProviderId;
  readonly provider_name: string;
  readonly call_id: CallId;
  readonly customer_id: CustomerId | null;
  readonly source: string;
  readonly destination: string;
  readonly outcome: string;
  /** How often the carrier received a dial for this attempt; more than one is a double dial. */
  readonly dial_count: number;
  readonly script: Readonly<Record<string, unknown>>;
  readonly notice_url: string;
  readonly tm_dial: Instant;
  readonly tm_ringing: Instant | null;
  readonly tm_answer: Instant | null;
  readonly tm_end: Instant | null;
  readonly final_code: number | null;
  /** When the next thing happens on the network; null once it is over. */
  readonly next_at: Instant | null;
}

export interface SandboxLog {
  /**
   * Puts a number in service at an account. False when another has it; at the same account it is
   * in service already.
   */
  serve(number: string, provider_id: ProviderId, at: Instant): Promise<boolean>;
  /** Takes a number out of the service of an account; of any other it does nothing. */
  unserve(number: string, provider_id: ProviderId): Promise<void>;
  /** Which of these numbers are in service, and at which accounts. */
  served(numbers: readonly string[]): Promise<ReadonlyMap<string, ProviderId>>;
  /**
   * Durable when it resolves. Answers the row as it then stands: the new one, or, if the attempt is
   * known, the one already there with its dial_count raised by one and nothing else changed.
   */
  dial(leg: SandboxLeg): Promise<SandboxLeg>;
  /**
   * Durable when it resolves. Replaces everything that changes (script, outcome, tm_*, final_code,
   * next_at), never dial_count. A row that has a tm_end is changed only by who names the same one,
   * so that a node which did not hear of the end cannot bring the leg back.
   */
  save(legs: readonly SandboxLeg[]): Promise<void>;
  /** Notes that a leg was in a room; once is enough. */
  visit(room_id: string, attempt_id: AttemptId): Promise<void>;
  /** Everybody who was ever in a room, by the name of the leg's attempt. */
  visitors(room_id: string): Promise<AttemptId[]>;
  find(attempt_id: AttemptId): Promise<SandboxLeg | null>;
  /** Legs on which something was due before `at` and nobody did it. */
  overdue(at: Instant, limit: number): Promise<SandboxLeg[]>;
  list(
    filter: { readonly call_id?: CallId; readonly customer_id?: CustomerId },
    page: PageQuery,
  ): Promise<Page<SandboxLeg>>;
}
