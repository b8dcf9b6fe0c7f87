import type { ActionKind } from '../action.ts';
import { lineOrders } from '../line.ts';

interface Option {
  readonly on: boolean;
}

/** Plays music to the party, or stops it. */
export const moh: ActionKind<Option> = {
  type: 'moh',
  needs: ['moh'],
  waits: false,
  on_leg: 'answered',
  begin: ({ on }, { media }) => ({ next: 'onward', orders: lineOrders(media, { moh: on }) }),
};
