import type { JsonSchema } from '../kernel/schema.ts';
import { actions } from '../flows/actions/index.ts';
import { type Language, outlookOf, readOption, type Verb } from '../flows/language.ts';

export type Roll = (below: number) => number;
type Raw = Readonly<Record<string, unknown>>;

export function pick<Value>(roll: Roll, list: readonly Value[]): Value {
  return list[roll(list.length)] as Value;
}

const IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const VERBS = Object.entries(actions as Language) as [string, Verb][];
const WORDS = ['Hi', '${given}', '${mine} ${given}', '${voipbin.call.digits}', '${other}', '${'];

/** Options that say more than the examples of the schemas do; they lead from action to action. */
const OPTIONS: Readonly<Record<string, (roll: Roll, id: () => string) => Raw>> = {
  talk: (roll) => ({ text: pick(roll, WORDS), async: roll(4) === 0 }),
  sleep: (roll) => ({ duration: roll(2_000) }),
  digits_receive: (roll) => ({ length: 1 + roll(2), key: pick(roll, ['', '#']), duration: 900 }),
  branch: (roll, id) => ({
    variable: pick(roll, ['voipbin.call.digits', 'mine', 'given']),
    target_ids: { [pick(roll, ['1', '12', '#', 'x', ''])]: id(), '2': id() },
    ...(roll(2) === 0 ? { default_target_id: id() } : {}),
  }),
  condition_variable: (roll, id) => ({
    condition: pick(roll, ['==', '!=']),
    variable: pick(roll, ['mine', '${given}', 'other']),
    value_string: pick(roll, ['', 'x']),
    false_target_id: id(),
  }),
  goto: (roll, id) => ({ target_id: id(), ...(roll(3) === 0 ? {} : { loop_count: roll(4) }) }),
  variable_set: (roll) => ({
    key: pick(roll, ['mine', 'mine', 'voipbin.call.digits', 'k${given}']),
    value: pick(roll, ['x', '1', '${given}']),
  }),
  call: (roll) => ({
    destinations: [{ type: 'tel', target: pick(roll, ['+15005550006', '${given}']) }],
    actions: [{ type: 'talk', option: { text: pick(roll, WORDS) } }],
    chained: roll(2) === 0,
  }),
};
/** Verbs that make a flow of something; drawn as often as all others together. */
const LEADING = Object.keys(OPTIONS);

/**
 * A flow of any of the actions there are, new ones too: where nothing else is said, with the option
 * of their example. Most of them can be run; some cannot.
 */
export function flowFor(roll: Roll): Raw[] {
  const length = 1 + roll(IDS.length);
  const ids = IDS.slice(0, length);
  const id = (): string => (roll(80) === 0 ? 'gone' : pick(roll, ids));
  return ids.map((name) => {
    const [type, verb] = roll(2) === 0 ? verbOf(pick(roll, LEADING)) : pick(roll, VERBS);
    const option = OPTIONS[type]?.(roll, id) ?? exampleOf(verb, id);
    const more = roll(8) === 0 ? { next_id: id() } : {};
    return { id: name, type, option, ...more };
  });
}

function verbOf(type: string): [string, Verb] {
  return VERBS.find(([name]) => name === type) as [string, Verb];
}

/** The example of an action, leading to actions that are there. */
function exampleOf(verb: Verb, id: () => string): Raw {
  const [example = {}] = (verb.schema as JsonSchema & { examples: Raw[] }).examples;
  const { option } = readOption(verb, example);
  const targets = outlookOf(verb, option).targets ?? [];
  return targets.reduce((made, { pointer }) => ({ ...made, [pointer.slice(1)]: id() }), example);
}
