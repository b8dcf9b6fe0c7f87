import { each } from '../option.ts';

export const ANY_TARGET = 'all';

/** Keeps the routes whose prefix the number begins with, and those for all numbers. */
export const byTarget = each(({ route: { target } }, { destination }) =>
  target === ANY_TARGET || destination.target.startsWith(target)
    ? null
    : { reason: 'prefix', detail: target },
);
