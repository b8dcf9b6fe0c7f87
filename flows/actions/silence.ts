import type { ActionKind } from '../action.ts';
import { lineOrders } from '../line.ts';

interface Option {
  readonly on: boolean;
}

/** Lets the party hear silence, or the call again. */
export const silence: ActionKind<Option> = {
  type: 'silence',
  needs: ['silence'],
  waits: false,
  on_leg: 'answered',
  begin: ({ on }, { media }) => ({ next: 'onward', orders: lineOrders(media, { silence: on }) }),
};
