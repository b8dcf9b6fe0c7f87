/**
 * As much of a system as a speaking program needs (WASI snapshot preview1): its arguments, a
 * folder of two files in memory, and a clock that stands still. It can reach nothing else.
 */
export interface Errand {
  readonly args: readonly string[];
  /** The file it reads, as /in. */
  readonly input: Uint8Array;
  /** What it may write to /out at most. */
  readonly output_bytes_max: number;
}

/** What became of an errand: the exit code, and what it wrote to /out. */
export interface Outcome {
  readonly code: number;
  readonly output: Uint8Array;
}

/** As much of WebAssembly as is used here: Node has it, and its types do not. */
interface Memory {
  readonly buffer: ArrayBuffer;
}
declare const compiled: unique symbol;
/** A program, compiled. */
export interface Program {
  readonly [compiled]: true;
}
const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: Wasm }).WebAssembly;
interface Wasm {
  readonly Module: new (bytes: Uint8Array) => Program;
  readonly Instance: new (
    program: Program,
    imports: Readonly<Record<string, object>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
}

const ERRNO = { success: 0, badf: 8, fbig: 22, noent: 44 } as const;
const FILE_TYPE = { character_device: 2, directory: 3, regular_file: 4 } as const;
/** The folder that is open from the beginning; files are opened behind it. */
const FOLDER_FD = 3;
const OPEN = { creat: 1, trunc: 8 } as const;
const FD_APPEND = 1;

/** Ends the program from within: the only way out of WebAssembly. */
class Exit extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

interface Content {
  bytes: Uint8Array;
  length: number;
}
interface OpenFile {
  readonly content: Content;
  readonly appends: boolean;
  place: number;
}

/** Throws where the bytes are no program. */
export function compile(bytes: Uint8Array): Program {
  return new Module(bytes);
}

/** Runs a program once, from its beginning to its exit. Throws what the program trapped with. */
export function run(program: Program, errand: Errand): Outcome {
  const output: Content = { bytes: new Uint8Array(65_536), length: 0 };
  const input: Content = { bytes: errand.input, length: errand.input.length };
  const host = new Host(errand, { input, output });
  const { exports } = new Instance(program, { wasi_snapshot_preview1: host.calls() });
  host.memory = exports['memory'] as Memory;
  const code = exitOf(exports['_start'] as () => void);
  return { code, output: output.bytes.slice(0, output.length) };
}

function exitOf(start: () => void): number {
  try {
    start();
    return 0;
  } catch (error) {
    if (error instanceof Exit) return error.code;
    throw error;
  }
}

class Host {
  memory: Memory | null = null;
  readonly #errand: Errand;
  readonly #files: { readonly input: Content; readonly output: Content };
  readonly #open = new Map<number, OpenFile>();
  #next_fd = FOLDER_FD + 1;

  constructor(errand: Errand, files: { readonly input: Content; readonly output: Content }) {
    this.#errand = errand;
    this.#files = files;
  }

  calls(): Record<string, (...args: never[]) => number | bigint | undefined> {
    return {
      args_sizes_get: (count: number, bytes: number) => this.#argSizes(count, bytes),
      args_get: (pointers: number, bytes: number) => this.#args(pointers, bytes),
      clock_time_get: (_id: number, _precision: bigint, time: number) => {
        this.#view().setBigUint64(time, 0n, true);
        return ERRNO.success;
      },
      fd_close: (fd: number) => (this.#open.delete(fd) ? ERRNO.success : ERRNO.badf),
      fd_fdstat_get: (fd: number, stat: number) => this.#stat(fd, stat),
      fd_fdstat_set_flags: () => ERRNO.success,
      fd_prestat_get: (fd: number, stat: number) => this.#folder(fd, stat),
      fd_prestat_dir_name: (_fd: number, path: number) => {
        this.#bytes()[path] = '/'.charCodeAt(0);
        return ERRNO.success;
      },
      fd_read: (fd: number, parts: number, count: number, read: number) =>
        this.#read(fd, this.#parts(parts, count), read),
      fd_seek: (fd: number, offset: bigint, whence: number, place: number) =>
        this.#seek(fd, { offset: Number(offset), whence }, place),
      fd_write: (fd: number, parts: number, count: number, written: number) =>
        this.#write(fd, this.#parts(parts, count), written),
      path_open: (...args: unknown[]) => this.#openFile(args as OpenArgs),
      proc_exit: (code: number) => {
        throw new Exit(code);
      },
    };
  }

  #view(): DataView {
    return new DataView((this.memory as Memory).buffer);
  }

  #bytes(): Uint8Array {
    return new Uint8Array((this.memory as Memory).buffer);
  }

