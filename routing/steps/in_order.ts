import { compareText } from '../option.ts';
import type { Option } from '../option.ts';

/** Own routes before default ones, then by priority, then the finer prefix; ids break ties. */
export function compareOptions(a: Option, b: Option): number {
  return (
    Number(b.own) - Number(a.own) ||
    a.route.priority - b.route.priority ||
    b.prefix_length - a.prefix_length ||
    compareText(a.route.id, b.route.id)
  );
}

/** The order of the first version. A ranking by price and quality takes its place later. */
export function inOrder(options: readonly Option[]): readonly Option[] {
  return options.toSorted(compareOptions);
}
