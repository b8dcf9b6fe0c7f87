import type { ActionId, CallId, GroupId, Instant } from '../../kernel/brand.ts';
import { after } from '../../kernel/instant.ts';
import type { CallEvent, FactOf } from '../../calls/events.ts';
import type { FlowRun } from '../../flows/flow.ts';
import type { Sight } from '../../flows/spy.ts';
import { askedFor, kinOf, type Memories, type Recollection } from './recall.ts';

/** Something the recording does not say of a step, and what was taken for it. */
export interface Remark {
  readonly number: number;
  readonly action_id: ActionId;
  readonly what: string;
}

/** An answer to come: what is told at that instant; null once the run no longer waits for it. */
export interface Planned {
  readonly at: Instant;
  readonly fact: (run: FlowRun) => FactOf | null;
}

/** What a rehearsed flow is answered, from what is remembered of the recorded one. */
export interface Answers {
  /** Looks at a turn, and plans what it will be answered. */
  plan(sight: Sight): void;
  /** The earliest answer at or before an instant. */
  next(until: number): Planned | null;
  /** How late the timer of the action that was planned last is told it, in ms. */
  late_ms(): number;
  /** Where nothing that is remembered answers an action. */
  unknown(): Remark | null;
  readonly assumed: readonly Remark[];
}

const AT_ONCE = 'what it says or plays is taken to be over at once';
const NO_REPLY = 'nobody knows what the server would have answered';
const NO_FLOW = 'the flow it fetches was not fetched then';
const NO_CALLS = 'nobody knows what would have become of the calls it places';

export function answersTo(memories: Memories, names: ReadonlyMap<ActionId, ActionId>): Answers {
  const planned: Planned[] = [];
  const assumed: Remark[] = [];
  const times = new Map<ActionId, number>();
  let unknown: Remark | null = null;
  let late_ms = 0;
  const remembered = (id: ActionId): Recollection | null => {
    const time = times.get(id) ?? 0;
    times.set(id, time + 1);
    const known = memories.get(names.get(id) ?? id) ?? [];
    return known[time] ?? known.at(-1) ?? null;
  };
  return {
    assumed,
    unknown: () => unknown,
    late_ms: () => late_ms,
    plan: (sight) => {
      if (sight.when !== 'begun') return;
      const memory = remembered(sight.scene.action_id);
      late_ms = memory?.late_ms ?? 0;
      if (sight.turn.next !== 'wait') return;
      if (memory?.waited === true) return void planned.push(...repeated(memory, sight));
      const guess = guessed(sight);
      if (guess === null) return;
      const { number, action_id } = sight.scene;
      const remark = { number, action_id, what: guess.what };
      if (guess.planned === null) unknown ??= remark;
      else {
        planned.push(guess.planned);
        assumed.push(remark);
      }
    },
    next: (until) => {
      const [first] = planned.toSorted((one, other) => one.at - other.at);
      if (first === undefined || first.at > until) return null;
      planned.splice(planned.indexOf(first), 1);
      return first;
    },
  };
}

/** The answers of then, as late as they were then. */
function repeated({ answers, kin }: Recollection, sight: Sight): Planned[] {
  const asked = askedFor(sight);
  const renamed = new Map(kin.map((id, place) => [id as string, asked[place]]));
  const { now, number } = sight.scene;
  return answers.map(({ after_ms, event }) => ({
    at: after(now, after_ms),
    fact: (run) => translated(event, { run, number, renamed }),
  }));
}

function translated(
  event: CallEvent,
  at: {
    readonly run: FlowRun;
    readonly number: number;
    readonly renamed: ReadonlyMap<string, CallId | GroupId | undefined>;
  },
): FactOf | null {
  const kin = kinOf(event);
  if (kin === null) {
    const { awaits, executed_count } = at.run;
    if (awaits === null || executed_count !== at.number) return null;
    // Only events with an effect are answers that tell of no kin.
    return { ...event, effect_id: awaits } as FactOf;
  }
  const now = at.renamed.get(kin);
  if (now === undefined) return null;
  const name = 'child_call_id' in event ? 'child_call_id' : 'group_id';
  return { ...event, [name]: now };
}

/** What is taken for the answer to an action nothing is remembered of; null: it needs none. */
function guessed({
  turn,
  scene,
}: Sight): { readonly what: string; readonly planned: Planned | null } | null {
  for (const order of turn.orders ?? []) {
    if (order.give === 'request' && order.order.awaited) return { what: NO_REPLY, planned: null };
    if (order.give === 'flow_fetch') return { what: NO_FLOW, planned: null };
    if (order.give === 'child' || order.give === 'group_open')
      return { what: NO_CALLS, planned: null };
    if (order.give === 'instruct' && order.awaited)
      return { what: AT_ONCE, planned: over(scene.now, scene.number) };
  }
  return null;
}

function over(at: Instant, number: number): Planned {
  const fact: Planned['fact'] = ({ awaits, executed_count }) =>
    awaits === null || executed_count !== number
      ? null
      : { type: 'media_finished', effect_id: awaits };
  return { at, fact };
}
