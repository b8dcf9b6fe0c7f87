import { isSameLine, type Line, type Media } from '../calls/media.ts';
import type { ActionOrder } from './action.ts';

/** The order that changes a leg's line so; none where it is like that already. */
export function lineOrders({ line: before }: Media, change: Partial<Line>): readonly ActionOrder[] {
  const line = { ...before, ...change };
  if (isSameLine(before, line)) return [];
  return [{ give: 'instruct', instruction: { do: 'line', line }, awaited: false }];
}
