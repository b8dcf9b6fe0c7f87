import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SpeechError } from '../speech.ts';

const NAMES = ['espeak-ng', 'speak-ng'];

/** Where eSpeak NG is on this machine; null where it is not. */
export function findEspeak(path: string = process.env['PATH'] ?? ''): string | null {
  const places = path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return places.find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** It needs to know nothing of us, only where its own parts are if they were not installed. */
function environment(): Record<string, string> {
  const own = ['LD_LIBRARY_PATH', 'ESPEAK_DATA_PATH'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { LC_ALL: 'C.UTF-8', ...Object.fromEntries(own) };
}

/** Limits to one run of the program. */
export interface Bounds {
  readonly timeout_ms: number;
  readonly output_bytes_max: number;
}

/**
 * Runs the program once, without a shell, with the text on its standard input. Throws SpeechError
 * when it fails, says too much or takes too long; then it is killed.
 */
export function runEspeak(
  program: string,
  errand: { readonly args: readonly string[]; readonly text: string },
  bounds: Bounds,
): Promise<Buffer> {
  return new Promise((settle, fail) => {
    const child = spawn(program, errand.args, {
      stdio: ['pipe', 'pipe', 'ignore'],
      shell: false,
      env: environment(),
    });
    const pieces: Buffer[] = [];
    let bytes = 0;
    const end = (why: string): void => {
      child.kill('SIGKILL');
      fail(new SpeechError('broken', `espeak-ng: ${why}`));
    };
    const timer = setTimeout(() => end('it took too long'), bounds.timeout_ms);
    child.stdout.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes > bounds.output_bytes_max) return end('it says too much');
      pieces.push(piece);
    });
    child.on('error', (error) => end(error.message));
    child.on('close', (code) => {
      clearTimeout(timer);
      if (code === 0) settle(Buffer.concat(pieces));
      else end(`it ended with ${code ?? 'a signal'}`);
    });
    // It may end before it has read everything: then its exit code says what was wrong.
    child.stdin.on('error', () => undefined);
    child.stdin.end(errand.text);
  });
}
