import type { MuteDirection } from '../../calls/media.ts';
import type { ActionKind, Need } from '../action.ts';
import { lineOrders } from '../line.ts';

interface Option {
  readonly direction: MuteDirection;
}

const NEEDS: Readonly<Record<MuteDirection, readonly Need[]>> = {
  both: ['mute_in', 'mute_out'],
  in: ['mute_in'],
  out: ['mute_out'],
  '': [],
};

/** Mutes the party, or lets it speak and hear again. */
export const mute: ActionKind<Option> = {
  type: 'mute',
  needs: [],
  waits: false,
  on_leg: 'answered',
  outlook: ({ direction }) => ({ needs: NEEDS[direction] }),
  begin: ({ direction }, { media }) => ({
    next: 'onward',
    orders: lineOrders(media, { mute_direction: direction }),
  }),
};
