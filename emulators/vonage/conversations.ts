import { eventBase, tell } from './letters.ts';
import {
  type Application,
  type Call,
  type Conversation,
  type Member,
  newConversation,
  type World,
} from './state.ts';

/** The conversation of this name that is not over; it is made when there is none. */
export function conversationNamed(world: World, app: Application, name: string): Conversation {
  const open = [...app.conversations.values()].find((each) => each.name === name && !each.is_over);
  if (open !== undefined) return open;
  const made = newConversation(world, name);
  app.conversations.set(made.uuid, made);
  return made;
}

export interface Entry {
  readonly conversation: Conversation;
  readonly end_on_exit: boolean;
}

/** Moves a leg into a conversation. The promise resolves when it leaves. */
export function enter(
  world: World,
  call: Call,
  { conversation, end_on_exit }: Entry,
): { readonly member: Member; readonly left: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const member: Member = { call, end_on_exit, leave: resolve };
  move(world, call, conversation);
  conversation.members.set(call.uuid, member);
  return { member, left: promise };
}

/** The leg is in another conversation now, and its application is told so. */
export function move(world: World, call: Call, to: Conversation): void {
  const from = call.conversation;
  if (from === to) return;
  call.conversation = to;
  const { status: _status, ...base } = { status: '', ...eventBase(world, call) };
  const moved = { conversation_uuid_from: from.uuid, conversation_uuid_to: to.uuid };
  tell(world, call, { tag: 'transfer', payload: { ...base, type: 'transfer', ...moved } });
}

/** A leg is out of its conversation; the last to leave, or its keeper, ends it. */
export function depart(call: Call, conversation: Conversation): void {
  const member = conversation.members.get(call.uuid);
  if (member === undefined) return;
  conversation.members.delete(call.uuid);
  member.leave();
  if (!member.end_on_exit && conversation.members.size > 0) return;
  conversation.is_over = true;
  for (const other of [...conversation.members.values()]) {
    conversation.members.delete(other.call.uuid);
    other.leave();
  }
}
