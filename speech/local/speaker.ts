import { hash } from 'node:crypto';
import { resampled } from '../../media/resample.ts';
import { amplified, joined, PHONE_RATE, silence, type Sound } from '../../media/sound.ts';
import { type Passage, passagesOf } from '../passages.ts';
import { type Engine, type Speech, SpeechError, type Utterance } from '../speech.ts';
import type { Shelf } from './shelf.ts';
import { makeTurns, type Turns } from './turns.ts';

export interface SpeakerParts {
  /** In order of preference: the first that speaks a language is asked. */
  readonly engines: readonly Engine[];
  readonly shelf: Shelf;
  /** How many texts are said at the same time, and how many may wait for it. */
  readonly at_once: number;
  readonly waiting_max: number;
  /** Told of what was said all the same but could not be kept. */
  readonly report: (error: unknown) => void;
}

/** Raised with every change that can be heard: what was kept before is then not found any more. */
const EDITION = 1;

/** Says texts with the engines there are, once each: what was said before comes from the shelf. */
export function makeSpeaker(parts: SpeakerParts): Speech {
  return new Speaker(parts);
}

class Speaker implements Speech {
  readonly #parts: SpeakerParts;
  readonly #turns: Turns;
  readonly #under_way = new Map<string, Promise<Sound>>();

  constructor(parts: SpeakerParts) {
    this.#parts = parts;
    this.#turns = makeTurns(parts.at_once, parts.waiting_max);
  }

  engineFor(language: string): string | null {
    return this.#engine(language)?.name ?? null;
  }

  async say(utterance: Utterance): Promise<Sound> {
    const engine = this.#engine(utterance.language);
    if (engine === null)
      throw new SpeechError('unspoken', `no engine speaks ${utterance.language}`);
    const passages = passagesOf(utterance.text);
    if (passages === null) throw new SpeechError('malformed', 'the SSML is not well-formed');
    const key = keyOf(engine, utterance, passages);
    const known = this.#under_way.get(key);
    if (known !== undefined) return known;
    const said = this.#saidOnce(key, () => speak(engine, utterance, passages));
    this.#under_way.set(key, said);
    return said.finally(() => this.#under_way.delete(key));
  }

  async close(): Promise<void> {
    await Promise.all(this.#parts.engines.map((engine) => engine.close()));
  }

  #engine(language: string): Engine | null {
    return this.#parts.engines.find((engine) => engine.speaks(language)) ?? null;
  }

  /** From the shelf, else made and put there. */
  async #saidOnce(key: string, make: () => Promise<Sound>): Promise<Sound> {
    const { shelf, report } = this.#parts;
    const kept = await shelf.find(key);
    if (kept !== null) return kept;
    const sound = await this.#turns.take(make);
    await shelf.keep(key, sound).catch(report);
    return sound;
  }
}

/** The same words in the same manner by the same voice are the same sound. */
function keyOf(engine: Engine, said: Utterance, passages: readonly Passage[]): string {
  const { language, gender } = said;
  const whole = [EDITION, engine.name, language.toLowerCase(), gender, passages];
  return hash('sha256', JSON.stringify(whole), 'hex');
}

async function speak(
  engine: Engine,
  { language, gender }: Utterance,
  passages: readonly Passage[],
): Promise<Sound> {
  const sounds: Sound[] = [];
  let rate = 0;
  for (const passage of passages) {
    if ('pause_ms' in passage) {
      sounds.push(silence(passage.pause_ms, rate === 0 ? PHONE_RATE : rate));
      continue;
    }
    const { text, volume_db, ...manner } = passage;
    const sound = await engine.speak({ text, language, gender, ...manner });
    rate = sound.rate;
    sounds.push(volume_db === 0 ? sound : amplified(sound, volume_db));
  }
  return joined(sounds.map((sound) => resampled(sound, rate === 0 ? PHONE_RATE : rate)));
}
