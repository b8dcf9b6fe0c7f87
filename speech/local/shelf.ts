import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sound } from '../../media/sound.ts';
import { monoOf, readWav, wavFile } from '../../media/wav.ts';

/** What was said before, as WAV files named after what was said. Losing it costs time only. */
export interface Shelf {
  /** Null when it is not there, or cannot be read. */
  find(key: string): Promise<Sound | null>;
  keep(key: string, sound: Sound): Promise<void>;
}

interface Book {
  readonly name: string;
  readonly bytes: number;
  readonly used_ms: number;
}

/** How often the shelf is looked at for what is too much, in files put on it. */
const LOOK_EVERY = 64;
/** Room is made for more than the next file, so that it is not made for each. */
const KEEP_PART = 0.9;

/**
 * A shelf in a folder, of so many bytes at most: what was not used for longest goes first. Several
 * processes may share it, since files are put there whole.
 */
export function openShelf(folder: string, bytes_max: number): Shelf {
  let kept = 0;
  const pathOf = (key: string): string => join(folder, `${key}.wav`);
  return {
    find: async (key) => {
      try {
        const reading = readWav(await readFile(pathOf(key)));
        if (!reading.ok) return null;
        const now = new Date();
        await utimes(pathOf(key), now, now);
        return monoOf(reading);
      } catch {
        // Not there, or thrown away meanwhile: it is made again.
        return null;
      }
    },
    keep: async (key, sound) => {
      const file = wavFile(sound);
      if (file.length > bytes_max) return;
      await mkdir(folder, { recursive: true, mode: 0o750 });
      const unfinished = `${pathOf(key)}.${process.pid}.${(kept += 1)}`;
      await writeFile(unfinished, file, { mode: 0o640 });
      await rename(unfinished, pathOf(key));
      if (kept % LOOK_EVERY === 1) await weed(folder, bytes_max);
    },
  };
}

/** Throws away what is too much, and what a process that was killed left half written. */
async function weed(folder: string, bytes_max: number): Promise<void> {
  const books = await booksIn(folder);
  let bytes = books.reduce((sum, book) => sum + book.bytes, 0);
  if (bytes <= bytes_max) return;
  for (const book of books.toSorted((a, b) => a.used_ms - b.used_ms)) {
    if (bytes <= bytes_max * KEEP_PART) return;
    await rm(join(folder, book.name), { force: true });
    bytes -= book.bytes;
  }
}

async function booksIn(folder: string): Promise<Book[]> {
  const books = (await readdir(folder)).map(async (name): Promise<Book[]> => {
    try {
      const { size, mtimeMs } = await stat(join(folder, name));
      return [{ name, bytes: size, used_ms: mtimeMs }];
    } catch {
      // Another process has thrown it away.
      return [];
    }
  });
  return (await Promise.all(books)).flat();
}
