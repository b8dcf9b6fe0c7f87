import type { Sound } from '../media/sound.ts';

export type Gender = 'male' | 'female' | 'neutral';

/** Something to be said: plain text or SSML, in a language named by its BCP 47 tag. */
export interface Utterance {
  readonly text: string;
  readonly language: string;
  readonly gender: Gender;
}

/** Text spoken in one manner: what an engine is asked for at a time. */
export interface Words {
  /** Plain text. */
  readonly text: string;
  readonly language: string;
  readonly gender: Gender;
  /** How fast, 1 being usual; how high, in semitones above usual. */
  readonly rate: number;
  readonly pitch_st: number;
}

/** One way of making speech. */
export interface Engine {
  readonly name: string;
  speaks(language: string): boolean;
  /** The sound at whatever rate the engine has. Throws SpeechError. */
  speak(words: Words): Promise<Sound>;
  close(): Promise<void>;
}

/** The voice of the house: engines, what was said before, and limits to what is asked of them. */
export interface Speech {
  /** The engine that speaks a language; null when none does. */
  engineFor(language: string): string | null;
  /** Throws SpeechError. */
  say(utterance: Utterance): Promise<Sound>;
  close(): Promise<void>;
}

/**
 * Nothing could be said. unspoken: no engine speaks the language · malformed: the SSML is none ·
 * busy: too much is waiting to be said · broken: the engine failed, or took too long.
 */
export type SpeechFault = 'unspoken' | 'malformed' | 'busy' | 'broken';

export class SpeechError extends Error {
  override readonly name = 'SpeechError';
  readonly fault: SpeechFault;

  constructor(fault: SpeechFault, message: string) {
    super(message);
    this.fault = fault;
  }
}
