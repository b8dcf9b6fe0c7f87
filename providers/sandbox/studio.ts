import type { Sound } from '../../media/sound.ts';

/** What the network needs to make sound of what is said and played on it. */
export interface Studio {
  /** A text as speech; null where nobody here speaks the language, or could not. Never throws. */
  say(said: Said): Promise<Sound | null>;
  /** Fetches what is to be played, and keeps it. Never throws. */
  fetch(url: string): Promise<Fetched>;
  /** What was fetched before; null where it was not kept as long as that. */
  kept(key: string): Promise<Sound | null>;
}

export interface Said {
  readonly text: string;
  readonly language: string;
  readonly gender: string;
}

/** What came of an address: a name for the sound, and how long it is; or what is wrong. */
export type Fetched =
  | { readonly ok: true; readonly key: string; readonly ms: number }
  | { readonly ok: false; readonly why: string };

/** Where nobody speaks and nothing is fetched: texts are hummed, and files last their time. */
export const DEAF: Studio = {
  say: () => Promise.resolve(null),
  fetch: () => Promise.resolve({ ok: false, why: 'nothing is fetched here' }),
  kept: () => Promise.resolve(null),
};
