import { micros } from '../kernel/money.ts';
import type { Micros } from '../kernel/money.ts';
import type { Price } from '../calls/call.ts';
import { chargeOf } from './rate.ts';

/** Both sides of a leg, by the prices it was routed at. */
export interface Sides {
  /** What the customer pays; null where nothing is charged. */
  readonly sell: Price | null;
  /** What we pay the carrier that answered; null where it costs nothing. */
  readonly buy: Price | null;
  /** What carriers ask for each try, whatever became of it; summed over all tries of the leg. */
  readonly attempt_fees_micros: Micros;
}

export interface Profit {
  readonly sell_micros: Micros;
  readonly buy_micros: Micros;
  /** Less than nothing where the leg was sold below what it cost. */
  readonly profit_micros: Micros;
}

/**
 * Rates a leg on both sides (B14): stored with it, since decks change later. Tries that failed cost
 * their fee and are never charged to the customer (B6).
 */
export function profitOf(talk_ms: number, { sell, buy, attempt_fees_micros }: Sides): Profit {
  const sell_micros = sell === null ? micros(0) : chargeOf(talk_ms, sell);
  const talk_micros = buy === null ? 0 : chargeOf(talk_ms, buy);
  const buy_micros = micros(talk_micros + attempt_fees_micros);
  return { sell_micros, buy_micros, profit_micros: micros(sell_micros - buy_micros) };
}
