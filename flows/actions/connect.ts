import type { Address } from '../../kernel/address.ts';
import type { CallId, RoomId } from '../../kernel/brand.ts';
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
  /** The chained calls that have not ended. */
  readonly children: readonly CallId[];
  /** due: a chained call has answered, this leg joins as soon as it is answered itself. */
  readonly joined: 'no' | 'due' | 'yes';
  /** Whether any chained call could be placed. */
  readonly placed: boolean;
}

function remembered({ memory }: Scene): Bridge {
  // Only `noted` writes this action's memory.
  return memory as unknown as Bridge;
}

function noted(bridge: Bridge): Memory {
  return { ...bridge };
}

function ordersFor(option: Option, scene: Scene, bridge: Bridge): readonly ActionOrder[] {
  return option.destinations.map((destination, index) => ({
    give: 'child',
    order: {
      call_id: scene.idFor(`child:${index}`) as CallId,
      master_call_id: scene.call_id,
      action_id: scene.action_id,
      source: sourceOf(option.source, scene),
      destination,
      flow_id: null,
      actions: null,
      room_id: bridge.room_id,
      early_execution: option.early_media,
      variables: {},
    },
  }));
}

/** A chained call has answered, or this leg has: both are needed before they hear each other. */
function join(bridge: Bridge, { status, direction }: Scene): Turn {
  if (status === 'progressing') {
    const instruction = { do: 'join', room_id: bridge.room_id } as const;
    const orders = [{ give: 'instruct', instruction, awaited: false }] as const;
    return { next: 'wait', orders, memory: noted({ ...bridge, joined: 'yes' }) };
  }
  const answer = { give: 'instruct', instruction: { do: 'answer' }, awaited: false } as const;
  const orders = direction === 'incoming' ? [answer] : [];
  return { next: 'wait', orders, memory: noted({ ...bridge, joined: 'due' }) };
}

type Lost = Extract<CallEvent, { type: 'child_ended' | 'child_refused' }>;

function lose(before: Bridge, event: Lost, relay_reason: boolean): Turn {
  const bridge: Bridge = {
    ...before,
    children: before.children.filter((id) => id !== event.child_call_id),
    placed: before.placed || event.type === 'child_ended',
  };
  if (bridge.children.length > 0) return { next: 'wait', memory: noted(bridge) };
  if (!bridge.placed && event.type === 'child_refused')
    return { next: 'fail', detail: `no destination could be called: ${event.code}` };
  const reason = relay_reason && event.type === 'child_ended' ? event.reason : null;
  return part(bridge, reason);
}

function leaving({ joined, room_id }: Bridge): readonly ActionOrder[] {
  const instruction = { do: 'leave', room_id } as const;
  return joined === 'yes' ? [{ give: 'instruct', instruction, awaited: false }] : [];
}

function part(bridge: Bridge, reason: HangupReason | null): Turn {
  const orders = leaving(bridge);
  return reason === null ? { next: 'onward', orders } : { next: 'hangup', reason, orders };
}

/**
 * Calls others and lets them and the call hear each other until the last of them has hung up. No
 * timer guards it: chained calls always end, and are always told (DESIGN §4, rule 6).
 */
export const connect: ActionKind<Option> = {
  type: 'connect',
  needs: ['room'],
  waits: true,
  on_leg: 'answers',
  outlook: ({ destinations }) => ({
    places: placesOf(destinations),
    lasts: { ms: null, why: 'the parties may talk as long as they like' },
  }),
  begin: (option, scene) => {
    const room_id = scene.idFor('room') as RoomId;
    const children = option.destinations.map(
      (_to, index) => scene.idFor(`child:${index}`) as CallId,
    );
    const bridge: Bridge = { room_id, children, joined: 'no', placed: false };
    const calls = ordersFor(option, scene, bridge);
    if (!option.early_media || scene.status !== 'progressing')
      return { next: 'wait', orders: calls, memory: noted(bridge) };
    const { memory, orders = [] } = join(bridge, scene);
    return { next: 'wait', orders: [...orders, ...calls], memory: memory ?? noted(bridge) };
  },
  react: ({ relay_reason }, scene, event) => {
    const bridge = remembered(scene);
    const of_child = 'child_call_id' in event && bridge.children.includes(event.child_call_id);
    if (event.type === 'leg_answered' && bridge.joined === 'due') return join(bridge, scene);
    if (!of_child) return { next: 'wait' };
    if (event.type !== 'child_answered') return lose(bridge, event, relay_reason);
    return bridge.joined === 'no' ? join(bridge, scene) : { next: 'wait' };
  },
  abandon: (_option, scene) => {
    const bridge = remembered(scene);
    const dropped = bridge.children.map((call_id) => ({ give: 'child_hangup', call_id }) as const);
    return [...leaving(bridge), ...dropped];
  },
};
