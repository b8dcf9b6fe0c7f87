/** Every reason for which an incoming call is not taken, in the order they are looked for. */
export type IncomingRefusal =
  | 'emergency_unsupported'
  | 'number_unknown'
  | 'source_invalid'
  | 'anonymous_refused'
  | 'blocked'
  | 'verification_failed'
  | 'own_number_spoofed'
  | 'loop_detected'
  | 'too_many_parallel'
  | 'customer_inactive'
  | 'insufficient_balance'
  | 'flow_missing';

/** What the caller's network is told, and what it means. */
export interface RefusalEntry {
  readonly sip_code: number;
  readonly q850: number;
  /** For people: when it comes. */
  readonly says: string;
}

const entry = (sip_code: number, q850: number, says: string): RefusalEntry => {
  return { sip_code, q850, says };
};

/** The list. docs/incoming.md is printed from here; codes by RFC 3261, 5079, 8688 and Q.850. */
export const INCOMING_REFUSALS: Readonly<Record<IncomingRefusal, RefusalEntry>> = {
  emergency_unsupported: entry(
    404,
    3,
    'An emergency number was called, and the carrier that brings the call may not bring such.',
  ),
  number_unknown: entry(
    404,
    1,
    'Nobody here has the number at the carrier that brings the call, or it has been given up.',
  ),
  source_invalid: entry(403, 21, 'The caller is neither an E.164 number, a SIP URI, nor withheld.'),
  anonymous_refused: entry(
    433,
    21,
    'The number is withheld, and a rule blocks `anonymous` callers.',
  ),
  blocked: entry(603, 21, 'A rule of the customer blocks the caller.'),
  verification_failed: entry(
    608,
    21,
    "The caller's network says that the number is not the caller's; `verification` is `refuse`.",
  ),
  own_number_spoofed: entry(
    608,
    21,
    'The caller shows a number of ours that is not calling; `own_number` is `refuse`.',
  ),
  loop_detected: entry(
    482,
    25,
    'The call was passed on by the number it comes to, or came in five times already.',
  ),
  too_many_parallel: entry(
    486,
    17,
    'As many calls of this caller to this number live already as `parallel_max` allows.',
  ),
  customer_inactive: entry(480, 20, 'The customer who has the number has been deleted.'),
  insufficient_balance: entry(
    503,
    34,
    'The balance does not pay for the first increment, or the number is a week overdue.',
  ),
  flow_missing: entry(480, 20, 'The number has no `call_flow_id`, or that flow is gone.'),
};

/** The reasons in the order in which they are looked for: the first that holds is told. */
export const REFUSAL_ORDER = Object.keys(INCOMING_REFUSALS) as IncomingRefusal[];
