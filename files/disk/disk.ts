import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Files, FilesError, type KeptFile, type Span, type Written } from '../files.ts';

/** Nothing of a name ever leads out of the folder, or hides in it. */
const NAME = /^[A-Za-z0-9][\w-]*(\/[A-Za-z0-9][\w-]*)*(\.[a-z0-9]+)?$/;
/** Unfinished files begin with a dot. One that is older than this has nobody writing it. */
const UNFINISHED = /^\..*\.part$/;
const UNFINISHED_MS_MAX = 24 * 3_600_000;

/** Files in a folder, which several machines may share. */
export function openDisk(folder: string): Files {
  const pathOf = (name: string): string => {
    if (!NAME.test(name)) throw new FilesError(`no file may be called ${JSON.stringify(name)}`);
    return join(folder, name);
  };
  return {
    write: (name, pieces) => write(pathOf(name), pieces),
    open: (name) => found(pathOf(name)),
    remove: (name) => done(rm(pathOf(name), { force: true })),
  };
}

/** Removes what writers that were killed have left behind, in a folder and those in it. */
export async function clearUnfinished(folder: string): Promise<number> {
  let count = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !UNFINISHED.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    if (Date.now() - (await stat(path)).mtimeMs < UNFINISHED_MS_MAX) continue;
    await rm(path, { force: true });
    count += 1;
  }
  return count;
}

/** Beside its place under another name first: no reader ever sees half a file. */
async function write(path: string, pieces: AsyncIterable<Uint8Array>): Promise<Written> {
  const folder = dirname(path);
  const unfinished = join(folder, `.${randomUUID()}.part`);
  await done(mkdir(folder, { recursive: true, mode: 0o750 }));
  try {
    const written = await filled(unfinished, pieces);
    await done(rename(unfinished, path));
    await synced(folder);
    return written;
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function filled(path: string, pieces: AsyncIterable<Uint8Array>): Promise<Written> {
  const file = await done(open(path, 'wx', 0o640));
  const sum = createHash('sha256');
  let bytes = 0;
  try {
    for await (const piece of pieces) {
      await done(writeAll(file, piece));
      sum.update(piece);
      bytes += piece.length;
    }
    await done(file.sync());
  } finally {
    await file.close();
  }
  return { bytes, sha256: sum.digest('hex') };
}

async function writeAll(file: FileHandle, piece: Uint8Array): Promise<void> {
  for (let at = 0; at < piece.length;) {
    const { bytesWritten } = await file.write(piece, at);
    at += bytesWritten;
  }
}

/** A name is as durable as its folder. */
async function synced(folder: string): Promise<void> {
  const handle = await done(open(folder, 'r'));
  try {
    await done(handle.sync());
  } finally {
    await handle.close();
  }
}

async function found(path: string): Promise<KeptFile | null> {
  try {
    const { size } = await stat(path);
    return { bytes: size, read: (span) => reading(path, span) };
  } catch (error) {
    if (isAbsent(error)) return null;
    throw failed(error);
  }
}

async function* reading(path: string, span?: Span): AsyncGenerator<Uint8Array> {
  const part = span === undefined ? {} : { start: span.first, end: span.last };
  try {
    for await (const piece of createReadStream(path, part)) yield piece as Uint8Array;
  } catch (error) {
    throw failed(error);
  }
}

async function done<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw failed(error);
  }
}

function failed(error: unknown): FilesError {
  return new FilesError(error instanceof Error ? error.message : String(error), error);
}

function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
}
