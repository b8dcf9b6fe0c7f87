import { silence, type Sound } from '../../media/sound.ts';
import { monoOf, readWav } from '../../media/wav.ts';
import { type Engine, SpeechError, type Words } from '../speech.ts';
import { type Bounds, findEspeak, runEspeak } from './program.ts';
import { variantOf, voiceOf } from './voices.ts';

const BOUNDS: Bounds = { timeout_ms: 30_000, output_bytes_max: 30_000_000 };
const LIST: Bounds = { timeout_ms: 5_000, output_bytes_max: 1_000_000 };

/** Words a minute at the usual rate, and what the program takes at all. */
const SPEED = { usual: 165, min: 80, max: 450 };
/** Of 0 to 99; a step is about a sixth of a semitone around the middle. */
const PITCH = { usual: 50, per_semitone: 6, min: 0, max: 99 };

/**
 * eSpeak NG, where it is installed: more languages than any other, at the price of a robot's voice.
 * Null where it is not, or does not run.
 */
export async function openEspeak(program: string | null = findEspeak()): Promise<Engine | null> {
  if (program === null) return null;
  const voices = await voicesOf(program);
  if (voices.size === 0) return null;
  return {
    name: 'espeak-ng',
    speaks: (language) => voices.has(voiceOf(language) ?? ''),
    speak: (words) => speak(program, words),
    close: () => Promise.resolve(),
  };
}

/** The languages it has voices for: installations differ. None where it does not run. */
async function voicesOf(program: string): Promise<ReadonlySet<string>> {
  try {
    const list = await runEspeak(program, { args: ['--voices'], text: '' }, LIST);
    const lines = list.toString('utf8').split('\n').slice(1);
    return new Set(lines.flatMap((line) => line.trim().split(/\s+/)[1] ?? []));
  } catch {
    return new Set();
  }
}

async function speak(program: string, words: Words): Promise<Sound> {
  const args = argsFor(words);
  const file = await runEspeak(program, { args, text: words.text }, BOUNDS);
  // Where there is nothing to say it writes nothing, not even a header.
  if (file.length === 0) return silence(0);
  const reading = readWav(file);
  if (!reading.ok) throw new SpeechError('broken', `espeak-ng: what it said ${reading.why}`);
  return monoOf(reading);
}

function argsFor({ language, gender, rate, pitch_st }: Words): string[] {
  const voice = `${voiceOf(language) ?? 'en-us'}${variantOf(gender)}`;
  const speed = Math.min(SPEED.max, Math.max(SPEED.min, Math.round(SPEED.usual * rate)));
  const raised = Math.round(PITCH.usual + PITCH.per_semitone * pitch_st);
  const pitch = Math.min(PITCH.max, Math.max(PITCH.min, raised));
  return ['-v', voice, '-s', `${speed}`, '-p', `${pitch}`, '-b', '1', '--stdin', '--stdout'];
}
