import { type Address, isOneLeg } from '../../kernel/address.ts';
import type { CallId, GroupId, RoomId } from '../../kernel/brand.ts';
import type { HangupReason } from '../../calls/call.ts';
import type { CallEvent } from '../../calls/events.ts';
import type { ActionKind, ActionOrder, Scene, Turn } from '../action.ts';
import type { Memory } from '../flow.ts';
import { placesOf, sourceOf } from '../parties.ts';

interface Option {
  readonly source?: Address;
  readonly destinations: readonly Address[];
  readonly early_media: boolean;
  readonly relay_reason: boolean;
}

/** What is remembered between events. */
interface Bridge {
  readonly room_id: RoomId;
  /** The one chained call, or the groupcall where there are several to be rung. */
  readonly other: CallId | GroupId;
  /** Whether the other side was transferred: then `other` is the transfer. */
  readonly transferred: boolean;
  /** due: the other side can be heard; this leg joins as soon as it is answered itself. */
  readonly joined: 'no' | 'due' | 'yes';
}

function remembered({ memory }: Scene): Bridge {
  // Only `noted` writes this action's memory.
  return memory as unknown as Bridge;
}

function noted(bridge: Bridge): Memory {
  return { ...bridge };
}

/** One party is called by itself. Several are rung as a groupcall: the first to answer stays. */
function orderFor(option: Option, scene: Scene, { room_id, other }: Bridge): ActionOrder {
  const { destinations, early_media: early_execution } = option;
  const source = sourceOf(option.source, scene);
  const what = { source, flow_id: null, actions: null, room_id, early_execution, variables: {} };
  const same = { ...what, master_call_id: scene.call_id };
  const [destination] = destinations;
  if (destination !== undefined && isAlone(option)) {
    const { action_id } = scene;
    const call_id = other as CallId;
    return { give: 'child', order: { ...same, call_id, action_id, destination } };
  }
  return {
    give: 'group_open',
    order: {
      ...same,
      kind: 'groupcall',
      group_id: other as GroupId,
      master_group_id: null,
      destinations,
      ring_method: 'ring_all',
      answer_method: 'hangup_others',
    },
  };
}

function isAlone({ destinations }: Option): boolean {
  return destinations.length === 1 && destinations.every(isOneLeg);
}

/** The other side can be heard, or this leg has answered: both are needed before they talk. */
function join(bridge: Bridge, { status, direction }: Scene): Turn {
  if (bridge.joined === 'yes') return { next: 'wait' };
  if (status === 'progressing') {
    const instruction = { do: 'join', room_id: bridge.room_id } as const;
    const orders = [{ give: 'instruct', instruction, awaited: false }] as const;
    return { next: 'wait', orders, memory: noted({ ...bridge, joined: 'yes' }) };
  }
  const answer = { give: 'instruct', instruction: { do: 'answer' }, awaited: false } as const;
  const orders = direction === 'incoming' && bridge.joined === 'no' ? [answer] : [];
  return { next: 'wait', orders, memory: noted({ ...bridge, joined: 'due' }) };
}

/** What an event says of the other side; null where it is about something else. */
type News =
  | { readonly is: 'heard' }
  | { readonly is: 'over'; readonly reason: HangupReason; readonly refused: string | null };

function newsOf(event: CallEvent, { other }: Bridge): News | null {
  switch (event.type) {
    case 'child_answered':
      return event.child_call_id === other ? { is: 'heard' } : null;
    case 'group_answered':
      return event.group_id === other ? { is: 'heard' } : null;
    case 'child_ended':
      return event.child_call_id === other
        ? { is: 'over', reason: event.reason, refused: null }
        : null;
    case 'child_refused':
      return event.child_call_id === other
        ? { is: 'over', reason: 'failed', refused: event.code }
        : null;
    case 'group_ended':
      return event.group_id === other
        ? { is: 'over', reason: event.reason, refused: event.code }
        : null;
    default:
      return null;
  }
}

function leaving({ joined, room_id }: Bridge): readonly ActionOrder[] {
  const instruction = { do: 'leave', room_id } as const;
  return joined === 'yes' ? [{ give: 'instruct', instruction, awaited: false }] : [];
}

/** Nobody waits for the other side any more. */
function dropped({ other, transferred }: Bridge, alone: boolean): ActionOrder {
  if (alone && !transferred) return { give: 'child_hangup', call_id: other as CallId };
  const fact = { type: 'hangup_asked' } as const;
  return { give: 'group_tell', group_id: other as GroupId, fact, joins: false };
}

function part(bridge: Bridge, reason: HangupReason | null): Turn {
  const orders = leaving(bridge);
  return reason === null ? { next: 'onward', orders } : { next: 'hangup', reason, orders };
}

/**
 * Calls others and lets one of them and the call hear each other until that one has hung up. No
 * timer guards it: chained calls and groupcalls always end, and are always told (DESIGN §4,
 * rule 6).
 */
export const connect: ActionKind<Option> = {
  type: 'connect',
  needs: ['room'],
  waits: true,
  bridges: true,
  outlook: ({ destinations }) => ({
    places: placesOf(destinations),
    lasts: { ms: null, why: 'the parties may talk as long as they like' },
  }),
  begin: (option, scene) => {
    const room_id = scene.idFor('room') as RoomId;
    const other = scene.idFor(isAlone(option) ? 'child:0' : 'group') as CallId | GroupId;
    const bridge: Bridge = { room_id, other, transferred: false, joined: 'no' };
    const asked = orderFor(option, scene, bridge);
    if (!option.early_media || scene.status !== 'progressing')
      return { next: 'wait', orders: [asked], memory: noted(bridge) };
    const { memory, orders = [] } = join(bridge, scene);
    return { next: 'wait', orders: [...orders, asked], memory: memory ?? noted(bridge) };
  },
  react: ({ relay_reason }, scene, event) => {
    const bridge = remembered(scene);
    if (event.type === 'leg_answered' && bridge.joined === 'due') return join(bridge, scene);
    // Transferred, it is the transfer that says when the talk is over.
    if (event.type === 'child_released' && scene.status === 'progressing')
      return {
        next: 'wait',
        memory: noted({ ...bridge, other: event.group_id, transferred: true }),
      };
    const news = newsOf(event, bridge);
    if (news === null) return { next: 'wait' };
    if (news.is === 'heard') return join(bridge, scene);
    if (news.refused !== null)
      return { next: 'fail', detail: `no destination could be called: ${news.refused}` };
    return part(bridge, relay_reason ? news.reason : null);
  },
  abandon: (option, scene) => {
    const bridge = remembered(scene);
    return [...leaving(bridge), dropped(bridge, isAlone(option))];
  },
};
