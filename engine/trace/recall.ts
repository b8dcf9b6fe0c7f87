import type { ActionId, CallId, GroupId } from '../../kernel/brand.ts';
import type { CallEvent } from '../../calls/events.ts';
import type { Action } from '../../flows/flow.ts';
import type { Sight } from '../../flows/spy.ts';

/** What was answered to an action while it waited, so long after it began. */
export interface Answer {
  readonly after_ms: number;
  readonly event: CallEvent;
}

/** One action of a recorded run, with what came of the orders it gave. */
export interface Recollection {
  readonly action_id: ActionId;
  readonly answers: readonly Answer[];
  /** The calls and groups it asked for, in order. */
  readonly kin: readonly (CallId | GroupId)[];
  /** Whether it waited for anything at all. */
  readonly waited: boolean;
  /** How late its timer was told it, in ms: nodes may be away. */
  readonly late_ms: number;
}

/** Whether an event answers an order of one action, rather than happening to the call by itself. */
export function isAnswer(event: CallEvent): boolean {
  return 'effect_id' in event || kinOf(event) !== null;
}

/** The call or group an event tells of that an action has asked for; null for all others. */
export function kinOf(event: CallEvent): CallId | GroupId | null {
  if ('child_call_id' in event) return event.child_call_id;
  return 'group_id' in event ? event.group_id : null;
}

/** The calls and groups a turn asks for. */
export function askedFor({ turn }: Sight): readonly (CallId | GroupId)[] {
  return (turn.orders ?? []).flatMap((order): (CallId | GroupId)[] => {
    if (order.give === 'child') return [order.order.call_id];
    return order.give === 'group_open' ? [order.order.group_id] : [];
  });
}

/** What is remembered of every action of a run, by its id, in the order in which they ran. */
export type Memories = ReadonlyMap<ActionId, readonly Recollection[]>;

type Draft = { -readonly [Name in keyof Recollection]: Recollection[Name] } & {
  began: number;
  /** When its timer is due; null where none is set, or where it is over. */
  due: number | null;
};

/**
 * Puts together what is remembered of a run, from everything that was seen of it until `end`. A
 * timer that was due before and never told is later than that.
 */
export function memoriesOf(sights: readonly Sight[], end: number): Memories {
  const memories = new Map<ActionId, Draft[]>();
  for (const sight of sights) {
    const { scene, event, turn, when } = sight;
    const known = memories.get(scene.action_id) ?? [];
    const { action_id, now: began } = scene;
    if (when === 'begun')
      known.push({ action_id, answers: [], kin: [], waited: false, late_ms: 0, began, due: null });
    memories.set(action_id, known);
    const draft = known.at(-1);
    if (draft === undefined) continue;
    draft.kin = [...draft.kin, ...askedFor(sight)];
    if (event !== null && isAnswer(event))
      draft.answers = [...draft.answers, { after_ms: scene.now - draft.began, event }];
    draft.waited ||= turn.next === 'wait';
    draft.due = dueAfter(draft.due, sight);
    if (event?.type === 'timer_fired') draft.late_ms = scene.now - event.due;
  }
  for (const draft of [...memories.values()].flat())
    if (draft.due !== null) draft.late_ms = Math.max(0, end - draft.due);
  return memories;
}

function dueAfter(due: number | null, { turn, scene }: Sight): number | null {
  if (turn.next !== 'wait') return null;
  const { wake_after_ms } = turn;
  if (wake_after_ms === undefined) return due;
  return wake_after_ms === null ? null : scene.now + wake_after_ms;
}

/**
 * Which action of the changed list stands for which of the recorded one: those of the same id, and
 * of those whose names were made up, the next of the same type.
 */
export function namesakes(
  before: readonly Action[],
  after: readonly Action[],
): ReadonlyMap<ActionId, ActionId> {
  const same = new Set(
    before.map(({ id }) => id).filter((id) => after.some((each) => each.id === id)),
  );
  const names = new Map([...same].map((id) => [id, id]));
  let from = 0;
  const old = before.filter(({ id }) => !same.has(id));
  for (const { id, type } of after.filter((each) => !same.has(each.id))) {
    const place = old.findIndex((each, index) => index >= from && each.type === type);
    const found = old[place];
    if (found === undefined) continue;
    names.set(id, found.id);
    from = place + 1;
  }
  return names;
}
