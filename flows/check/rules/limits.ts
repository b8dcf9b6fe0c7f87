import { DEPTH_MAX, EXECUTED_ACTIONS_MAX, INSTANT_ACTIONS_MAX } from '../../limits.ts';
import type { Finding } from '../finding.ts';
import type { Node } from '../graph.ts';
import { about } from '../reading.ts';
import { wayOut } from '../ways.ts';
import type { Rule, Subject } from '../subject.ts';

/** Some way through the flow comes to an end before the engine cuts the run off. */
export const limitsRule: Rule = (subject) => {
  const { nodes } = subject;
  const waits_or_ends = wayOut(nodes, {
    isOut: (node, more) => node.waits || isEnd(node, more),
    actions_max: INSTANT_ACTIONS_MAX,
  });
  if (waits_or_ends === 'too_long')
    return cut(subject, `begins with more than ${INSTANT_ACTIONS_MAX} actions that do not wait`);
  const ends = wayOut(nodes, {
    isOut: isEnd,
    actions_max: EXECUTED_ACTIONS_MAX,
  });
  if (ends === 'too_long')
    return cut(subject, `runs more than ${EXECUTED_ACTIONS_MAX} actions on every way`, 'warning');
  return ends === 'found' ? recursion(subject) : [];
};

function isEnd({ ends, ends_first, strays }: Node, more: boolean): boolean {
  return strays || (more ? ends_first : ends);
}

function cut(
  { actions: [first] }: Subject,
  message: string,
  severity: Finding['severity'] = 'error',
): Finding[] {
  if (first === undefined) return [];
  return [about(first, 'limit_certain', { pointer: '', message, severity })];
}

/** A flow that always runs itself before it ends goes deeper until it may go no deeper. */
function recursion({ actions, nodes, premises: { flow_id } }: Subject): Finding[] {
  const again = actions.filter(
    ({ outlook }) =>
      outlook.fetches === true && (outlook.flows ?? []).some(({ text }) => text === flow_id),
  );
  const [first] = again;
  if (flow_id === null || first === undefined) return [];
  const closed = new Set(again.map(({ index }) => index));
  const past = wayOut(nodes, {
    isOut: (node, more) => isEnd(node, more) && !closed.has(node.index),
    isClosed: ({ index }) => closed.has(index),
    actions_max: EXECUTED_ACTIONS_MAX,
  });
  if (past !== 'none') return [];
  const message = `always runs this flow itself, which goes no deeper than ${DEPTH_MAX}`;
  return [about(first, 'limit_certain', { pointer: '', message, severity: 'warning' })];
}
