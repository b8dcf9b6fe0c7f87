import type { ActionKind } from '../action.ts';

interface Option {
  readonly data: Readonly<Record<string, string>>;
}

/** What may be noted on one call: it is told with everything that is told about it. */
const NOTES_MAX = 50;
const CHARACTERS_MAX = 255;

/** Notes something on the call. */
export const tag: ActionKind<Option> = {
  type: 'tag',
  needs: [],
  waits: false,
  begin: ({ data }, { metadata: before }) => {
    const cut = Object.entries(data).map(([name, value]) => [name, value.slice(0, CHARACTERS_MAX)]);
    const metadata = Object.fromEntries(cut) as Option['data'];
    const count = Object.keys({ ...before, ...metadata }).length;
    if (count > NOTES_MAX) return { next: 'onward', skipped: `the call would have ${count} notes` };
    return { next: 'onward', orders: [{ give: 'tag', metadata }] };
  },
};
