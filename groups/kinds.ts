import type { Agent } from './agent.ts';
import { agentMachine } from './agent_machine.ts';
import type { Conference } from './conference.ts';
import { conferenceMachine } from './conference_machine.ts';
import type { GroupEvent, GroupStep } from './effects.ts';
import type { Groupcall } from './groupcall.ts';
import { groupcallMachine } from './groupcall_machine.ts';
import { advance, type Machine } from './machine.ts';
import type { Queue } from './queue.ts';
import { queueMachine } from './queue_machine.ts';
import type { Queuecall } from './queuecall.ts';
import { queuecallMachine } from './queuecall_machine.ts';
import type { Recording } from './recording.ts';
import { recordingMachine } from './recording_machine.ts';
import type { Transfer } from './transfer.ts';
import { transferMachine } from './transfer_machine.ts';

/** Any group of calls. */
export type Group = Agent | Conference | Groupcall | Queue | Queuecall | Recording | Transfer;
export type GroupKind = Group['kind'];
export type GroupOf<Kind extends GroupKind> = Extract<Group, { kind: Kind }>;

const MACHINES: { readonly [Kind in GroupKind]: Machine<GroupOf<Kind>> } = {
  agent: agentMachine,
  conference: conferenceMachine,
  groupcall: groupcallMachine,
  queue: queueMachine,
  queuecall: queuecallMachine,
  recording: recordingMachine,
  transfer: transferMachine,
};

/** How a group of this kind behaves. */
export function machineOf(group: Pick<Group, 'kind'>): Machine<Group> {
  // Each machine is given only groups of its own kind: those that carry its name.
  return MACHINES[group.kind] as Machine<Group>;
}

/** Pure: one fact taken to a group of any kind. Null: its kind knows no such fact. */
export function stepGroup(group: Group, event: GroupEvent): GroupStep<Group> | null {
  return advance(machineOf(group), group, event);
}
