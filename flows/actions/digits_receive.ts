import type { ActionKind, Scene } from '../action.ts';
import { KEYS, take, type Wanted } from '../digits.ts';
import { DIGITS, DIGITS_UNREAD, valueOf } from '../variables.ts';

interface Option extends Wanted {
  readonly duration: number;
}

/** The keys not yet taken by a digits_receive, read as this one wants them. */
function unread({ variables }: Scene, wanted: Wanted): ReturnType<typeof take> {
  return take(valueOf(variables, DIGITS_UNREAD), wanted);
}

/** Collects the keys the caller presses, until enough have come or the time is up. */
export const digits_receive: ActionKind<Option> = {
  type: 'digits_receive',
  needs: ['gather'],
  waits: true,
  on_leg: 'answered',
  outlook: ({ duration, key, length }) => ({
    lasts: { ms: duration },
    sets: [{ name: DIGITS, values: { texts: [], keys: { length_max: length, without: key } } }],
    doubts: [...KEYS].every((each) => key.includes(each))
      ? [{ pointer: '/key', message: 'holds every key: whichever is pressed, none is collected' }]
      : [],
  }),
  begin: (option, scene) => {
    const { complete, digits, rest } = unread(scene, option);
    if (complete) return { next: 'onward', set: { [DIGITS]: digits, [DIGITS_UNREAD]: rest } };
    const set = { [DIGITS]: digits, [DIGITS_UNREAD]: digits };
    return { next: 'wait', set, wake_after_ms: option.duration };
  },
  react: (option, scene, event) => {
    const { complete, digits, rest } = unread(scene, option);
    if (!complete && event.type !== 'timer_fired') return { next: 'wait' };
    return { next: 'onward', set: { [DIGITS]: digits, [DIGITS_UNREAD]: rest } };
  },
};
