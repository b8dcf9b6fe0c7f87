/** An action as it is written in a flow. */
export type Written = Readonly<Record<string, unknown>> & { readonly type: string };

/** no_equal: left out · differs: taken over, but not exactly. */
export interface Note {
  readonly code: 'no_equal' | 'differs';
  /** Where it stands in what was converted: "line 3", or a JSON pointer. */
  readonly place: string;
  /** What, and what to do about it. */
  readonly message: string;
}

/** What some verbs came to. */
export interface Draft {
  readonly actions: readonly Written[];
  readonly notes: readonly Note[];
}

export const NOTHING: Draft = { actions: [], notes: [] };

export function together(drafts: readonly Draft[]): Draft {
  return {
    actions: drafts.flatMap(({ actions }) => actions),
    notes: drafts.flatMap(({ notes }) => notes),
  };
}

export function act(type: string, option: object = {}, id?: string): Written {
  return { ...(id === undefined ? {} : { id }), type, option };
}

export function only(...actions: readonly Written[]): Draft {
  return { actions, notes: [] };
}

export function noted(code: Note['code'], place: string, message: string): Draft {
  return { actions: [], notes: [{ code, place, message }] };
}

/** An action done so often, for ever where that is 0. */
export function repeated(action: Written, times: number, id: string): readonly Written[] {
  if (times === 1) return [action];
  const more = times === 0 ? {} : { loop_count: Math.min(times, 1_000) - 1 };
  return [{ ...action, id }, act('goto', { target_id: id, ...more })];
}

/** Asks a server for what comes next, and nothing after that: the document is left for good. */
export function leftFor(url: string, method: string, place: string): Draft {
  const told = 'the server it asks has to answer with Tandem actions';
  if (!/^https?:\/\//.test(url))
    return noted('no_equal', place, `${url} is no whole address: write it out`);
  const asked = act('fetch', { event_url: url, event_method: method === 'GET' ? 'GET' : 'POST' });
  return together([only(asked, act('stop')), noted('differs', place, told)]);
}

/** A telephone number as Tandem writes it; as it stands where it is none. */
export function tel(number: string): object {
  const digits = number.replaceAll(/[\s().-]/g, '');
  return { type: 'tel', target: /^\d{7,15}$/.test(digits) ? `+${digits}` : digits };
}
