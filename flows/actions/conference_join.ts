import type { ActiveflowId, GroupId } from '../../kernel/brand.ts';
import type { EventOf } from '../../calls/events.ts';
import type { ActionKind, ActionOrder, Scene, Turn } from '../action.ts';
import type { Action } from '../flow.ts';

interface Option {
  readonly conference_id: GroupId;
}

/** Whatever became of it, for the flow to read. */
const STATUS = 'voipbin.conferencecall.status';

function seatFor({ conference_id }: Option, scene: Scene): ActionOrder {
  const conferencecall_id = scene.idFor('conferencecall');
  // The flow's variables say which run it is.
  const activeflow_id = (scene.variables['voipbin.activeflow.id'] ?? '') as ActiveflowId;
  const fact = {
    type: 'seat_asked',
    call_id: scene.call_id,
    conferencecall_id,
    activeflow_id,
  } as const;
  return { give: 'group_tell', group_id: conference_id, fact, joins: true };
}

/** What comes before the room, the room, and what comes after it. */
function visit(
  { conference_id }: Option,
  { pre_flow_id, post_flow_id }: EventOf<'seat_taken'>,
  scene: Scene,
): Turn {
  const step = (label: string, type: string, option: Action['option']): Action => {
    return { id: scene.idFor(label) as Action['id'], next_id: null, type, option };
  };
  const actions = [
    ...(pre_flow_id === null ? [] : [step('pre', 'fetch_flow', { flow_id: pre_flow_id })]),
    step('room', 'confbridge_join', { confbridge_id: conference_id }),
    ...(post_flow_id === null ? [] : [step('post', 'fetch_flow', { flow_id: post_flow_id })]),
  ];
  return { next: 'push', actions, flow_id: null, set: { [STATUS]: 'joined' } };
}

/** Takes the call into a conference, with what the conference asks to be run around it. */
export const conference_join: ActionKind<Option> = {
  type: 'conference_join',
  needs: ['room'],
  waits: true,
  on_leg: 'answered',
  sets: [STATUS],
  outlook: () => ({
    fetches: true,
    lasts: { ms: null, why: 'a conference may last as long as its parties like' },
  }),
  begin: (option, scene) => ({ next: 'wait', orders: [seatFor(option, scene)] }),
  react: (option, scene, event) => {
    if (!('group_id' in event) || event.group_id !== option.conference_id) return { next: 'wait' };
    switch (event.type) {
      case 'seat_taken':
        return visit(option, event, scene);
      case 'seat_refused':
        return { next: 'onward', set: { [STATUS]: event.code } };
      case 'group_absent':
        return { next: 'onward', set: { [STATUS]: 'absent' } };
      default:
        return { next: 'wait' };
    }
  },
  abandon: ({ conference_id }, scene) => [leaveTaking(conference_id, scene)],
};

/** The conference is told that the call is gone from it. */
export function leaveTaking(group_id: GroupId, { call_id }: Scene): ActionOrder {
  return { give: 'group_tell', group_id, fact: { type: 'room_left', call_id }, joins: false };
}
