/**
 * Ways to make a whole number of a fraction. `up` and `down` go towards plus and minus infinity;
 * the halves go to the nearest, and a tie up, down, or to the even neighbour.
 */
export const ROUNDINGS = ['half_up', 'half_down', 'half_even', 'up', 'down'] as const;
export type Rounding = (typeof ROUNDINGS)[number];

/** A fraction in whole parts: `of` is greater than zero. Nothing is lost until it is rounded. */
export interface Fraction {
  readonly parts: bigint;
  readonly of: bigint;
}

export function rounded({ parts, of }: Fraction, rounding: Rounding = 'half_up'): bigint {
  const below = floorOf(parts, of);
  const rest = parts - below * of;
  return rest > 0n && goesUp(below, 2n * rest - of, rounding) ? below + 1n : below;
}

/** The most parts that still round to no more than `whole`. */
export function mostThatRoundsTo(whole: bigint, of: bigint, rounding: Rounding): bigint {
  const twice = 2n * whole * of + of;
  switch (rounding) {
    case 'up':
      return whole * of;
    case 'down':
      return whole * of + of - 1n;
    case 'half_up':
      return floorOf(twice - 1n, 2n);
    case 'half_down':
      return floorOf(twice, 2n);
    case 'half_even':
      return floorOf(whole % 2n === 0n ? twice : twice - 1n, 2n);
  }
}

/** `over` is how far twice the rest lies above the middle: 0 for a tie. */
function goesUp(below: bigint, over: bigint, rounding: Rounding): boolean {
  switch (rounding) {
    case 'up':
      return true;
    case 'down':
      return false;
    case 'half_up':
      return over >= 0n;
    case 'half_down':
      return over > 0n;
    case 'half_even':
      return over > 0n || (over === 0n && below % 2n !== 0n);
  }
}

/** BigInt division cuts towards zero; this one goes down, below zero too. */
export function floorOf(parts: bigint, of: bigint): bigint {
  const cut = parts / of;
  return parts % of < 0n ? cut - 1n : cut;
}
