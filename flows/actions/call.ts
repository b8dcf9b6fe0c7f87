import { type Address, isOneLeg } from '../../kernel/address.ts';
import type { CallId, FlowId, GroupId } from '../../kernel/brand.ts';
import type { ActionKind, ActionOrder, Outlook, Scene } from '../action.ts';
import { idOf } from '../normalize.ts';
import { placesOf, sourceOf } from '../parties.ts';
import { ownVariables } from '../variables.ts';

interface Option {
  readonly source?: Address;
  readonly destinations: readonly Address[];
  readonly flow_id?: FlowId;
  readonly actions?: readonly unknown[];
  readonly chained: boolean;
  readonly early_execution: boolean;
}

function flowOf({ flow_id }: Option): FlowId | null {
  return idOf(flow_id) === null ? null : (flow_id ?? null);
}

function ordersFor(option: Option, scene: Scene): readonly ActionOrder[] {
  const flow_id = flowOf(option);
  const same = {
    master_call_id: option.chained && scene.has_leg ? scene.call_id : null,
    source: sourceOf(option.source, scene),
    flow_id,
    actions: flow_id === null ? (option.actions ?? []) : null,
    room_id: null,
    early_execution: option.early_execution,
    variables: ownVariables(scene.variables),
  };
  const { action_id } = scene;
  return option.destinations.map((destination, index) => {
    const id = scene.idFor(`child:${index}`);
    return isOneLeg(destination)
      ? { give: 'child', order: { ...same, call_id: id as CallId, action_id, destination } }
      : { give: 'group_open', order: { ...same, ...ringing(id as GroupId, destination) } };
  });
}

/** A party with several telephones: whoever answers first is the call. */
function ringing(group_id: GroupId, destination: Address) {
  const methods = { ring_method: 'ring_all', answer_method: 'hangup_others' } as const;
  const destinations = [destination];
  return { kind: 'groupcall', group_id, master_group_id: null, destinations, ...methods } as const;
}

function outlookOf(option: Option): Outlook {
  const { actions = [] } = option;
  const named = flowOf(option) !== null;
  if (named && actions.length > 0)
    return { faults: [{ pointer: '/actions', message: 'cannot be given beside flow_id' }] };
  const places = placesOf(option.destinations);
  if (named) return { places, flows: [{ pointer: '/flow_id', text: option.flow_id ?? '' }] };
  if (actions.length === 0)
    return { faults: [{ pointer: '/flow_id', message: 'is missing, and so are actions' }] };
  return { places, actions };
}

/** Places further calls, each with a flow of its own, and goes on at once. */
export const call: ActionKind<Option> = {
  type: 'call',
  needs: [],
  waits: false,
  keeps: ['actions'],
  outlook: outlookOf,
  begin: (option, scene) =>
    option.source === undefined && !scene.has_leg
      ? { next: 'onward', skipped: 'it names no source, and there is no call to take one from' }
      : { next: 'onward', orders: ordersFor(option, scene) },
};
