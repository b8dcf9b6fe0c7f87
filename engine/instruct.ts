import type { EffectId } from '../kernel/brand.ts';
import { isSameLine, type Line } from '../calls/media.ts';
import { type Carrier, CarrierError, type InstructOrder } from '../providers/carrier.ts';
import type { OutboxRow } from '../store/journal.ts';

/** How often a line is sent again because it has changed meanwhile. Nobody changes it faster. */
const TURNS_MAX = 20;

/**
 * Gives an order to a leg's media. Orders that change a line may overtake each other on their way,
 * from this node or from several: so each sends the line as it is now, and again if it has changed
 * by the time it was taken. Whichever arrives last, the line is then as it was last ordered.
 */
export async function instruct(
  carrier: Pick<Carrier, 'instruct'>,
  order: InstructOrder,
  lineNow: () => Promise<Line | null>,
): Promise<void> {
  const { instruction } = order;
  if (instruction.do !== 'line') return carrier.instruct(order);
  let sent: Line | null = null;
  for (let turn = 0; turn < TURNS_MAX; turn += 1) {
    const line: Line = (await lineNow()) ?? instruction.line;
    if (sent !== null && isSameLine(line, sent)) return;
    const effect_id = (turn === 0 ? order.effect_id : `${order.effect_id}/${turn}`) as EffectId;
    await carrier.instruct({ ...order, effect_id, instruction: { do: 'line', line } });
    sent = line;
  }
}

/** Media that is refused for good waits for nothing. A leg must go: its hangup is tried again. */
export function isRefused({ order }: OutboxRow, error: unknown): boolean {
  return order.do === 'leg_instruct' && error instanceof CarrierError && error.retry === 'never';
}
