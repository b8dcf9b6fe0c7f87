import { type Group, machineOf } from '../../groups/kinds.ts';

/** A group of calls as customers see it. */
export function groupJson(group: Group): Readonly<Record<string, unknown>> {
  return machineOf(group).show(group);
}
