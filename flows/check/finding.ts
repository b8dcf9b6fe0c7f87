/** error: the flow is refused · warning: it can run, but hardly as meant · info: good to know. */
export type Severity = 'error' | 'warning' | 'info';

/** Something about a flow its author should know. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** Where it stands in the request: JSON pointer, RFC 6901. */
  readonly pointer: string;
  /** Goes on where the name of the place ends: "is missing". */
  readonly message: string;
  /** The id of the action it is about, as far as one was written; null otherwise. */
  readonly action_id: string | null;
}

interface Entry {
  /** The severities it is told with. */
  readonly severity: readonly [Severity, ...Severity[]];
  /** What it says, as a sentence. */
  readonly says: string;
  /** What follows from it, or the way out. */
  readonly advice: string;
}

const entry = (severity: Entry['severity'], says: string, advice: string): Entry => ({
  severity,
  says,
  advice,
});

/**
 * Every finding there is. What cannot be run is an error; what can be run in any way at all is not.
 * docs/findings.md is printed from here.
 */
export const FINDINGS = {
  not_a_list: entry(['error'], 'The actions are no list.', 'Write `[{"type": …}, …]`.'),
  too_many_actions: entry(
    ['error'],
    'The list has more actions than a list may have.',
    'Store parts of it as flows, and run those by `fetch_flow`.',
  ),
  too_deep: entry(
    ['error'],
    'Calls make calls that make calls, deeper than is taken.',
    'Store the inner flow, and name it by `flow_id`.',
  ),
  action_invalid: entry(
    ['error'],
    'The action is no object, lacks its type, or has a field that actions do not have.',
    'An action has `id`, `next_id`, `type` and `option`.',
  ),
  action_unknown: entry(['error'], 'There is no action of this type.', 'See docs/actions.'),
  option_invalid: entry(
    ['error'],
    'The option does not satisfy the schema of its action.',
    'Every problem is told, each with its place. See the page of the action in docs/actions.',
  ),
  id_invalid: entry(
    ['error'],
    'The id is no name.',
    '1 to 64 letters, digits, `_`, `.` or `-`, beginning with a letter or digit.',
  ),
  id_reserved: entry(
    ['error'],
    'The id stands for the start or the end of every flow.',
    'Take another.',
  ),
  id_duplicate: entry(['error'], 'Two actions have the same id.', 'Rename one of them.'),
  target_missing: entry(
    ['error'],
    'The option names an action that is not in this flow.',
    'A run that came here would end with `target_missing`.',
  ),
  next_missing: entry(
    ['error'],
    '`next_id` names an action that is not in this flow.',
    'A run that came here would end with `target_missing`.',
  ),
  action_unreachable: entry(
    ['warning'],
    'No way leads to the action.',
    'It never runs. Often it stands after a `hangup`, `stop` or `goto`.',
  ),
  loop_never_waits: entry(
    ['error'],
    'A loop has no action that waits, and no way out.',
    'A run that entered it would be cut off at once. Let something in it wait, or count it.',
  ),
  loop_may_spin: entry(
    ['warning'],
    'A loop has no action that waits; a way leads out of it.',
    'Should it go round too often without leaving, the run is cut off.',
  ),
  loop_unbounded: entry(
    ['warning', 'info'],
    'A loop may go round any number of times. It is a warning where no way leads out of it.',
    'It goes on until somebody hangs up, the call may last no longer, or 1,000 actions have run. ' +
      'Give a `goto` a `loop_count` to bound it.',
  ),
  limit_certain: entry(
    ['error', 'warning'],
    'Every way through the flow meets a limit of the engine before it comes to an end.',
    'An error where the run would be cut off before it has waited once, as nobody would hear it.',
  ),
  media_before_answer: entry(
    ['warning'],
    'The action speaks or listens on an incoming call that may not be answered yet.',
    'It is skipped then: put `answer` before it. On an outgoing call it waits for the answer.',
  ),
  leg_missing: entry(
    ['warning'],
    'The action needs a call, and the flow runs without one.',
    'It is skipped.',
  ),
  capability_missing: entry(
    ['error'],
    'No route to the destination leads to a carrier that can do this.',
    'The call would be refused with `no_route`.',
  ),
  capability_partial: entry(
    ['info'],
    'Some of the routes to the destination cannot do this, and will not be used.',
    'The call has fewer routes to fail over to.',
  ),
  variable_unset: entry(
    ['warning', 'info'],
    'Nothing sets the variable on any way to the action: its value will be the empty text. It is ' +
      'a warning in a call, where all variables are known, and info in a flow that is stored, as ' +
      'the variable may come with the call.',
    'Set it by `variable_set`, or send it in `variables` of the call.',
  ),
  variable_unknown: entry(
    ['warning'],
    'There is no variable of ours with this name.',
    'Names that begin with `voipbin.` are ours; nobody else gives them a value.',
  ),
  place_malformed: entry(
    ['warning'],
    'A `${` does not begin the place of a variable: it is taken as it is written.',
    'Write `${name}`: 1 to 200 characters without `$`, `{` or `}`.',
  ),
  value_impossible: entry(
    ['warning'],
    'The variable can never have this value here.',
    'The way it leads is never taken. Keys that end a `digits_receive` are not part of its digits.',
  ),
  option_contradictory: entry(
    ['warning'],
    'Options contradict each other.',
    'The action runs, but hardly does what was meant.',
  ),
  language_unspoken: entry(
    ['warning'],
    'No voice speaks the language.',
    'The action is skipped where the carrier has no voice of its own for it.',
  ),
  flow_missing: entry(
    ['warning'],
    'There is no stored flow with this id.',
    'Where there is none when the action runs, it fails.',
  ),
  calls_unbounded: entry(
    ['warning'],
    'A loop without a bound places calls.',
    'Every round costs money. Count the loop.',
  ),
} as const satisfies Readonly<Record<string, Entry>>;

export type FindingCode = keyof typeof FINDINGS;

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Errors first, then warnings; what is equally severe stays in order. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => RANK[a.severity] - RANK[b.severity]);
}
