import type { CallEvent } from '../calls/events.ts';
import type { Scene, Turn } from './action.ts';
import type { Language, Verb } from './language.ts';

/** One turn of an action, as it was asked and as it answered. */
export interface Sight {
  readonly type: string;
  /** With its variables filled in. */
  readonly option: unknown;
  readonly scene: Scene;
  /** begun · told: of an event · ended: the list that it keeps has come to its end. */
  readonly when: 'begun' | 'told' | 'ended';
  /** What it was told; null where it was told nothing. */
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
  const { type, react, listEnded } = kind;
  const seen = (turn: Turn, sight: Omit<Sight, 'type' | 'turn'>): Turn => {
    see({ type, turn, ...sight });
    return turn;
  };
  const begin: Kind['begin'] = (option, scene) =>
    seen(kind.begin(option, scene), { option, scene, when: 'begun', event: null });
  const reactWatched: Kind['react'] =
    react &&
    ((option, scene, event) =>
      seen(react(option, scene, event), { option, scene, when: 'told', event }));
  const endWatched: Kind['listEnded'] =
    listEnded &&
    ((option, scene) =>
      seen(listEnded(option, scene), { option, scene, when: 'ended', event: null }));
  return {
    kind: {
      ...kind,
      begin,
      ...(reactWatched === undefined ? {} : { react: reactWatched }),
      ...(endWatched === undefined ? {} : { listEnded: endWatched }),
    },
    schema,
  };
}

type Kind = Verb['kind'];