  #argSizes(count: number, bytes: number): number {
    const args = this.#errand.args.map((each) => Buffer.byteLength(each) + 1);
    this.#view().setUint32(count, args.length, true);
    this.#view().setUint32(
      bytes,
      args.reduce((sum, size) => sum + size, 0),
      true,
    );
    return ERRNO.success;
  }

  #args(pointers: number, bytes: number): number {
    let at = bytes;
    for (const [place, text] of this.#errand.args.entries()) {
      const encoded = Buffer.from(`${text}\0`);
      this.#view().setUint32(pointers + 4 * place, at, true);
      this.#bytes().set(encoded, at);
      at += encoded.length;
    }
    return ERRNO.success;
  }

  #stat(fd: number, stat: number): number {
    const type =
      fd < FOLDER_FD ? 'character_device' : fd === FOLDER_FD ? 'directory' : 'regular_file';
    if (fd > FOLDER_FD && !this.#open.has(fd)) return ERRNO.badf;
    this.#bytes().fill(0, stat, stat + 24);
    this.#view().setUint8(stat, FILE_TYPE[type]);
    // Everything that can be done here may be done.
    this.#view().setBigUint64(stat + 8, 0x1fff_ffffn, true);
    this.#view().setBigUint64(stat + 16, 0x1fff_ffffn, true);
    return ERRNO.success;
  }

  #folder(fd: number, stat: number): number {
    if (fd !== FOLDER_FD) return ERRNO.badf;
    this.#view().setUint32(stat, 0, true);
    this.#view().setUint32(stat + 4, 1, true);
    return ERRNO.success;
  }

  #openFile([, , path, length, flags, , , fd_flags, opened]: OpenArgs): number {
    const name = Buffer.from(this.#bytes().slice(path, path + length)).toString();
    const content = { in: this.#files.input, out: this.#files.output }[name];
    if (content === undefined || (name === 'in' && (flags & OPEN.creat) !== 0)) return ERRNO.noent;
    if ((flags & OPEN.trunc) !== 0) content.length = 0;
    const fd = this.#next_fd++;
    this.#open.set(fd, { content, appends: (fd_flags & FD_APPEND) !== 0, place: 0 });
    this.#view().setUint32(opened, fd, true);
    return ERRNO.success;
  }

  /** The pieces of memory that a call reads or writes. */
  #parts(parts: number, count: number): Uint8Array[] {
    return Array.from({ length: count }, (_each, place) => {
      const at = this.#view().getUint32(parts + 8 * place, true);
      return this.#bytes().subarray(at, at + this.#view().getUint32(parts + 8 * place + 4, true));
    });
  }

  #read(fd: number, parts: readonly Uint8Array[], read: number): number {
    const file = this.#open.get(fd);
    let sum = 0;
    for (const part of file === undefined ? [] : parts) {
      const { content, place } = file as OpenFile;
      const piece = content.bytes.subarray(place, Math.min(content.length, place + part.length));
      part.set(piece);
      (file as OpenFile).place += piece.length;
      sum += piece.length;
    }
    this.#view().setUint32(read, sum, true);
    return ERRNO.success;
  }

  /** What is said on the standard outputs goes nowhere: nobody would read it. */
  #write(fd: number, parts: readonly Uint8Array[], written: number): number {
    const file = this.#open.get(fd);
    const sum = parts.reduce((all, part) => all + part.length, 0);
    if (file !== undefined && file.place + sum > this.#errand.output_bytes_max) return ERRNO.fbig;
    for (const part of file === undefined ? [] : parts) append(file as OpenFile, part);
    this.#view().setUint32(written, sum, true);
    return ERRNO.success;
  }

  #seek(
    fd: number,
    { offset, whence }: { readonly offset: number; readonly whence: number },
    place: number,
  ): number {
    const file = this.#open.get(fd);
    if (file === undefined) return ERRNO.badf;
    const from = [0, file.place, file.content.length][whence] ?? 0;
    file.place = Math.max(0, from + offset);
    this.#view().setBigUint64(place, BigInt(file.place), true);
    return ERRNO.success;
  }
}

/** fd, lookup flags, path, length, open flags, two sets of rights, fd flags, where to answer. */
type OpenArgs = [number, number, number, number, number, bigint, bigint, number, number];

function append(file: OpenFile, part: Uint8Array): void {
  const { content } = file;
  if (file.appends) file.place = content.length;
  const end = file.place + part.length;
  if (end > content.bytes.length) {
    const longer = new Uint8Array(Math.max(end, 2 * content.bytes.length));
    longer.set(content.bytes.subarray(0, content.length));
    content.bytes = longer;
  }
  content.bytes.set(part, file.place);
  content.length = Math.max(content.length, end);
  file.place = end;
}
