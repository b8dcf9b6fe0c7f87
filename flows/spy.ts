import type { CallEvent } from '../calls/events.ts';
import type { Scene, Turn } from './action.ts';
import type { Language, Verb } from './language.ts';

/** One turn of an action, as it was asked and as it answered. */
export interface Sight {
  readonly type: string;
  /** With its variables filled in. */
  readonly option: unknown;
  readonly scene: Scene;
  /** What it was told; null as it begins. */
  readonly event: CallEvent | null;
  readonly turn: Turn;
}

/**
 * The same language, whose actions do what they always do while somebody watches: how a run is
 * traced without a line on the path of a call.
 */
export function spiedOn(language: Language, see: (sight: Sight) => void): Language {
  const verbs = Object.entries(language).map(([type, verb]) => [
    type,
    verb === undefined ? undefined : watched(verb, see),
  ]);
  return Object.fromEntries(verbs) as Language;
}

function watched({ kind, schema }: Verb, see: (sight: Sight) => void): Verb {
  const { type, react } = kind;
  const begin: Verb['kind']['begin'] = (option, scene) => {
    const turn = kind.begin(option, scene);
    see({ type, option, scene, event: null, turn });
    return turn;
  };
  if (react === undefined) return { kind: { ...kind, begin }, schema };
  const reactWatched: NonNullable<Verb['kind']['react']> = (option, scene, event) => {
    const turn = react(option, scene, event);
    see({ type, option, scene, event, turn });
    return turn;
  };
  return { kind: { ...kind, begin, react: reactWatched }, schema };
}
