import type { Call, Hook, Json, Source, World } from './state.ts';

/** What comes after an action: the next one, another NCCO, or the end of the call. */
export type Next =
  { readonly go: 'on' } | { readonly go: 'to'; readonly source: Source } | { readonly go: 'end' };

export const ON: Next = { go: 'on' };

/** The call that performs an NCCO, and what stops it. */
export interface Stage {
  readonly world: World;
  readonly call: Call;
  /** Fires when the call ends, or is told to do something else. */
  readonly stop: AbortSignal;
}

/** One action of an NCCO. Throws Interrupted when the call is told to do something else. */
export type Perform = (stage: Stage, action: Json) => Promise<Next>;

/** A number from an action's field. */
export function numberIn(action: Json, name: string, preset: number): number {
  const value = action[name];
  return typeof value === 'number' ? value : preset;
}

/** The address an action's events go to; null where it names none. */
export function hookIn(action: Json): Hook | null {
  const [url] = (action['eventUrl'] ?? []) as readonly string[];
  const method = action['eventMethod'];
  return url === undefined ? null : { url, method: method === 'GET' ? 'GET' : 'POST' };
}
