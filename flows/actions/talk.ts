import type { ActionKind, Remark } from '../action.ts';
import { ssmlFault } from '../ssml.ts';

interface Option {
  readonly text: string;
  readonly language: string;
  readonly gender: 'male' | 'female' | 'neutral';
  readonly digits_handle: '' | 'next';
  readonly async: boolean;
}

/**
 * How long a text may take at most: a minute to fetch the voice, and 300 ms a character, which is
 * five times slower than people speak. A carrier that never says it has finished holds up no call.
 */
const LATE_MS = 60_000;
const CHARACTER_MS_MAX = 300;

/** Speaks a text to the call, and goes on when the last word is out. */
export const talk: ActionKind<Option> = {
  type: 'talk',
  needs: ['say'],
  waits: true,
  on_leg: 'answered',
  outlook: ({ text, language, digits_handle, async }) => ({
    waits: !async,
    lasts: { ms: LATE_MS, text, character_ms: CHARACTER_MS_MAX },
    languages: [{ pointer: '/language', text: language }],
    faults: faultsIn(text),
    needs: digits_handle === 'next' ? ['gather'] : [],
  }),
  begin: ({ text, language, gender, async }) => {
    if (text.trim() === '') return { next: 'onward' };
    const fault = ssmlFault(text);
    if (fault !== null) return { next: 'onward', skipped: `the text ${fault}` };
    const instruction = { do: 'say', text, language, gender } as const;
    const orders = [{ give: 'instruct', instruction, awaited: !async }] as const;
    if (async) return { next: 'onward', orders };
    return { next: 'wait', orders, wake_after_ms: LATE_MS + text.length * CHARACTER_MS_MAX };
  },
  react: ({ digits_handle }, _scene, event) => {
    if (event.type === 'media_finished' || event.type === 'media_failed') return { next: 'onward' };
    const skipped = event.type === 'digits_pressed' && digits_handle === 'next';
    if (!skipped && event.type !== 'timer_fired') return { next: 'wait' };
    const stop = { give: 'instruct', instruction: { do: 'stop' }, awaited: false } as const;
    return { next: 'onward', orders: [stop] };
  },
};

/** What variables hold is escaped where it is filled in, so any value is as good as another. */
function faultsIn(text: string): Remark[] {
  const fault = ssmlFault(text.replace(/\$\{[^${}]+\}/g, '0'));
  return fault === null ? [] : [{ pointer: '/text', message: fault }];
}
