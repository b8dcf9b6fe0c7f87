import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { compile, type Errand, run } from './wasi.ts';

/** What the thread is told: a number to answer under, and what to say. */
export interface Asked {
  readonly number: number;
  readonly args: readonly string[];
  readonly text: string;
}
/** What it answers: a WAV file, or what went wrong. */
export type Answered =
  | { readonly number: number; readonly file: Uint8Array }
  | { readonly number: number; readonly error: string };

/** Ten minutes of speech at 16 kHz: longer than any text we take. */
const OUTPUT_BYTES_MAX = 20_000_000;

const program = compile(readFileSync(String(workerData)));

parentPort?.on('message', (asked: Asked) => parentPort?.postMessage(answerTo(asked)));

function answerTo({ number, args, text }: Asked): Answered {
  const input = new TextEncoder().encode(text);
  const errand: Errand = {
    args: ['flite', ...args, '-f', '/in', '-o', '/out'],
    input,
    output_bytes_max: OUTPUT_BYTES_MAX,
  };
  try {
    const { code, output } = run(program, errand);
    return code === 0 ? { number, file: output } : { number, error: `it ended with ${code}` };
  } catch (error) {
    return { number, error: error instanceof Error ? error.message : String(error) };
  }
}
