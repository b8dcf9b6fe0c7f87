import type { Cause } from './cause.ts';

/** One cause of ITU-T Q.850 Table 1 on an unanswered outgoing leg, and what it means. */
export interface Q850Row {
  readonly q850: number;
  readonly name: string;
  /** Whether the row holds only once the leg has rung; a plain row holds otherwise. */
  readonly after_ringing: boolean;
  readonly cause: Cause;
  /** False where the number or the callee's side is at fault. */
  readonly blames_carrier: boolean;
}

type Short = readonly [q850: number, name: string];

const NETWORK_FAILS: readonly Short[] = [
  [2, 'No route to transit network'],
  [3, 'No route to destination'],
  [6, 'Channel unacceptable'],
  [7, 'Call awarded in an established channel'],
  [8, 'Preemption'],
  [14, 'Query on release: ported number'],
  [18, 'No user responding'],
  [25, 'Exchange routing error'],
  [29, 'Facility rejected'],
  [30, 'Response to STATUS ENQUIRY'],
  [31, 'Normal, unspecified'],
  [34, 'No circuit available'],
  [38, 'Network out of order'],
  [41, 'Temporary failure'],
  [42, 'Switching equipment congestion'],
  [43, 'Access information discarded'],
  [44, 'Requested circuit not available'],
  [46, 'Precedence call blocked'],
  [47, 'Resource unavailable, unspecified'],
  [49, 'Quality of service not available'],
  [50, 'Facility not subscribed'],
  [52, 'Outgoing calls barred'],
  [53, 'Outgoing calls barred within closed user group'],
  [57, 'Bearer capability not authorised'],
  [58, 'Bearer capability not available now'],
  [62, 'Inconsistent access information'],
  [63, 'Service not available, unspecified'],
  [65, 'Bearer capability not implemented'],
  [66, 'Channel type not implemented'],
  [69, 'Facility not implemented'],
  [70, 'Only restricted digital bearer'],
  [79, 'Service not implemented, unspecified'],
  [81, 'Invalid call reference'],
  [82, 'Identified channel does not exist'],
  [83, 'A suspended call exists'],
  [84, 'Call identity in use'],
  [85, 'No call suspended'],
  [86, 'Call with that identity cleared'],
  [87, 'User not member of closed user group'],
  [88, 'Incompatible destination'],
  [90, 'Closed user group does not exist'],
  [91, 'Invalid transit network selection'],
  [95, 'Invalid message, unspecified'],
  [96, 'Mandatory information element missing'],
  [97, 'Message type does not exist'],
  [98, 'Message not compatible with call state'],
  [99, 'Information element does not exist'],
  [100, 'Invalid information element contents'],
  [101, 'Message not compatible with state'],
  [102, 'Recovery on timer expiry'],
  [103, 'Parameter does not exist'],
  [110, 'Message with unknown parameter discarded'],
  [111, 'Protocol error, unspecified'],
  [127, 'Interworking, unspecified'],
];

const CALLED_SIDE_FAILS: readonly Short[] = [
  [1, 'Unallocated number'],
  [4, 'Special information tone'],
  [5, 'Misdialled trunk prefix'],
  [20, 'Subscriber absent'],
  [22, 'Number changed'],
  [23, 'Redirection to new destination'],
  [24, 'Rejected by a feature at the destination'],
  [27, 'Destination out of order'],
  [28, 'Invalid number format'],
  [54, 'Incoming calls barred'],
  [55, 'Incoming calls barred within closed user group'],
];

const CALLEE_ENDS: readonly (readonly [Cause, Short])[] = [
  ['normal', [16, 'Normal clearing']],
  ['busy', [17, 'User busy']],
  ['noanswer', [19, 'No answer from user']],
  ['rejected', [21, 'Call rejected']],
  ['normal', [26, 'Non-selected user clearing']],
];

const AFTER_RINGING: readonly Short[] = [
  [18, 'No user responding'],
  [102, 'Recovery on timer expiry'],
];

function rowOf(cause: Cause, blames_carrier: boolean, [q850, name]: Short): Q850Row {
  return { q850, name, after_ringing: false, cause, blames_carrier };
}

/** Every cause that has a meaning of its own, in order; the row after ringing follows the plain. */
export const Q850_ROWS: readonly Q850Row[] = [
  ...NETWORK_FAILS.map((short) => rowOf('failed', true, short)),
  ...CALLED_SIDE_FAILS.map((short) => rowOf('failed', false, short)),
  ...CALLEE_ENDS.map(([cause, short]) => rowOf(cause, false, short)),
  ...AFTER_RINGING.map((short) => ({ ...rowOf('noanswer', false, short), after_ringing: true })),
].sort((one, other) => one.q850 - other.q850);
