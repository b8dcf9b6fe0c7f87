import type { Cause } from './cause.ts';

/** What must have happened on the leg for a row to hold; rows without it hold otherwise. */
export type SipWhen = 'rang' | 'we_cancelled' | 'dial_timer';

/** One final SIP answer to an outgoing leg, and what it means. */
export interface SipRow {
  readonly code: number;
  readonly name: string;
  readonly when: SipWhen | null;
  /** The Q.850 cause a gateway would give, by RFC 3398 §7.2.6.1; null where there is none. */
  readonly q850: number | null;
  readonly cause: Cause;
  /** False where the number, the callee or an intermediary is at fault. */
  readonly blames_carrier: boolean;
  readonly note: string;
}

const REDIRECT = 'A redirect from a carrier is not followed.';
const NUMBER = 'The number is at fault: another route may be tried, the carrier keeps its health.';

type Short = readonly [code: number, name: string, q850: number, note?: string];

const CARRIER_FAILS: readonly Short[] = [
  [400, 'Bad Request', 41],
  [401, 'Unauthorized', 21, 'Our credentials at the carrier, after one digest retry.'],
  [402, 'Payment Required', 21, 'Our account at the carrier is empty: stop using it and alert.'],
  [
    403,
    'Forbidden',
    21,
    'Refused by the network (caller id, access list, fraud), not by a person.',
  ],
  [405, 'Method Not Allowed', 63],
  [406, 'Not Acceptable', 79],
  [407, 'Proxy Authentication Required', 21],
  [408, 'Request Timeout', 102, 'Nothing rang. Our own transaction timers B and F count as this.'],
  [409, 'Conflict', 41],
  [411, 'Length Required', 127],
  [412, 'Conditional Request Failed', 127],
  [413, 'Request Entity Too Large', 127],
  [414, 'Request-URI Too Long', 127],
  [415, 'Unsupported Media Type', 79],
  [416, 'Unsupported URI Scheme', 127],
  [417, 'Unknown Resource-Priority', 127],
  [420, 'Bad Extension', 127],
  [421, 'Extension Required', 127],
  [422, 'Session Interval Too Small', 127],
  [423, 'Interval Too Brief', 127],
  [424, 'Bad Location Information', 127],
  [428, 'Use Identity Header', 21],
  [429, 'Provide Referrer Identity', 21],
  [433, 'Anonymity Disallowed', 21],
  [436, 'Bad Identity-Info', 127],
  [437, 'Unsupported Certificate', 127],
  [438, 'Invalid Identity Header', 127],
  [481, 'Call/Transaction Does Not Exist', 41],
  [482, 'Loop Detected', 25],
  [483, 'Too Many Hops', 25],
  [487, 'Request Terminated', 127, 'Nobody here asked for it.'],
  [488, 'Not Acceptable Here', 88],
  [489, 'Bad Event', 127],
  [491, 'Request Pending', 127],
  [493, 'Undecipherable', 127],
  [494, 'Security Agreement Required', 127],
  [500, 'Server Internal Error', 41],
  [501, 'Not Implemented', 79],
  [502, 'Bad Gateway', 38],
  [503, 'Service Unavailable', 41, 'Retry-After says how long to leave the carrier alone.'],
  [504, 'Server Time-out', 102],
  [505, 'Version Not Supported', 127],
  [513, 'Message Too Large', 127],
  [580, 'Precondition Failure', 47],
  [606, 'Not Acceptable', 88],
];

const OTHERS_FAIL: readonly Short[] = [
  [300, 'Multiple Choices', 23, REDIRECT],
  [301, 'Moved Permanently', 23, REDIRECT],
  [302, 'Moved Temporarily', 23, REDIRECT],
  [305, 'Use Proxy', 127, REDIRECT],
  [380, 'Alternative Service', 127, REDIRECT],
  [404, 'Not Found', 1, NUMBER],
  [410, 'Gone', 22, NUMBER],
  [484, 'Address Incomplete', 28, NUMBER],
  [485, 'Ambiguous', 1, NUMBER],
  [604, 'Does Not Exist Anywhere', 1, NUMBER],
  [608, 'Rejected', 21, 'An intermediary refused, not the callee (RFC 8688).'],
];

const CALLEE_ENDS: readonly (readonly [Cause, Short])[] = [
  [
    'noanswer',
    [
      480,
      'Temporarily Unavailable',
      18,
      'The callee is away; a Q.850 Reason from the network wins.',
    ],
  ],
  ['busy', [486, 'Busy Here', 17]],
  ['busy', [600, 'Busy Everywhere', 17]],
  ['rejected', [603, 'Decline', 21, 'The callee declined.']],
  ['rejected', [607, 'Unwanted', 21, 'The callee called it unwanted (RFC 8197).']],
];

const AFTER_SOMETHING: readonly SipRow[] = [
  {
    ...rowOf('noanswer', false, [408, 'Request Timeout', 18, 'It rang and nobody came.']),
    when: 'rang',
  },
  {
    ...rowOf('cancel', false, [487, 'Request Terminated', 16, 'We cancelled.']),
    when: 'we_cancelled',
  },
  {
    ...rowOf('dialout', false, [487, 'Request Terminated', 0, 'Our dial timer ran out.']),
    when: 'dial_timer',
    q850: null,
  },
];

function rowOf(cause: Cause, blames_carrier: boolean, [code, name, q850, note]: Short): SipRow {
  return { code, name, when: null, q850, cause, blames_carrier, note: note ?? '' };
}

/**
 * Every final SIP code with a meaning of its own, in order. Where a code has several rows, those
 * with a `when` come after the plain one.
 */
export const SIP_ROWS: readonly SipRow[] = [
  ...CARRIER_FAILS.map((short) => rowOf('failed', true, short)),
  ...OTHERS_FAIL.map((short) => rowOf('failed', false, short)),
  ...CALLEE_ENDS.map(([cause, short]) => rowOf(cause, false, short)),
  ...AFTER_SOMETHING,
].sort((one, other) => one.code - other.code);
