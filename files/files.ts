/** What was written: how long it is, and the SHA-256 of it in hexadecimal. */
export interface Written {
  readonly bytes: number;
  readonly sha256: string;
}

/** A stretch of a file: from its first byte to its last one, both counted from 0 and included. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** A file that is there. */
export interface KeptFile {
  readonly bytes: number;
  /** The whole of it, or a span. Throws FilesError when it is taken away meanwhile. */
  read(span?: Span): AsyncIterable<Uint8Array>;
}

/**
 * Where large things lie that are no rows: recordings. Names are paths of words; a file is there
 * whole or not at all, for every node that shares the place.
 */
export interface Files {
  /** Durable when it resolves; replaces what has the name. Throws what `pieces` throws. */
  write(name: string, pieces: AsyncIterable<Uint8Array>): Promise<Written>;
  /** Null when there is no such file. */
  open(name: string): Promise<KeptFile | null>;
  /** Taking away what is not there is no error. */
  remove(name: string): Promise<void>;
}

/** The place refused or is full. */
export class FilesError extends Error {
  override readonly name = 'FilesError';

  constructor(message: string, cause?: unknown) {
    super(message, { cause });
  }
}
