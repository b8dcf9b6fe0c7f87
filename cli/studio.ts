import { hash } from 'node:crypto';
import { resampled } from '../media/resample.ts';
import { msOf, PHONE_RATE } from '../media/sound.ts';
import { monoOf, readWav } from '../media/wav.ts';
import type { Studio } from '../providers/sandbox/studio.ts';
import type { Shelf } from '../speech/local/shelf.ts';
import { type Gender, type Speech, SpeechError } from '../speech/speech.ts';
import type { Downloads } from '../webhooks/download.ts';

export interface StudioParts {
  readonly speech: Speech;
  readonly downloads: Downloads;
  /** Where what was fetched is kept until it has been heard. */
  readonly shelf: Shelf;
  readonly report: (error: unknown) => void;
}

const GENDERS: readonly string[] = ['male', 'female', 'neutral'] satisfies Gender[];

/** The sandbox's voice and ears: texts are spoken by the engines there are, files are fetched. */
export function makeStudio({ speech, downloads, shelf, report }: StudioParts): Studio {
  return {
    say: async ({ text, language, gender }) => {
      const voice = GENDERS.includes(gender) ? (gender as Gender) : 'neutral';
      try {
        return await speech.say({ text, language, gender: voice });
      } catch (error) {
        // It is hummed instead; that nobody speaks a language is known to whoever wrote the flow.
        if (!(error instanceof SpeechError) || error.fault === 'broken') report(error);
        return null;
      }
    },
    fetch: async (url) => {
      const got = await downloads.fetch(url);
      if (!got.ok) return got;
      const reading = readWav(got.bytes);
      if (!reading.ok) return { ok: false, why: `it ${reading.why}` };
      const sound = resampled(monoOf(reading), PHONE_RATE);
      const key = hash('sha256', got.bytes, 'hex');
      await shelf.keep(key, sound).catch(report);
      return { ok: true, key, ms: msOf(sound) };
    },
    kept: (key) => shelf.find(key),
  };
}
