import type { ActionKind } from '../action.ts';

interface Option {
  readonly digits: string;
  readonly duration: number;
  readonly interval: number;
}

/** The length of an Instruction's digits, where variables have filled in more. */
const DIGITS_MAX = 100;
/** How late a carrier may tell that the last tone is out. */
const LATE_MS = 30_000;

/** Sends keys as tones (DTMF) to the other side. */
export const digits_send: ActionKind<Option> = {
  type: 'digits_send',
  needs: ['send_digits'],
  waits: true,
  on_leg: 'answered',
  outlook: ({ duration, interval }) => ({
    lasts: { ms: DIGITS_MAX * duration + (DIGITS_MAX - 1) * interval + LATE_MS },
  }),
  begin: ({ digits: written, duration, interval }) => {
    const digits = written.replace(/[^0-9A-D*#]/g, '').slice(0, DIGITS_MAX);
    if (digits === '') return { next: 'onward' };
    const times = { duration_ms: duration, interval_ms: interval };
    const instruction = { do: 'send_digits', digits, ...times } as const;
    const sending_ms = digits.length * duration + (digits.length - 1) * interval;
    return {
      next: 'wait',
      orders: [{ give: 'instruct', instruction, awaited: true }],
      wake_after_ms: sending_ms + LATE_MS,
    };
  },
  react: (_option, _scene, { type }) => {
    const over = type === 'media_finished' || type === 'media_failed' || type === 'timer_fired';
    return { next: over ? 'onward' : 'wait' };
  },
};
