import type { ActionKind } from '../action.ts';
import { lineOrders } from '../line.ts';

interface Option {
  readonly on: boolean;
}

/** Puts the party on hold, or takes it off again. */
export const hold: ActionKind<Option> = {
  type: 'hold',
  needs: ['hold'],
  waits: false,
  on_leg: 'answered',
  begin: ({ on }, { media }) => ({ next: 'onward', orders: lineOrders(media, { hold: on }) }),
};
