/** Country codes of two digits (ITU-T E.164, list of assigned codes); 1 and 7 have one digit. */
const TWO_DIGITS = new Set(
  (
    '20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 ' +
    '64 65 66 81 82 84 86 90 91 92 93 94 95 98'
  ).split(' '),
);

/**
 * Area codes of the North American plan that are neither of the United States' fifty states nor of
 * Canada: islands with prices of their own, territories among them.
 */
const ISLANDS = new Set(
  (
    '242 246 264 268 284 340 345 441 473 649 658 664 670 671 684 721 758 767 784 787 809 829 849 ' +
    '868 869 876 939'
  ).split(' '),
);

/** What Kazakhstan has of the plan it shares with Russia. */
const KAZAKH = new Set(['6', '7']);

/**
 * How many digits tell the country of a number: its country code, and where countries share one,
 * what tells them apart. A row that fixes fewer is the price of somewhere else: +1 876 must not
 * ride a bare +1 row (D5). `number` is E.164, with or without `+`.
 */
export function countryDigits(number: string): number {
  const digits = number.startsWith('+') ? number.slice(1) : number;
  if (digits.startsWith('1')) return ISLANDS.has(digits.slice(1, 4)) ? 4 : 1;
  if (digits.startsWith('7')) return KAZAKH.has(digits.slice(1, 2)) ? 2 : 1;
  return TWO_DIGITS.has(digits.slice(0, 2)) ? 2 : 3;
}
